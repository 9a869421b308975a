/** Destinations that could not be reached, for how long nobody tries, and what is said of them meanwhile. Forgets the oldest. */
import type { Clock } from '@bulkhead/base/clock.ts'
import { unreachableForMaxMs, unreachableForMs, unreachableHeldMax } from './limits.ts'
import type { Outcome } from './outcome.ts'

interface Failure {
  readonly outcome: Outcome
  readonly times: number
  readonly untilMs: number
}

export interface Unreachable {
  /** What to say without trying; undefined: try. */
  now(key: string): Outcome | undefined
  /** It failed when it was last tried. */
  lately(key: string): boolean
  failed(key: string, outcome: Outcome): void
  reached(key: string): void
  forget(): void
}

export const unreachable = (clock: Clock): Unreachable => {
  const failures = new Map<string, Failure>()
  return {
    now(key) {
      const failure = failures.get(key)
      return failure !== undefined && failure.untilMs > clock.now() ? failure.outcome : undefined
    },
    lately: (key) => failures.has(key),
    failed(key, outcome) {
      const times = (failures.get(key)?.times ?? 0) + 1
      const forMs = Math.min(unreachableForMaxMs, unreachableForMs * 2 ** Math.min(times - 1, 10))
      failures.delete(key)
      const [oldest] = failures.keys()
      if (failures.size >= unreachableHeldMax && oldest !== undefined) failures.delete(oldest)
      failures.set(key, { outcome, times, untilMs: clock.now() + forMs })
    },
    reached: (key) => void failures.delete(key),
    forget: () => failures.clear(),
  }
}
