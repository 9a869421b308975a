/**
 * Pushes state changes to subscriptions (RFC 8620 section 7.2, RFC 8030). An account is attended to while a session of it is open here: the
 * key that opens its subscriptions is there no longer. What fails is tried again a few times with what changed meanwhile; a
 * subscription that its push service no longer knows goes.
 */
import { base64, utf8 } from '@bulkhead/base/bytes.ts'
import type { Clock } from '@bulkhead/base/clock.ts'
import { Fault } from '@bulkhead/base/fault.ts'
import type { AccountHandle } from '@bulkhead/base/ids.ts'
import type { Log } from '@bulkhead/base/log.ts'
import type { Meter } from '@bulkhead/base/meter.ts'
import type { ScoutVerbs } from '@bulkhead/door/contracts/scout.ts'
import type { Door } from '@bulkhead/door/verbs.ts'
import type { AccountState } from '@bulkhead/mail/account/mail-account.ts'
import type { DataType } from '@bulkhead/wire/jmap/capabilities.ts'
import { accountId } from '@bulkhead/wire/jmap/ids.ts'
import type { JsonObject } from '@bulkhead/wire/jmap/json.ts'
import { encryptedPush, pushPlainBytesMax } from '@bulkhead/wire/webpush/encryption.ts'
import { vapidAuthorization, type VapidKey } from '@bulkhead/wire/webpush/vapid.ts'
import type { HttpSession } from '../../http/session.ts'
import { changedTypes, stateChange } from './changed-types.ts'
import { subscriptionsIn, type NamedSubscription } from './subscriptions.ts'

export interface PushService {
  /** From now on until it ends, this session's account is attended to. Cheap where it is already. */
  attend(session: HttpSession): void
  /** Tells a new subscription its code. Never waits. */
  verify(session: HttpSession, subscription: string): void
}

export interface PushPorts {
  /** Null: nothing leaves from here. */
  readonly scout: Pick<Door<ScoutVerbs>, 'ask'> | null
  readonly pseudonym: (text: string) => string
  readonly vapid: VapidKey
  readonly clock: Clock
  readonly log: Log
  readonly meter: Meter
}

/** Changes close together are one push. */
const gatherMs = 1_500
const retryAfterMs = [30_000, 120_000, 600_000] as const
/** A change of state that old is no news: the client asks when it is back. */
const ttlSeconds = 86_400

type Sent = 'sent' | 'gone' | 'later'

/** What the scout will never do. */
const goneBy: ReadonlySet<string> = new Set(['badUrl', 'notPublic'])

const outcomeOf = (status: number): Sent => {
  if (status >= 200 && status < 300) return 'sent'
  return status === 404 || status === 410 ? 'gone' : 'later'
}

const deliver = async (ports: PushPorts, account: AccountHandle, to: NamedSubscription, message: JsonObject): Promise<Sent> => {
  const { scout, pseudonym, vapid, clock, meter, log } = ports
  const plain = utf8(JSON.stringify(message))
  const keys = to.keys === null ? null : { p256dh: Buffer.from(to.keys.p256dh, 'base64url'), auth: Buffer.from(to.keys.auth, 'base64url') }
  const body = plain.length > pushPlainBytesMax ? undefined : keys === null ? plain : encryptedPush(plain, keys)
  if (scout === null || body === undefined) return body === undefined ? 'gone' : 'later'
  const authorization = vapidAuthorization(vapid, new URL(to.url), clock.now())
  try {
    const reply = await scout.ask('push', {
      url: to.url, asker: pseudonym(account), body: base64(body), encoding: keys === null ? '' : 'aes128gcm', authorization, ttlSeconds,
    })
    const sent = reply.is === 'answered' ? outcomeOf(reply.answer.status) : goneBy.has(reply.refusal) ? 'gone' : 'later'
    meter.count('jmap_pushes', 1, { result: sent })
    return sent
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    log.warn('pushNotSent', { fault: error.code })
    return 'later'
  }
}

