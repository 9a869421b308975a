/**
 * DMARC (RFC 9989): does one of the domains that authenticated belong to the author's, and what does the owner ask for where
 * none does? Domains are found by the DNS Tree Walk (section 4.10), not by a list of public suffixes.
 */
import type { AuthorDomain } from './author-domain.ts'
import { ask, type Asking } from './dns-question.ts'
import { isWithin } from './domain-name.ts'
import { isDmarcRecord, readDmarcRecord } from './dmarc-record.ts'
import type { DkimOutcome, DmarcOutcome, DmarcPolicy, DmarcRecord, SpfOutcome } from './results.ts'

/** Questions of one walk (section 4.10): the name itself, then seven labels and fewer. */
export const walkMax = 8
/** Domains of signatures whose Organizational Domain is asked for. */
export const walksMax = 4

type Found = DmarcRecord | 'none' | 'away'
/** Records by name, for the life of one check. */
type Seen = Map<string, Found>

interface Step {
  readonly domain: string
  readonly found: Found
}

function* recordAt(domain: string, seen: Seen): Asking<Found> {
  const known = seen.get(domain)
  if (known !== undefined) return known
  const answer = yield* ask(`_dmarc.${domain}`, 'TXT')
  const [text, ...others] = answer.is === 'found' ? answer.records.filter(isDmarcRecord) : []
  const record = text === undefined || others.length > 0 ? undefined : readDmarcRecord(text)
  const found = answer.is === 'away' ? 'away' : (record ?? 'none')
  seen.set(domain, found)
  return found
}

/** Names the walk asks at, from the start up to the top. */
export const walkNames = (start: string): readonly string[] => {
  const labels = start.split('.')
  const names = [start]
  for (let left = Math.min(labels.length - 1, walkMax - 1); left > 0; left -= 1) names.push(labels.slice(-left).join('.'))
  return names
}

function* walk(start: string, seen: Seen): Asking<readonly Step[]> {
  const steps: Step[] = []
  for (const domain of walkNames(start)) {
    const found = yield* recordAt(domain, seen)
    steps.push({ domain, found })
    if (typeof found === 'object' && found.psd !== 'u') break
  }
  return steps
}

const isRecord = (step: Step): step is Step & { readonly found: DmarcRecord } => typeof step.found === 'object'

/** Section 4.10.2. The walk ends at the first record that says `psd`, so the last record decides. */
const organizationalDomain = (start: string, steps: readonly Step[]): string => {
  const last = steps.filter(isRecord).at(-1)
  if (last === undefined) return start
  if (last.found.psd !== 'y' || last.domain === start) return last.domain
  return start.split('.').slice(-(last.domain.split('.').length + 1)).join('.')
}

/** Whose record speaks for the author (section 4.10.1): its own, its organization's, its public suffix's. */
const policyStep = (author: string, steps: readonly Step[]): (Step & { readonly found: DmarcRecord }) | undefined => {
  const records = steps.filter(isRecord)
  const organization = organizationalDomain(author, steps)
  const at = (wanted: string): (typeof records)[number] | undefined => records.find(({ domain }) => domain === wanted)
  return at(author) ?? at(organization) ?? records.find(({ found }) => found.psd === 'y')
}

interface Alignment {
  readonly author: string
  readonly organization: string
  readonly seen: Seen
  walks: number
}

/** The Organizational Domain lies at or above a name, so most names need no walk. */
function* isAligned(alignment: Alignment, domain: string, mode: 'r' | 's'): Asking<boolean> {
  if (domain === alignment.author) return true
  if (mode === 's' || !isWithin(domain, alignment.organization) || alignment.walks >= walksMax) return false
  alignment.walks += 1
  return organizationalDomain(domain, yield* walk(domain, alignment.seen)) === alignment.organization
}

function* anyAligned(alignment: Alignment, domains: Iterable<string>, mode: 'r' | 's'): Asking<boolean> {
  for (const domain of new Set(domains)) if (yield* isAligned(alignment, domain, mode)) return true
  return false
}

