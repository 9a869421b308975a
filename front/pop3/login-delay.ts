/** LOGIN-DELAY (RFC 2449 section 6.5): how long an account has to wait between two logins. */
import type { Clock } from '@bulkhead/base/clock.ts'
import type { AccountHandle } from '@bulkhead/base/ids.ts'

/** Logins remembered; beyond it the oldest are forgotten, in favour of those who log in. */
const rememberedMax = 100_000

export const loginDelay = (delayMs: number, clock: Clock) => {
  /** In the order of the logins. */
  const last = new Map<AccountHandle, number>()
  return {
    /** Milliseconds still to wait; 0: welcome, and the wait begins anew. */
    waitMs(account: AccountHandle): number {
      if (delayMs === 0) return 0
      const now = clock.now()
      for (const [oldest, atMs] of last) {
        if (atMs + delayMs > now && last.size < rememberedMax) break
        last.delete(oldest)
      }
      const before = last.get(account)
      if (before !== undefined) return before + delayMs - now
      last.set(account, now)
      return 0
    },
  }
}
