/**
 * From a received message and an account to what the journal stores: a sealed `arrived` event, a message row, and the
 * content key that opens them, itself sealed to the account. The writer can't read any of it again.
 */
import type { Clock } from '@bulkhead/base/clock.ts'
import { newMessageId, type AccountHandle, type MailboxId, type MessageId } from '@bulkhead/base/ids.ts'
import { wipe } from '@bulkhead/base/secret.ts'
import type { ContentKey, Sealing } from '@bulkhead/seal/sealing.ts'
import type { FiledInto, JournalEvent } from '../journal/event.ts'
import { encodeEvent } from '../journal/event-codec.ts'
import type { Append, NewMessage, SealedContentKey, StoredBody } from '../ports/journal-store.ts'
import type { Received } from './incoming.ts'
import { threadKey } from './thread-key.ts'

/** One place of a delivery. A writer that can't read the account says the use, the name or the id of a mailbox; null is the INBOX. */
export interface Place {
  readonly mailbox: MailboxId | FiledInto | null
  readonly flags: readonly string[]
}

/** Whom a sealed index record belongs to: the account and the very message, so that rows can't be exchanged. */
export const indexOwner = (account: AccountHandle, message: MessageId): string => `${account}/${message}`

interface Sealed {
  readonly sizeBytes: number
  readonly indexPlain: Buffer
  readonly body: StoredBody
}

interface Keyed {
  readonly account: AccountHandle
  readonly key: ContentKey
}

/** The row of a message that is new to an account. */
export const newRow = (sealing: Sealing, { account, key }: Keyed, { sizeBytes, indexPlain, body }: Sealed): NewMessage => {
  const message = newMessageId()
  return { message, sizeBytes, index: sealing.sealRecord(key, 'index', indexOwner(account, message), indexPlain), body }
}

/** A content key in use for deliveries to one account, and its sealed form while the store may not have it yet. */
export interface DeliveryKey {
  readonly key: ContentKey
  readonly contentKeys: readonly SealedContentKey[]
}

export interface DeliveryKeys {
  keyFor(account: AccountHandle, publicKey: Uint8Array): DeliveryKey
  /** An append that carried this key is durable: later ones need not carry it. */
  stored(account: AccountHandle, used: DeliveryKey): void
  /** Forgets all keys, as at the end of the process. */
  wipe(): void
}

/** A content key serves one account for this long. What a captured intake can open is what came with the present one. */
export const contentKeyLifeMs = 3_600_000
/** Accounts whose present content key is remembered; the oldest goes first. */
export const deliveryKeysMax = 10_000

interface Held {
  readonly publicKey: Buffer
  readonly untilMs: number
  use: DeliveryKey
}

/**
 * The content keys of deliveries: one per account and hour. A key is dropped, not wiped, when its hour is over, since
 * a delivery may be at work with it; the collector takes it.
 */
export const deliveryKeys = (sealing: Sealing, clock: Clock): DeliveryKeys => {
  const held = new Map<AccountHandle, Held>()
  return {
    keyFor(account, publicKey) {
      const nowMs = clock.now()
      const present = held.get(account)
      if (present !== undefined && present.untilMs > nowMs && present.publicKey.equals(publicKey)) return present.use
      const { contentKey, sealed } = sealing.newContentKey(publicKey)
      const use: DeliveryKey = { key: contentKey, contentKeys: [{ keyId: contentKey.keyId, sealed }] }
      held.delete(account)
      held.set(account, { publicKey: Buffer.from(publicKey), untilMs: nowMs + contentKeyLifeMs, use })
      const oldest = held.size > deliveryKeysMax ? held.keys().next().value : undefined
      if (oldest !== undefined) held.delete(oldest)
      return use
    },
    stored(account, used) {
      const present = held.get(account)
      if (present?.use === used) present.use = { key: used.key, contentKeys: [] }
    },
    wipe() {
      for (const { use } of held.values()) wipe(use.key.key.declassify())
      held.clear()
    },
  }
}

interface Delivered extends Pick<Append, 'arrivalDigest' | 'keepDigest'> {
  /** At least one. The message is stored once, wherever it goes. */
  readonly places: readonly Place[]
  readonly internalDateMs: number
}

type Came = Pick<Extract<JournalEvent, { kind: 'arrived' }>, 'message' | 'sizeBytes' | 'internalDateMs' | 'atMs' | 'thread'>

const placing = ({ mailbox, flags }: Place, came: Came): JournalEvent =>
  mailbox === null || typeof mailbox === 'string' ? { kind: 'arrived', mailbox, flags, ...came } : { kind: 'filed', into: mailbox, flags, ...came }

const isDeleted = ({ flags }: Place): boolean => flags.some((flag) => flag.toLowerCase() === '\\deleted')

const placings = (places: readonly Place[], came: Came): readonly JournalEvent[] => {
  const [only, ...more] = places
  if (only !== undefined && more.length === 0) return [placing(only, came)]
  return places.map(({ mailbox, flags }, at) => ({ kind: 'placed', into: mailbox, first: places.slice(0, at).every(isDeleted), flags, ...came }))
}

/** One delivered message for one account, ready for `JournalWriter.append`. */
export const deliveryAppend = (
  sealing: Sealing,
  to: { readonly account: AccountHandle; readonly delivery: DeliveryKey },
  received: Pick<Received, 'sizeBytes' | 'index' | 'indexPlain'> & { readonly body: StoredBody },
  { arrivalDigest, keepDigest, places, internalDateMs }: Delivered,
): Append => {
  const sealedFor = { account: to.account, key: to.delivery.key }
  const row = newRow(sealing, sealedFor, received)
  const { message, sizeBytes } = row
  const came = { message, sizeBytes, internalDateMs, atMs: internalDateMs, thread: threadKey(to.account, message, received.index.overview) }
  return {
    account: to.account,
    events: placings(places, came).map((event) => sealing.sealRecord(to.delivery.key, 'event', to.account, encodeEvent(event))),
    messages: [row],
    contentKeys: to.delivery.contentKeys,
    addsBytes: received.sizeBytes,
    addsMessages: 1,
    expectedHead: null,
    arrivalDigest,
    keepDigest,
  }
}
