/**
 * From a received message and an account to what the journal stores: a sealed `arrived` event, a message row, and the
 * content key that opens them, itself sealed to the account. The writer can't read any of it again.
 */
import type { Clock } from '@bulkhead/base/clock.ts'
import { newMessageId, type AccountHandle, type MailboxId, type MessageId } from '@bulkhead/base/ids.ts'
import { wipe } from '@bulkhead/base/secret.ts'
import type { ContentKey, Sealing } from '@bulkhead/seal/sealing.ts'
import type { MessageIndex } from '@bulkhead/wire/mime/message-index.ts'
import type { FiledInto, JournalEvent } from '../journal/event.ts'
import { encodeEvent } from '../journal/event-codec.ts'
import type { Append, NewMessage, SealedContentKey, StoredBody } from '../ports/journal-store.ts'
import type { Received } from './incoming.ts'
import { threadKey } from './thread-key.ts'

/** Where and how a message is filed. */
export interface Filing {
  /** Null is the INBOX; a writer that can't read the account says the use or the name of another. */
  readonly mailbox: MailboxId | FiledInto | null
  readonly flags: readonly string[]
  readonly internalDateMs: number
  /** When it is filed. */
  readonly atMs: number
}

export interface Arrival {
  readonly message: MessageId
  readonly event: Buffer
  readonly row: NewMessage
}

/** Whom a sealed index record belongs to: the account and the very message, so that rows can't be exchanged. */
export const indexOwner = (account: AccountHandle, message: MessageId): string => `${account}/${message}`

interface Sealed {
  readonly sizeBytes: number
  readonly index: Pick<MessageIndex, 'overview'>
  readonly indexPlain: Buffer
  readonly body: StoredBody
}

interface Keyed {
  readonly account: AccountHandle
  readonly key: ContentKey
}

/** The row of a message that is new to an account. */
export const newRow = (sealing: Sealing, { account, key }: Keyed, { sizeBytes, indexPlain, body }: Omit<Sealed, 'index'>): NewMessage => {
  const message = newMessageId()
  return { message, sizeBytes, index: sealing.sealRecord(key, 'index', indexOwner(account, message), indexPlain), body }
}

export const sealArrival = (sealing: Sealing, to: Keyed, received: Sealed, filing: Filing): Arrival => {
  const row = newRow(sealing, to, received)
  const { message, sizeBytes } = row
  const thread = threadKey(to.account, message, received.index.overview)
  const { mailbox, ...how } = filing
  const event: JournalEvent = typeof mailbox === 'object' && mailbox !== null
    ? { kind: 'filed', into: mailbox, message, sizeBytes, ...how, thread }
    : { kind: 'arrived', mailbox, message, sizeBytes, ...how, thread }
  return { message, event: sealing.sealRecord(to.key, 'event', to.account, encodeEvent(event)), row }
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

/** One delivered message for one account, ready for `JournalWriter.append`. */
export const deliveryAppend = (
  sealing: Sealing,
  to: { readonly account: AccountHandle; readonly delivery: DeliveryKey },
  received: Pick<Received, 'sizeBytes' | 'index' | 'indexPlain'> & { readonly body: StoredBody },
  filing: Omit<Filing, 'atMs'> & Pick<Append, 'arrivalDigest' | 'keepDigest'>,
): Append => {
  const { arrivalDigest, keepDigest, mailbox, flags, internalDateMs } = filing
  const sealedFor = { account: to.account, key: to.delivery.key }
  const { event, row } = sealArrival(sealing, sealedFor, received, { mailbox, flags, internalDateMs, atMs: internalDateMs })
  return {
    account: to.account,
    events: [event],
    messages: [row],
    contentKeys: to.delivery.contentKeys,
    addsBytes: received.sizeBytes,
    addsMessages: 1,
    expectedHead: null,
    arrivalDigest,
    keepDigest,
  }
}
