/** Rung when an account's shares may have changed; heard by its sessions in this mailroom. */
import type { AccountHandle } from '@bulkhead/base/ids.ts'

export interface Bells {
  ring(account: AccountHandle): void
  /** Returns the way to stop listening. */
  listen(account: AccountHandle, listener: () => void): () => void
}

export const bells = (): Bells => {
  const listeners = new Map<AccountHandle, Set<() => void>>()
  return {
    ring(account) {
      for (const listener of listeners.get(account) ?? []) listener()
    },
    listen(account, listener) {
      const its = listeners.get(account) ?? new Set()
      listeners.set(account, its.add(listener))
      return () => {
        its.delete(listener)
        if (its.size === 0 && listeners.get(account) === its) listeners.delete(account)
      }
    },
  }
}
