/**
 * `check_host()` of RFC 7208 section 4: may this client speak for this domain? Asks DNS by yielding questions; what a sender
 * can make us ask is bounded by section 4.6.4.
 */
import { ask, type Asking } from './dns-question.ts'
import { domainOf, isWithin, queryName } from './domain-name.ts'
import { addressLabels, ipAddress, reverseName, sameNetwork } from './ip-address.ts'
import { explanationMax, type SpfOutcome, type SpfResult } from './results.ts'
import { expand, readMacroString, shortenedName, usesLetter, type MacroString, type MacroValues } from './spf-macro.ts'
import { isSpfRecord, readSpfRecord, type Mechanism, type Qualifier, type SpfRecord } from './spf-record.ts'

export interface SpfInput {
  readonly peer: string
  readonly helo: string
  /** Empty: HELO is checked. */
  readonly reversePath: string
  /** Our host, for explanations. */
  readonly by: string
  readonly nowMs: number
}

/** Terms that ask DNS, in all records together. */
export const lookupsMax = 10
/** Answers without records. */
export const voidLookupsMax = 2
/** Addresses of one `mx`, names of one `ptr`. */
export const namesMax = 10

interface Host {
  readonly input: SpfInput
  readonly address: readonly number[]
  readonly localPart: string
  readonly senderDomain: string
  /** Spent, over all records. */
  lookups: number
  voids: number
  /** Names of the client that lead back to it; asked once. */
  validated: readonly string[] | undefined
}

type Failed = 'temperror' | 'permerror'
interface Decision {
  readonly result: SpfResult
  readonly mechanism: string | null
  readonly reason: string | null
  /** Of the record that said `fail`, with the domain it belongs to. */
  readonly explanation?: { readonly text: MacroString; readonly domain: string } | null
}
type Matched = boolean | { readonly failed: Failed; readonly reason: string }

const results: Readonly<Record<Qualifier, SpfResult>> = { '+': 'pass', '-': 'fail', '~': 'softfail', '?': 'neutral' }
const asciiOnly = /^[\x20-\x7e]*$/

const broken = (failed: Failed, reason: string): { readonly failed: Failed; readonly reason: string } => ({ failed, reason })
const decided = (result: SpfResult, reason: string | null, mechanism: string | null = null): Decision => ({ result, reason, mechanism })

const valuesFor = (host: Host, domain: string, pName: string): MacroValues => {
  const { input, address } = host
  return (letter) => {
    switch (letter) {
      case 's': return `${host.localPart}@${host.senderDomain}`
      case 'l': return host.localPart
      case 'o': return host.senderDomain
      case 'd': return domain
      case 'i': return addressLabels(address).join('.').toUpperCase()
      case 'p': return pName
      case 'v': return address.length === 4 ? 'in-addr' : 'ip6'
      case 'h': return input.helo
      case 'c': return address.length === 4 ? address.join('.') : input.peer.toLowerCase()
      case 'r': return input.by
      case 't': return String(Math.floor(input.nowMs / 1_000))
    }
  }
}

const addressType = (host: Host): 'A' | 'AAAA' => (host.address.length === 4 ? 'A' : 'AAAA')

const isClient = (host: Host, text: string, bits: number): boolean => {
  const bytes = ipAddress(text)
  return bytes !== undefined && sameNetwork(bytes, host.address, bits)
}

/** Names by which DNS knows the client both ways (section 5.5). Faults of DNS only make them fewer. */
function* validatedNames(host: Host): Asking<readonly string[]> {
  if (host.validated !== undefined) return host.validated
  const reverse = yield* ask(reverseName(host.address), 'PTR')
  const names: string[] = []
  for (const name of reverse.is === 'found' ? reverse.records.slice(0, namesMax) : []) {
    const canonical = domainOf(name)
    if (canonical === undefined) continue
    const forward = yield* ask(canonical, addressType(host))
    if (forward.is === 'found' && forward.records.some((text) => isClient(host, text, host.address.length * 8))) names.push(canonical)
  }
  host.validated = names
  return names
}

/** `%{p}`: the domain itself, else a name within it, else any (section 7.3). */
function* pNameOf(host: Host, domain: string, text: MacroString): Asking<string> {
  if (!usesLetter(text, 'p')) return ''
  const names = yield* validatedNames(host)
  return names.find((name) => name === domain) ?? names.find((name) => isWithin(name, domain)) ?? names[0] ?? 'unknown'
}

/** The name a term speaks of; undefined where the expansion is no name DNS could have (RFC 8616 section 4 among others). */
function* targetOf(host: Host, domain: string, text: MacroString | null): Asking<string | undefined> {
  if (text === null) return domain
  const expanded = shortenedName(expand(text, valuesFor(host, domain, yield* pNameOf(host, domain, text))))
  return queryName(expanded)
}

/** Records, or why there are none. Answers without any are counted. */
function* counted<T extends 'A' | 'AAAA' | 'MX'>(host: Host, name: string, type: T) {
  const answer = yield* ask(name, type)
  if (answer.is === 'away') return broken('temperror', `${name} can not be asked for`)
  if (answer.is === 'found' && answer.records.length > 0) return answer.records
  host.voids += 1
  return host.voids > voidLookupsMax ? broken('permerror', 'too many lookups without an answer') : []
}

function* addressMatches(host: Host, name: string, bits4: number, bits6: number): Asking<Matched> {
  const records = yield* counted(host, name, addressType(host))
  if ('failed' in records) return records
  return records.some((text) => isClient(host, text, host.address.length === 4 ? bits4 : bits6))
}

