/** How much one person may have fetched: a bucket each that fills again with time; the one unused longest is forgotten. */
import type { Clock } from '@bulkhead/base/clock.ts'

export interface Rate {
  readonly atOnce: number
  readonly perSecond: number
}

/** A long newsletter has a hundred images. */
export const imageRate: Rate = { atOnce: 400, perSecond: 4 }
export const oneClickRate: Rate = { atOnce: 30, perSecond: 30 / 3_600 }
/** A busy mailbox tells each of a few devices now and then. */
export const pushRate: Rate = { atOnce: 60, perSecond: 1 }
const askersHeldMax = 20_000

export const askerRates = ({ atOnce, perSecond }: Rate, clock: Clock) => {
  const buckets = new Map<string, { readonly left: number; readonly atMs: number }>()
  return {
    /** False where it is too much. */
    take(asker: string): boolean {
      const nowMs = clock.now()
      const before = buckets.get(asker) ?? { left: atOnce, atMs: nowMs }
      const filled = Math.min(atOnce, before.left + ((nowMs - before.atMs) / 1_000) * perSecond)
      buckets.delete(asker)
      buckets.set(asker, { left: filled >= 1 ? filled - 1 : filled, atMs: nowMs })
      const [oldest] = buckets.keys()
      if (buckets.size > askersHeldMax && oldest !== undefined) buckets.delete(oldest)
      return filled >= 1
    },
  }
}
