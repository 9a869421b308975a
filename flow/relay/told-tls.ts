/** Says of TLS results what an operator wants to know without waiting for reports: counters of all, an event where it fails. */
import type { Clock } from '@bulkhead/base/clock.ts'
import type { Meter } from '@bulkhead/base/meter.ts'
import type { TlsResults } from '@bulkhead/mail/ports/tls-results.ts'

/** One kind of failure is told once in so long, with how often it was met. */
export const tellEveryMs = 60_000

export interface Telling {
  readonly meter: Meter
  readonly clock: Clock
  readonly tell: (event: { readonly kind: string; readonly outcome: string; readonly count: number }) => void
}

/** The kinds are few: policies times failures of RFC 8460. Nothing is told of domains without a policy. */
export const toldTls = ({ meter, clock, tell }: Telling, results: TlsResults): TlsResults => {
  const met = new Map<string, { toldAtMs: number; untold: number }>()
  return {
    note(result) {
      results.note(result)
      const { policy, failure } = result
      meter.count('courier_tls_sessions', 1, { policy: policy.type, result: failure?.type ?? 'success' })
      if (failure === null || policy.type === 'no-policy-found') return
      const outcome = `${policy.type} ${failure.type}`
      const kind = met.get(outcome) ?? { toldAtMs: Number.NEGATIVE_INFINITY, untold: 0 }
      met.set(outcome, kind)
      kind.untold += 1
      if (clock.now() < kind.toldAtMs + tellEveryMs) return
      tell({ kind: 'courier.tlsFailed', outcome, count: kind.untold })
      kind.toldAtMs = clock.now()
      kind.untold = 0
    },
  }
}