function* mxMatches(host: Host, name: string, bits4: number, bits6: number): Asking<Matched> {
  const records = yield* counted(host, name, 'MX')
  if ('failed' in records) return records
  if (records.length > namesMax) return broken('permerror', 'too many mail exchangers')
  for (const { host: exchanger } of records) {
    const canonical = domainOf(exchanger)
    const matched = canonical === undefined ? false : yield* addressMatches(host, canonical, bits4, bits6)
    if (matched !== false) return matched
  }
  return false
}

function* includeMatches(host: Host, name: string): Asking<Matched> {
  const { result, reason } = yield* checkDomain(host, name)
  if (result === 'temperror') return broken('temperror', reason ?? '')
  if (result === 'permerror' || result === 'none') return broken('permerror', reason ?? `${name} is included and has no record`)
  return result === 'pass'
}

function* matches(host: Host, domain: string, mechanism: Mechanism): Asking<Matched> {
  if (mechanism.kind === 'all') return true
  if (mechanism.kind === 'ip') return sameNetwork(mechanism.network, host.address, mechanism.bits)
  host.lookups += 1
  if (host.lookups > lookupsMax) return broken('permerror', 'too many lookups')
  const name = yield* targetOf(host, domain, mechanism.domain)
  if (name === undefined) return mechanism.kind === 'include' ? broken('permerror', 'what is included is no domain') : false
  switch (mechanism.kind) {
    case 'include': return yield* includeMatches(host, name)
    case 'a': return yield* addressMatches(host, name, mechanism.bits4, mechanism.bits6)
    case 'mx': return yield* mxMatches(host, name, mechanism.bits4, mechanism.bits6)
    case 'ptr': return (yield* validatedNames(host)).some((one) => isWithin(one, name))
    case 'exists': {
      const records = yield* counted(host, name, 'A')
      return 'failed' in records ? records : records.length > 0
    }
  }
}

function* evaluated(host: Host, domain: string, { directives, redirect, explanation }: SpfRecord): Asking<Decision> {
  for (const { qualifier, mechanism, text } of directives) {
    const matched = yield* matches(host, domain, mechanism)
    if (matched === false) continue
    if (matched !== true) return decided(matched.failed, matched.reason, text)
    return { ...decided(results[qualifier], null, text), explanation: explanation === null ? null : { text: explanation, domain } }
  }
  if (redirect === null) return decided('neutral', null)
  host.lookups += 1
  if (host.lookups > lookupsMax) return decided('permerror', 'too many lookups')
  const name = yield* targetOf(host, domain, redirect)
  const decision = name === undefined ? decided('none', null) : yield* checkDomain(host, name)
  return decision.result === 'none' ? decided('permerror', 'redirect leads to no record') : decision
}

function* checkDomain(host: Host, domain: string): Asking<Decision> {
  const answer = yield* ask(domain, 'TXT')
  if (answer.is === 'away') return decided('temperror', `${domain} can not be asked for`)
  const [text, ...others] = answer.is === 'found' ? answer.records.filter(isSpfRecord) : []
  if (text === undefined) return decided('none', null)
  if (others.length > 0) return decided('permerror', `${domain} has several records`)
  const record = readSpfRecord(text)
  return record === undefined ? decided('permerror', `the record of ${domain} can not be read`) : yield* evaluated(host, domain, record)
}

/** Section 6.2: whatever goes wrong, there is no explanation. */
function* explained(host: Host, { explanation }: Decision): Asking<string | null> {
  if (explanation === undefined || explanation === null) return null
  const name = yield* targetOf(host, explanation.domain, explanation.text)
  const answer = name === undefined ? undefined : yield* ask(name, 'TXT')
  if (answer?.is !== 'found' || answer.records.length !== 1) return null
  const text = readMacroString(answer.records[0] ?? '', true)
  if (text === undefined) return null
  const shown = expand(text, valuesFor(host, explanation.domain, yield* pNameOf(host, explanation.domain, text)))
  return asciiOnly.test(shown) ? shown.slice(0, explanationMax) : null
}

/** HELO names and domains of reverse paths that can be asked for have a dot at least (section 4.3). */
const checkable = (text: string): string | undefined => {
  const name = text.startsWith('[') ? undefined : domainOf(text)
  return name?.includes('.') ? name : undefined
}

export function* checkSpf(input: SpfInput): Asking<SpfOutcome> {
  const at = input.reversePath.lastIndexOf('@')
  const identity = input.reversePath === '' ? 'helo' : 'mailfrom'
  const domain = checkable(identity === 'helo' ? input.helo : input.reversePath.slice(at + 1))
  const address = ipAddress(input.peer)
  const base = { identity, domain: domain ?? '', mechanism: null, explanation: null } as const
  if (address === undefined) return { ...base, result: 'none', reason: 'no address of the client' }
  if (domain === undefined) return { ...base, result: 'none', reason: 'no domain to check' }
  const localPart = at > 0 ? input.reversePath.slice(0, at) : 'postmaster'
  const host: Host = { input, address, localPart, senderDomain: domain, lookups: 0, voids: 0, validated: undefined }
  const decision = yield* checkDomain(host, domain)
  const { result, mechanism, reason } = decision
  return { ...base, result, mechanism, reason, explanation: result === 'fail' ? yield* explained(host, decision) : null }
}
