/** What makes a message look like a fraud: small checks, each with the facts that a person can judge by. */
import type { NotedLink } from '@bulkhead/wire/html/policy.ts'
import { imitates, isSameSite, looksForeign, shownHost, siteOf, skeleton } from '@bulkhead/wire/text/look-alike.ts'

export interface Hint {
  readonly kind:
    | 'verificationFailed' | 'nameHoldsOtherAddress' | 'replyToElsewhere' | 'lookAlikeDomain' | 'mixedScripts' | 'linkTextElsewhere'
    | 'deceptiveAttachment' | 'virus' | 'spam' | 'claimsOfficial'
  readonly level: 'danger' | 'caution'
  readonly facts: readonly string[]
}

export interface HintFacts {
  /** Our reception looked at it. */
  readonly isJudged: boolean
  readonly state: 'verified' | 'customer' | 'partly' | 'failed' | 'unknown' | 'own'
  /** Display name and address of the first author; hosts are lower-case A-labels. */
  readonly from: { readonly name: string; readonly email: string; readonly host: string } | null
  readonly replyTo: readonly { readonly email: string; readonly host: string }[]
  readonly isList: boolean
  readonly links: readonly NotedLink[]
  /** Names of attachments that deceive. */
  readonly deceptive: readonly string[]
  /** Names and values that stages of reception wrote. */
  readonly found: readonly (readonly [name: string, value: string])[]
  /** The person's own domains, which are imitated first. */
  readonly ownDomains: readonly string[]
}

const factsMax = 5
const inName = /[\p{L}\p{N}._%+-]{1,64}@([\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63}){1,8})/u
const hostText = /(?:^|[\s<("'「『（])(?:https?:\/\/)?((?:[\p{L}\p{N}-]{1,63}\.){1,8}(?:[a-z]{2,24}|xn--[a-z0-9-]{1,59}))(?=$|[\s/:?#>)"'」』）,])/iu
/** Endings that are files before they are places. */
const fileEndings = new Set(['pdf', 'doc', 'docx', 'xls', 'xlsx', 'zip', 'html', 'htm', 'php', 'jpg', 'png', 'txt', 'csv', 'js', 'md'])

const hostOf = (address: string): string | undefined => {
  if (!URL.canParse(address)) return undefined
  const { protocol, hostname } = new URL(address)
  return protocol === 'http:' || protocol === 'https:' ? hostname : undefined
}

const asciiHost = (host: string): string => (URL.canParse(`http://${host}/`) ? new URL(`http://${host}/`).hostname : host.toLowerCase())

/** The words of a link name a place, and it leads to another. */
const misleading = ({ text, address }: NotedLink): string | undefined => {
  const target = hostOf(address)
  const named = hostText.exec(text.slice(0, 300))?.[1]
  if (target === undefined || named === undefined || fileEndings.has(named.slice(named.lastIndexOf('.') + 1).toLowerCase())) return undefined
  return isSameSite(asciiHost(named), target) ? undefined : `${named} → ${shownHost(target)}`
}

const unique = (facts: readonly string[]): readonly string[] => [...new Set(facts)].slice(0, factsMax)

const ofSender = ({ state, from, replyTo, isList, ownDomains }: HintFacts): readonly Hint[] => {
  if (from === null || state === 'own') return []
  const hints: Hint[] = []
  if (state === 'failed') hints.push({ kind: 'verificationFailed', level: 'danger', facts: [shownHost(from.host)] })
  const other = inName.exec(from.name)?.[1]
  if (other !== undefined && !isSameSite(asciiHost(other), from.host)) {
    hints.push({ kind: 'nameHoldsOtherAddress', level: 'danger', facts: [from.name.slice(0, 200), from.email] })
  }
  if (looksForeign(from.host)) hints.push({ kind: 'mixedScripts', level: 'danger', facts: [from.host] })
  const imitated = ownDomains.find((domain) => imitates(from.host, domain))
  if (imitated !== undefined) hints.push({ kind: 'lookAlikeDomain', level: 'danger', facts: [from.host, imitated] })
  const away = isList ? [] : replyTo.filter(({ host }) => !isSameSite(host, from.host))
  if (away.length > 0) hints.push({ kind: 'replyToElsewhere', level: 'caution', facts: unique(away.map(({ email }) => email)) })
  return hints
}

/** A click counter of an honest sender looks the same: the danger is in a sender nobody vouches for. */
const ofLinks = ({ links, state, isJudged }: HintFacts): readonly Hint[] => {
  const facts = unique(links.map(misleading).filter((fact) => fact !== undefined))
  const level = isJudged && (state === 'unknown' || state === 'failed') ? 'danger' : 'caution'
  const foreign = unique(links.map(({ address }) => hostOf(address)).filter((host) => host !== undefined && looksForeign(host)).map((host) => host ?? ''))
  return [
    ...(facts.length === 0 ? [] : [{ kind: 'linkTextElsewhere', level, facts } as const]),
    ...(foreign.length === 0 ? [] : [{ kind: 'mixedScripts', level: 'danger', facts: foreign } as const]),
  ]
}

const flagged = (found: HintFacts['found'], word: string): string | undefined =>
  found.find(([name, value]) => name.includes(word) && name.endsWith('flag') && /^yes/i.test(value))?.[1]

/** Those of danger first. */
export const hintsOf = (facts: HintFacts): readonly Hint[] => {
  const hints: Hint[] = [...ofSender(facts), ...ofLinks(facts)]
  if (facts.deceptive.length > 0) hints.push({ kind: 'deceptiveAttachment', level: 'danger', facts: unique(facts.deceptive) })
  if (flagged(facts.found, 'virus') !== undefined) hints.unshift({ kind: 'virus', level: 'danger', facts: [] })
  if (flagged(facts.found, 'spam') !== undefined) hints.push({ kind: 'spam', level: 'caution', facts: [] })
  return [...hints.filter(({ level }) => level === 'danger'), ...hints.filter(({ level }) => level === 'caution')]
}

/** A sender who calls itself by the provider's name and is not of it. */
export const claimsToBe = (provider: string, from: { readonly name: string; readonly host: string }, ownDomains: readonly string[]): boolean =>
  provider.length >= 4 && skeleton(from.name).includes(skeleton(provider)) && !ownDomains.some((domain) => siteOf(domain) === siteOf(from.host))
