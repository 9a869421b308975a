/** How many notices go out: enough for everybody in hours, too few for a captured desk to bury a cell before somebody looks. */
import type { Clock } from '@bulkhead/base/clock.ts'

export interface NoticePace {
  /** False: too many for now, and none is counted. */
  take(count: number): boolean
}

export const noticesPerSecond = 200
const burst = 400

export const noticePace = (clock: Clock): NoticePace => {
  let left = burst
  let atMs = clock.now()
  return {
    take(count) {
      const nowMs = clock.now()
      left = Math.min(burst, left + (Math.max(0, nowMs - atMs) * noticesPerSecond) / 1_000)
      atMs = nowMs
      if (count > left) return false
      left -= count
      return true
    },
  }
}
