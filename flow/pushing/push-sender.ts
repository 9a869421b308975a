/**
 * Sends what is owed to push subscriptions (RFC 8620 section 7.2, RFC 8030). Claims it from the directory under a lease, opens where it goes with
 * the key of the intake role, and asks the scout to post it. What fails is tried again a few times, together with what changed
 * meanwhile; a subscription that its push service no longer knows goes.
 */
import { base64, utf8 } from '@bulkhead/base/bytes.ts'
import type { Clock } from '@bulkhead/base/clock.ts'
import { Fault } from '@bulkhead/base/fault.ts'
import type { Log } from '@bulkhead/base/log.ts'
import type { Meter } from '@bulkhead/base/meter.ts'
import type { Pseudonym } from '@bulkhead/base/pseudonym.ts'
import type { Secret } from '@bulkhead/base/secret.ts'
import type { ScoutVerbs } from '@bulkhead/door/contracts/scout.ts'
import type { Door } from '@bulkhead/door/verbs.ts'
import { type DuePush, type PushQueue, type PushSettlement } from '@bulkhead/mail/ports/pushes.ts'
import { openTarget, type PushTarget } from '@bulkhead/mail/push/push-target.ts'
import type { Sealing } from '@bulkhead/seal/sealing.ts'
import { encryptedPush, pushPlainBytesMax } from '@bulkhead/wire/webpush/encryption.ts'
import { vapidAuthorization, type VapidKey } from '@bulkhead/wire/webpush/vapid.ts'
import { pushMessage } from './message.ts'

export interface PushSenderPorts {
  readonly queue: PushQueue
  readonly scout: Pick<Door<ScoutVerbs>, 'ask'>
  readonly sealing: Sealing
  /** Of the intake role. */
  readonly privateKey: Secret<Uint8Array>
  readonly pseudonym: Pseudonym
  readonly vapid: VapidKey
  /** See `vapidAuthorization`. */
  readonly contact: string | null
  readonly clock: Clock
  readonly log: Log
  readonly meter: Meter
}

export interface PushSender extends AsyncDisposable {
  /** Something is owed that was not. */
  owed(): void
}

/** However quiet it is: a hint may be lost, another intake may die over what it claimed. */
export const lookEveryMs = 30_000
const lookAgainMinMs = 250
/** After the directory could not be asked. */
const faultWaitMs = 2_000
const pruneEveryMs = 3_600_000
/** Claimed together, and sent at the same time. */
export const pushesAtOnceMax = 16
const retryAfterMs = [30_000, 120_000, 600_000] as const
/** A change of state that old is no news: the client asks when it is back. */
const ttlSeconds = 86_400

const gone: PushSettlement = { is: 'gone' }

/** What the scout will never do. */
const goneBy: ReadonlySet<string> = new Set(['badUrl', 'notPublic'])

const meaning = (status: number, later: PushSettlement): PushSettlement => {
  if (status >= 200 && status < 300) return { is: 'sent' }
  return status === 404 || status === 410 ? gone : later
}

/** Undefined: it can't be said to this subscriber, whose key is none. */
const bodyFor = (plain: Buffer, { keys }: PushTarget): Buffer | undefined => {
  if (plain.length > pushPlainBytesMax) return undefined
  if (keys === null) return plain
  return encryptedPush(plain, { p256dh: Buffer.from(keys.p256dh, 'base64url'), auth: Buffer.from(keys.auth, 'base64url') })
}

const sent = async (ports: PushSenderPorts, due: DuePush): Promise<PushSettlement> => {
  const { scout, sealing, privateKey, pseudonym, vapid, contact, clock } = ports
  const target = openTarget(sealing, privateKey, due, due.sealed)
  const body = bodyFor(utf8(JSON.stringify(pushMessage(due, target))), target)
  if (body === undefined) return gone
  const later: PushSettlement = { is: 'later', againMs: retryAfterMs[due.tries - 1] ?? null }
  const reply = await scout.ask('push', {
    url: target.url, asker: pseudonym(due.account), body: base64(body), encoding: target.keys === null ? '' : 'aes128gcm',
    authorization: vapidAuthorization(vapid, new URL(target.url), clock.now(), contact), ttlSeconds,
  })
  if (reply.is === 'answered') return meaning(reply.answer.status, later)
  return goneBy.has(reply.refusal) ? gone : later
}

/** What the lease of a push that is neither settled nor forgotten is for: it comes again. */
const send = async (ports: PushSenderPorts, due: DuePush): Promise<void> => {
  const { queue, log, meter } = ports
  try {
    const settlement = await sent(ports, due)
    meter.count('intake_pushes', 1, { result: settlement.is })
    await queue.settle(due, settlement)
  } catch (error) {
    const corrupt = error instanceof Fault && error.code === 'corrupt'
    log.error('pushNotSent', error, { consequence: corrupt ? 'the subscription ends' : 'it is tried again' })
    if (corrupt) await queue.settle(due, gone).catch((fault: unknown) => log.error('pushNotSettled', fault))
  }
}

export const startPushSender = (ports: PushSenderPorts): PushSender => {
  const { queue, log } = ports
  let looking: Promise<void> | undefined
  let timer: NodeJS.Timeout | undefined
  let isAsked = false
  let over = false

  /** Gives how long nothing is due. */
  const lookOnce = async (): Promise<number> => {
    for (let full = true; full && !over; ) {
      const due = await queue.claim(pushesAtOnceMax)
      await Promise.all(due.map((one) => send(ports, one)))
      full = due.length === pushesAtOnceMax
    }
    return (await queue.nextMs()) ?? lookEveryMs
  }
  const lookIn = (ms: number): void => {
    if (over) return
    clearTimeout(timer)
    timer = setTimeout(look, Math.max(lookAgainMinMs, Math.min(lookEveryMs, ms)))
  }
  const look = (): void => {
    if (looking !== undefined) {
      isAsked = true
      return
    }
    isAsked = false
    looking = lookOnce()
      .catch((error: unknown) => {
        log.error('pushesNotClaimed', error)
        return faultWaitMs
      })
      .then((ms) => {
        looking = undefined
        lookIn(isAsked ? 0 : ms)
      })
  }
  const prune = (): void => void queue.prune().catch((error: unknown) => log.error('pushesNotPruned', error))

  const pruning = setInterval(prune, pruneEveryMs)
  // What was owed when we died is due.
  look()
  return {
    owed: look,
    async [Symbol.asyncDispose]() {
      over = true
      clearInterval(pruning)
      clearTimeout(timer)
      await looking
    },
  }
}
