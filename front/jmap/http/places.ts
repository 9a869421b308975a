/** How many of something an account may have under way at once. */
import type { AccountHandle } from '@bulkhead/base/ids.ts'

export interface Places {
  /** Undefined where all are taken; else gives the place back, once. */
  enter(account: AccountHandle): (() => void) | undefined
}

export const places = (most: number): Places => {
  const taken = new Map<AccountHandle, number>()
  return {
    enter(account) {
      const before = taken.get(account) ?? 0
      if (before >= most) return undefined
      taken.set(account, before + 1)
      let left = false
      return () => {
        if (left) return
        left = true
        const now = (taken.get(account) ?? 1) - 1
        if (now === 0) taken.delete(account)
        else taken.set(account, now)
      }
    },
  }
}
