/**
 * One session of an account at a time (RFC 1939 section 4). The lock lives in the memory of the mailroom that serves the
 * account and dies with its session. A session that has been silent for a minute, as those of lost connections are, has to
 * make way for a new one: it ends without deleting anything, as if its connection had broken.
 *
 * Logins of an account go to one mailroom (`warden/passes.ts`); while mailrooms come and go two may serve it for a
 * moment. That does no harm: a maildrop never changes during its session, and deleting twice is deleting once.
 */
import type { Clock } from '@bulkhead/base/clock.ts'
import type { AccountHandle } from '@bulkhead/base/ids.ts'

/** A client that lost its connection and comes back waits no longer than this. */
export const silentMs = 60_000
/** A session that has to make way is waited for. */
const makeWayMs = 5_000

export interface Lock extends Disposable {
  /** Aborts when the session has to make way. */
  readonly makeWay: AbortSignal
  /** The client is there. */
  heard(): void
}

interface Held {
  lastHeardMs: number
  readonly makeWay: AbortController
  readonly gone: PromiseWithResolvers<void>
}

export const pop3Locks = (clock: Clock) => {
  const held = new Map<AccountHandle, Held>()

  /** Resolves when the holder is gone, or does not go. */
  const askToGo = async (holder: Held): Promise<void> => {
    if (clock.now() - holder.lastHeardMs < silentMs) return
    holder.makeWay.abort()
    const late = Promise.withResolvers<void>()
    const timer = setTimeout(late.resolve, makeWayMs)
    await Promise.race([holder.gone.promise, late.promise])
    clearTimeout(timer)
  }

  return {
    /** Undefined where it is in use. */
    async take(account: AccountHandle): Promise<Lock | undefined> {
      const holder = held.get(account)
      if (holder !== undefined) await askToGo(holder)
      // Looked at again: somebody else may have waited too. From here on nothing waits.
      if (held.has(account)) return undefined
      const mine: Held = { lastHeardMs: clock.now(), makeWay: new AbortController(), gone: Promise.withResolvers() }
      held.set(account, mine)
      return {
        makeWay: mine.makeWay.signal,
        heard() {
          mine.lastHeardMs = clock.now()
        },
        [Symbol.dispose]() {
          held.delete(account)
          mine.gone.resolve()
        },
      }
    },
  }
}
