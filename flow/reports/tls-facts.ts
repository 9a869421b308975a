/** From what became of TLS in a session to the fact it is counted as (RFC 8460 section 4.3), and back to a report's policies. */
import { tlsFailureTypes, type TlsResult, type TlsResults } from '@bulkhead/mail/ports/tls-results.ts'
import type { TlsFailureDetail, TlsPolicyReport } from '@bulkhead/wire/reports/tls-report.ts'
import type { FactGathering } from './facts.ts'

const stringsMax = 30

/** A policy, and what failed; null: nothing did. */
export interface TlsFact {
  readonly policy: Pick<TlsPolicyReport, 'type' | 'domain' | 'strings' | 'mxHosts'>
  readonly failure: Omit<TlsFailureDetail, 'count'> | null
}

export const tlsFact = ({ policy, failure }: TlsResult): TlsFact => ({
  policy: { type: policy.type, domain: policy.domain, strings: policy.strings.slice(0, stringsMax), mxHosts: policy.mxHosts.slice(0, stringsMax) },
  failure: failure && {
    type: failure.type,
    sendingIp: failure.sendingIp ?? '',
    receivingMxHost: failure.receivingMxHost ?? '',
    receivingIp: failure.receivingIp ?? '',
    reason: failure.reason ?? '',
  },
})

export const tlsResults = (gathering: Pick<FactGathering, 'add'>): TlsResults => ({
  note(result) {
    gathering.add('tls', result.atMs, result.policy.domain, '', JSON.stringify(tlsFact(result)))
  },
})

/** One entry for each policy seen that day, its failures by kind. */
export const tlsPolicies = (facts: readonly { readonly fact: TlsFact; readonly count: number }[]): readonly TlsPolicyReport[] => {
  const byPolicy = Map.groupBy(facts, ({ fact }) => JSON.stringify(fact.policy))
  const order = (type: string): number => tlsFailureTypes.findIndex((known) => known === type)
  return [...byPolicy.values()].flatMap((of) => {
    const [first] = of
    if (first === undefined) return []
    const details = of.flatMap(({ fact: { failure }, count }) => (failure === null ? [] : [{ ...failure, count }]))
    const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0)
    return [{
      ...first.fact.policy,
      successes: sum(of.filter(({ fact }) => fact.failure === null).map(({ count }) => count)),
      failures: sum(details.map(({ count }) => count)),
      details: details.toSorted((one, other) => order(one.type) - order(other.type)),
    }]
  })
}
