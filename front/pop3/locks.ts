/**
 * One session of an account at a time (RFC 1939 section 4), in all mailrooms of the cell together. The lock lives in the memory
 * of the mailroom that serves the session and dies with it; whoever takes one asks the others first, and where two ask at
 * once neither gets it. A session that has been silent for a minute, as those of lost connections are, has to make way for
 * a new one: it ends without deleting anything, as if its connection had broken.
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

export interface LockPorts {
  readonly clock: Clock
  /** Whether no other mailroom has a session of it, after one that was silent had to go. Never rejects. */
  freeElsewhere(account: AccountHandle): Promise<boolean>
}

export interface Pop3Locks {
  /** Undefined where it is in use. */
  take(account: AccountHandle): Promise<Lock | undefined>
  /** For another mailroom: whether no session here has it any more. */
  leave(account: AccountHandle): Promise<boolean>
}

export const pop3Locks = ({ clock, freeElsewhere }: LockPorts): Pop3Locks => {
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

  const hold = (account: AccountHandle): Lock => {
    const mine: Held = { lastHeardMs: clock.now(), makeWay: new AbortController(), gone: Promise.withResolvers() }
    held.set(account, mine)
    return {
      makeWay: mine.makeWay.signal,
      heard() {
        mine.lastHeardMs = clock.now()
      },
      [Symbol.dispose]() {
        if (held.get(account) === mine) held.delete(account)
        mine.gone.resolve()
      },
    }
  }

  const leave = async (account: AccountHandle): Promise<boolean> => {
    const holder = held.get(account)
    if (holder !== undefined) await askToGo(holder)
    // Looked at again: somebody else may have waited too.
    return !held.has(account)
  }

  return {
    leave,
    async take(account) {
      const isFree = await leave(account)
      if (!isFree || held.has(account)) return undefined
      const lock = hold(account)
      if (await freeElsewhere(account)) return lock
      lock[Symbol.dispose]()
      return undefined
    },
  }
}
