/**
 * Push subscriptions on the mailroom's side: what changes in an account while a session of it is open here is owed to them. Intakes send it,
 * and tell of mail that comes while nobody is here (ADR 0033); a mailroom pushes nothing and can read no endpoint.
 */
import type { AccountHandle } from '@bulkhead/base/ids.ts'
import type { PushDirectory } from '@bulkhead/mail/ports/pushes.ts'
import type { NewsGatherer } from '@bulkhead/mail/push/gather-news.ts'
import { sealTarget, type PushName, type PushTarget } from '@bulkhead/mail/push/push-target.ts'
import type { Sealing } from '@bulkhead/seal/sealing.ts'
import type { HttpSession } from '../../http/session.ts'
import { changedTypes } from './changed-types.ts'

export interface PushService {
  readonly directory: PushDirectory
  /** From now on until it ends, what changes in this session's account is owed. Cheap where it is already. */
  attend(session: HttpSession): void
  seal(name: PushName, target: PushTarget): Buffer
}

export interface PushPorts {
  readonly directory: PushDirectory
  readonly news: Pick<NewsGatherer, 'changed'>
  readonly sealing: Sealing
  /** Of the intake role. */
  readonly publicKey: Uint8Array
}

/** Mail that comes is told by who takes it in, which knows what is junk; what a person files anew is no delivery. */
const watched = ({ news }: PushPorts, { account }: HttpSession): (() => void) => {
  let told = account.state()
  return account.watch((state) => {
    const types = changedTypes(told, state).filter((type) => type !== 'EmailDelivery')
    told = state
    if (types.length > 0 && state.own.objects('push').size > 0) news.changed(account.account, state.own.seq, types)
  })
}

export const pushService = (ports: PushPorts): PushService => {
  /** By account: who watches it, and the other sessions that could. */
  const attended = new Map<AccountHandle, { by: HttpSession; stop: () => void; readonly sessions: Set<HttpSession> }>()
  const known = new WeakSet<HttpSession>()

  const leave = (session: HttpSession): void => {
    const { account } = session.account
    const entry = attended.get(account)
    if (entry === undefined) return
    entry.sessions.delete(session)
    if (entry.by !== session) return
    entry.stop()
    const [next] = entry.sessions
    if (next === undefined) return void attended.delete(account)
    entry.by = next
    entry.stop = watched(ports, next)
  }

  return {
    directory: ports.directory,
    seal: (name, target) => sealTarget(ports.sealing, ports.publicKey, name, target),
    attend(session) {
      if (known.has(session) || session.closing.aborted) return
      known.add(session)
      const { account } = session.account
      const entry = attended.get(account)
      if (entry === undefined) attended.set(account, { by: session, stop: watched(ports, session), sessions: new Set([session]) })
      else entry.sessions.add(session)
      session.closing.addEventListener('abort', () => leave(session), { once: true })
    },
  }
}