/** One account while sessions of it are open. */
class Attended implements Disposable {
  readonly #ports: PushPorts
  readonly #session: HttpSession
  readonly #waiting = new Map<string, Set<DataType>>()
  readonly #failures = new Map<string, number>()
  readonly #stopWatching: () => void
  #told: AccountState
  #timer: NodeJS.Timeout | undefined
  #over = false

  constructor(ports: PushPorts, session: HttpSession) {
    this.#ports = ports
    this.#session = session
    this.#told = session.account.state()
    this.#stopWatching = session.account.watch((state) => this.#changed(state))
  }

  [Symbol.dispose](): void {
    this.#over = true
    this.#stopWatching()
    clearTimeout(this.#timer)
  }

  #changed(state: AccountState): void {
    const types = changedTypes(this.#told, state)
    this.#told = state
    if (types.length === 0 || state.own.objects('push').size === 0) return
    for (const one of subscriptionsIn(state)) {
      const wanted = types.filter((type) => one.types === null || one.types.includes(type))
      if (one.verified && one.expiresAtMs > this.#ports.clock.now() && wanted.length > 0) this.#add(one.id, wanted)
    }
    if (this.#waiting.size > 0) this.#schedule(gatherMs)
  }

  #add(id: string, types: readonly DataType[]): void {
    const waiting = this.#waiting.get(id) ?? new Set()
    for (const type of types) waiting.add(type)
    this.#waiting.set(id, waiting)
  }

  #schedule(afterMs: number): void {
    if (this.#over || this.#timer !== undefined) return
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      this.#flush().catch((bug: unknown) => this.#ports.log.error('pushFailed', bug))
    }, afterMs).unref()
  }

  async #flush(): Promise<void> {
    const { account } = this.#session
    const batch = [...this.#waiting]
    this.#waiting.clear()
    const there = new Map(subscriptionsIn(this.#told).map((one) => [one.id, one]))
    for (const [id, types] of batch) {
      const one = there.get(id)
      if (one === undefined || this.#over) continue
      const sent = await deliver(this.#ports, account.account, one, stateChange(accountId(account.account), types, this.#told))
      await this.#settle(id, sent, types)
    }
  }

  async #settle(id: string, sent: Sent, types: ReadonlySet<DataType>): Promise<void> {
    if (this.#over) return
    if (sent === 'sent') return void this.#failures.delete(id)
    if (sent === 'gone') return void (await this.#session.account.setObjects([{ kind: 'push', id, value: null }]))
    const failures = this.#failures.get(id) ?? 0
    this.#failures.set(id, failures + 1)
    const afterMs = retryAfterMs[failures]
    if (afterMs === undefined) return void this.#failures.delete(id)
    this.#add(id, [...types])
    this.#schedule(afterMs)
  }
}

export const pushService = (ports: PushPorts): PushService => {
  /** By account: who attends to it, and the other sessions that could. */
  const attended = new Map<AccountHandle, { by: HttpSession; watching: Disposable; readonly sessions: Set<HttpSession> }>()
  const known = new WeakSet<HttpSession>()

  const leave = (session: HttpSession): void => {
    const { account } = session.account
    const entry = attended.get(account)
    if (entry === undefined) return
    entry.sessions.delete(session)
    if (entry.by !== session) return
    entry.watching[Symbol.dispose]()
    const [next] = entry.sessions
    if (next === undefined) return void attended.delete(account)
    entry.by = next
    entry.watching = new Attended(ports, next)
  }

  return {
    attend(session) {
      if (known.has(session) || session.closing.aborted) return
      known.add(session)
      const { account } = session.account
      const entry = attended.get(account)
      if (entry === undefined) attended.set(account, { by: session, watching: new Attended(ports, session), sessions: new Set([session]) })
      else entry.sessions.add(session)
      session.closing.addEventListener('abort', () => leave(session), { once: true })
    },
    verify({ account }, id) {
      const one = subscriptionsIn(account.state()).find((subscription) => subscription.id === id)
      if (one === undefined) return
      const message = { '@type': 'PushVerification', pushSubscriptionId: id, verificationCode: one.verificationCode }
      deliver(ports, account.account, one, message).catch((bug: unknown) => ports.log.error('pushFailed', bug))
    },
  }
}
