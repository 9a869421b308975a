/**
 * What MTA-STS says of a domain (RFC 8461 section 3.3): the policy in hand while its TXT record names it, a newer one when it
 * does not, and the old one for as long as it lasts where nothing newer can be had, so that cutting off DNS or HTTPS
 * lets nobody out of `enforce`. What was fetched outlives a restart.
 */
import type { Clock } from '@bulkhead/base/clock.ts'
import type { StsPolicies } from '@bulkhead/mail/ports/sts-policies.ts'
import { parseStsPolicy, stsPolicyLines, type StsPolicy } from '@bulkhead/wire/sts/policy.ts'
import { stsIdOf } from '@bulkhead/wire/sts/record.ts'
import type { Dns } from '../../resolving/dns.ts'
import type { TlsProblem } from '../dane/verify.ts'
import type { StsFetched } from './fetch.ts'

export interface StsFound {
  readonly policy: StsPolicy | null
  /** Why there is no newer one. */
  readonly problem: TlsProblem | null
}

export interface StsLookup {
  policyFor(domain: string): Promise<StsFound>
}

export const noSts: StsLookup = { policyFor: async () => ({ policy: null, problem: null }) }

export interface StsParts {
  readonly dns: Dns
  readonly policies: StsPolicies
  readonly fetch: (domain: string) => Promise<StsFetched>
  readonly clock: Clock
}

/** Domains held in memory; beyond, the one asked for longest ago goes. */
export const domainsHeldMax = 10_000
/** RFC 8461 section 3.3: not more often than every five minutes after a failure. */
export const fetchAgainAfterMs = 300_000
/** RFC 8461 section 10.2 asks for once a day, so that what is used never gets old. */
export const refreshAfterMs = 86_400_000

interface Kept {
  readonly id: string
  readonly policy: StsPolicy
  readonly fetchedAtMs: number
  readonly endsAtMs: number
}

interface Held {
  readonly kept: Kept | undefined
  readonly failedAtMs: number
  readonly problem: TlsProblem | null
}

const neverMs = Number.NEGATIVE_INFINITY
const nothingHeld: Held = { kept: undefined, failedAtMs: neverMs, problem: null }

export const stsLookup = ({ dns, policies, fetch, clock }: StsParts): StsLookup => {
  const held = new Map<string, Held>()
  const asking = new Map<string, Promise<StsFound>>()

  const hold = (domain: string, one: Held): Held => {
    held.delete(domain)
    held.set(domain, one)
    const [oldest] = held.keys()
    if (held.size > domainsHeldMax && oldest !== undefined) held.delete(oldest)
    return one
  }

  const stored = async (domain: string): Promise<Kept | undefined> => {
    const found = await policies.find(domain)
    const policy = found === undefined ? undefined : parseStsPolicy(found.text)
    return found === undefined || policy === undefined ? undefined : { ...found, policy }
  }

  const heldFor = async (domain: string): Promise<Held> => {
    const one = held.get(domain) ?? { ...nothingHeld, kept: await stored(domain) }
    return hold(domain, one.kept !== undefined && clock.now() >= one.kept.endsAtMs ? { ...one, kept: undefined } : one)
  }

  const renew = async (domain: string, id: string, before: Held): Promise<Held> => {
    const fetched = await fetch(domain)
    const fetchedAtMs = clock.now()
    if (fetched.is === 'failed') return hold(domain, { kept: before.kept, failedAtMs: fetchedAtMs, problem: fetched.problem })
    const { policy } = fetched
    const endsAtMs = fetchedAtMs + policy.maxAgeSeconds * 1_000
    await policies.keep({ domain, id, text: stsPolicyLines(policy).join('\n'), fetchedAtMs, endsAtMs })
    return hold(domain, { kept: { id, policy, fetchedAtMs, endsAtMs }, failedAtMs: neverMs, problem: null })
  }

  const look = async (domain: string): Promise<StsFound> => {
    const before = await heldFor(domain)
    const answer = await dns.query(`_mta-sts.${domain}`, 'TXT')
    const id = answer.is === 'found' ? stsIdOf(answer.records) : undefined
    const inHand = { policy: before.kept?.policy ?? null, problem: null }
    if (id === undefined) return inHand
    const failedLately = clock.now() < before.failedAtMs + fetchAgainAfterMs
    if (before.kept?.id === id) {
      const { fetchedAtMs, endsAtMs } = before.kept
      const old = clock.now() >= Math.min(fetchedAtMs + refreshAfterMs, (fetchedAtMs + endsAtMs) / 2)
      // Behind the delivery, which has what it needs; a fault of the store shows when it is asked next.
      if (old && !failedLately) void renew(domain, id, before).catch(() => undefined)
      return inHand
    }
    if (failedLately) return { ...inHand, problem: before.problem }
    const { kept, problem } = await renew(domain, id, before)
    return { policy: kept?.policy ?? null, problem }
  }

  return {
    policyFor(domain) {
      const under = asking.get(domain)
      if (under !== undefined) return under
      const found = look(domain).finally(() => asking.delete(domain))
      asking.set(domain, found)
      return found
    },
  }
}
