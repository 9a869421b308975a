/**
 * The sessions of the web that are open in this mailroom: found by the hash of their token, counted by account, ended when their time is over.
 * A token is in no memory but its owner's.
 */
import { createHash, randomBytes } from 'node:crypto'
import type { Clock } from '@bulkhead/base/clock.ts'
import type { AccountHandle } from '@bulkhead/base/ids.ts'
import type { WebSessionPolicy } from '@bulkhead/door/contracts/start.ts'
import type { EndReason, OpenSession } from './open-session.ts'

/** Sessions of one account from devices; a further one ends the one that was used longest ago. */
export const perAccountMax = 32
const tokenBytes = 32
/** Another client's session is as long as its requests come; each brings the password. */
const basicIdleMs = 10 * 60_000

const digest = (token: string): string => createHash('sha256').update(token).digest('base64')

export const sessionTable = (policy: WebSessionPolicy, clock: Clock) => {
  const byToken = new Map<string, OpenSession>()
  const byId = new Map<string, OpenSession>()
  const byAccount = new Map<AccountHandle, Set<OpenSession>>()
  const tokens = new Map<OpenSession, string>()

  const endReason = (session: OpenSession, nowMs: number): EndReason | undefined => {
    if (session.terms.kind === 'basic') return session.underWay === 0 && nowMs - session.usedAtMs > basicIdleMs ? 'idle' : undefined
    if (nowMs - session.openedAtMs > policy.lifetimeMs) return 'lifetime'
    return nowMs - session.usedAtMs > policy.idleMs ? 'idle' : undefined
  }
  const current = (session: OpenSession | undefined): OpenSession | undefined => {
    const why = session === undefined || session.over ? undefined : endReason(session, clock.now())
    if (why !== undefined) session?.end(why)
    return session?.over === false ? session : undefined
  }
  const add = (session: OpenSession): void => {
    byId.set(session.terms.id, session)
    const its = byAccount.get(session.terms.who.account) ?? new Set()
    byAccount.set(session.terms.who.account, its.add(session))
  }

  return {
    /** Gives the token, this once. */
    addWeb(session: OpenSession): string {
      const token = `${session.terms.mailroom}.${randomBytes(tokenBytes).toString('base64url')}`
      add(session)
      byToken.set(digest(token), session)
      tokens.set(session, digest(token))
      const its = [...byAccount.get(session.terms.who.account) ?? []].filter(({ terms }) => terms.kind === 'web')
      if (its.length > perAccountMax) its.reduce((oldest, one) => (one.usedAtMs < oldest.usedAtMs ? one : oldest)).end('replaced')
      return token
    },
    addBasic: add,
    byToken: (token: string) => current(byToken.get(digest(token))),
    byId: (id: string) => current(byId.get(id)),
    /** Another client's, for who it logged in as. */
    basicOf(account: AccountHandle, login: string, origin: string): OpenSession | undefined {
      const found = [...byAccount.get(account) ?? []].find(({ terms }) => terms.kind === 'basic' && terms.who.login === login && terms.origin === origin)
      return current(found)
    },
    of: (account: AccountHandle): readonly OpenSession[] => [...byAccount.get(account) ?? []],
    remove(session: OpenSession): void {
      const { id, who } = session.terms
      byId.delete(id)
      byToken.delete(tokens.get(session) ?? '')
      tokens.delete(session)
      const its = byAccount.get(who.account)
      its?.delete(session)
      if (its?.size === 0) byAccount.delete(who.account)
    },
    accounts: (): readonly AccountHandle[] => [...byAccount.keys()],
    all: (): readonly OpenSession[] => [...byId.values()],
    /** Ends what is over by its time. */
    sweep(): void {
      for (const session of byId.values()) current(session)
    },
    get size() {
      return byId.size
    },
  }
}

export type SessionTable = ReturnType<typeof sessionTable>