/** `np` is for names that do not exist at all (section 4.7). */
function* policyFor(author: string, { domain, found }: Step & { readonly found: DmarcRecord }): Asking<DmarcPolicy> {
  if (domain === author) return found.p
  const sub = found.sp ?? found.p
  if (found.np === null || found.np === sub) return sub
  return (yield* ask(author, 'A')).is === 'noSuchName' ? found.np : sub
}

const milder: Readonly<Record<DmarcPolicy, DmarcPolicy>> = { reject: 'quarantine', quarantine: 'none', none: 'none' }

const without = (result: 'none' | 'temperror' | 'permerror', fromDomain: string | null, reason: string): DmarcOutcome => ({
  result, fromDomain, policyDomain: null, record: null, organizationalDomain: null, policy: 'none', disposition: 'none',
  spfAligned: false, dkimAligned: false, reason,
})

/** Names with no more in common than a top-level domain have no common organization. */
const related = (left: string, right: string): boolean => {
  const end = (name: string): string => name.split('.').slice(-2).join('.')
  return end(left) === end(right)
}

/** Most mail: the author's domain has a record and both ways lead to that very domain. Nothing else needs to be asked then. */
const passesAsItself = (author: string, found: Found, spf: SpfOutcome, dkim: readonly DkimOutcome[]): DmarcOutcome | undefined => {
  const spfAligned = spf.result === 'pass' && spf.domain === author
  const dkimAligned = dkim.some(({ result, domain }) => result === 'pass' && domain === author)
  if (typeof found !== 'object' || !dkimAligned || !(spfAligned || spf.result !== 'pass' || !related(spf.domain, author))) return undefined
  return {
    result: 'pass', fromDomain: author, policyDomain: author, record: found, organizationalDomain: null, policy: found.p, disposition: 'none',
    spfAligned, dkimAligned, reason: null,
  }
}

/** Who is nobody has no policy; who is several is exempt from it (section 5.3.1), which is for the receiver to judge. */
export function* checkDmarc(named: AuthorDomain, spf: SpfOutcome, dkim: readonly DkimOutcome[]): Asking<DmarcOutcome> {
  if (named === 'none') return without('none', null, 'From names no domain')
  if (named === 'several') return without('permerror', null, 'From names several domains')
  const author = named.domain
  const seen: Seen = new Map()
  const own = yield* recordAt(author, seen)
  const same = passesAsItself(author, own, spf, dkim)
  if (same !== undefined) return same
  const steps = yield* walk(author, seen)
  const away = steps.some(({ found }) => found === 'away')
  const step = policyStep(author, steps)
  if (step === undefined) return without(away ? 'temperror' : 'none', author, away ? 'policy can not be asked for' : 'no policy')
  const organization = organizationalDomain(author, steps)
  const alignment: Alignment = { author, organization, seen, walks: 0 }
  const signers = (result: DkimOutcome['result']): readonly string[] => dkim.filter((one) => one.result === result).map(({ domain }) => domain)
  const spfAligned = spf.result === 'pass' && (yield* isAligned(alignment, spf.domain, step.found.aspf))
  const dkimAligned = yield* anyAligned(alignment, signers('pass'), step.found.adkim)
  const passed = spfAligned || dkimAligned
  const unsure = !passed && (away || (spf.result === 'temperror' && (yield* isAligned(alignment, spf.domain, step.found.aspf))) ||
    (yield* anyAligned(alignment, signers('temperror'), step.found.adkim)))
  const policy = yield* policyFor(author, step)
  const result = passed ? 'pass' : unsure ? 'temperror' : 'fail'
  return {
    result, fromDomain: author, policyDomain: step.domain, record: step.found, organizationalDomain: organization, policy,
    disposition: result !== 'fail' ? 'none' : step.found.testing ? milder[policy] : policy,
    spfAligned, dkimAligned, reason: unsure ? 'a domain of the author can not be asked for' : null,
  }
}
