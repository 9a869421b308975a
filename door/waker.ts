/**
 * Tells mailrooms that journals grew: at most ten times a second, all accounts since the last time at once, never awaited.
 * Whoever appends tells: intake every mailroom, a mailroom the others.
 */
import type { AccountHandle } from '@bulkhead/base/ids.ts'
import type { WakeVerbs } from './contracts/mailroom.ts'
import type { Door } from './verbs.ts'

export interface Waker extends Disposable {
  grew(accounts: readonly AccountHandle[]): void
}

export const wakeEveryMs = 100
/** Accounts named in one hint; what is beyond it goes with the next. A frame holds them well. */
export const accountsPerWakeMax = 5_000
/** Hints are hints: beyond this they are dropped, and sessions see the mail when they next look. */
export const accountsHeldMax = 100_000

export const waker = (mailrooms: readonly Pick<Door<WakeVerbs>, 'ask'>[]): Waker => {
  const grown = new Set<AccountHandle>()
  let timer: NodeJS.Timeout | undefined

  const send = (): void => {
    timer = undefined
    if (grown.size === 0) return
    const accounts = [...grown.values().take(accountsPerWakeMax)]
    for (const account of accounts) grown.delete(account)
    for (const mailroom of mailrooms) mailroom.ask('wake', { accounts }).catch(() => undefined)
    timer = setTimeout(send, wakeEveryMs)
    timer.unref()
  }

  return {
    grew(accounts) {
      if (mailrooms.length === 0) return
      for (const account of accounts) if (grown.size < accountsHeldMax) grown.add(account)
      // The first after a quiet time leaves with the end of this turn; the others wait for the next beat.
      timer ??= setTimeout(send, 0)
    },
    [Symbol.dispose]() {
      clearTimeout(timer)
    },
  }
}
