/**
 * Lets a scanner that fails be: after some failures in a row nobody waits for it for a while, then one asks again. Without
 * this every message would wait its whole time limit while a scanner hangs, and mail would back up behind it.
 */
import type { Clock } from '@bulkhead/base/clock.ts'
import { Fault } from '@bulkhead/base/fault.ts'

/** So many in a row, none between them that was answered. */
const failuresMax = 5
export const restMs = 5_000

export const restingAfterFailures = (name: string, clock: Clock) => {
  let failures = 0
  let restsUntilMs = 0
  return async <T>(act: () => Promise<T>): Promise<T> => {
    if (failures >= failuresMax) {
      const nowMs = clock.now()
      if (nowMs < restsUntilMs) throw new Fault('scannerAway', `${name}: failed ${failures} times in a row, and is left alone for a moment`)
      // This one tries; the others go on leaving it alone.
      restsUntilMs = nowMs + restMs
    }
    try {
      const answer = await act()
      failures = 0
      return answer
    } catch (error) {
      failures += 1
      restsUntilMs = clock.now() + restMs
      throw error
    }
  }
}
