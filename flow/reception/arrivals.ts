/** Puts one received message into the journals of its recipients: each account once, all at the same time. */
import type { Log } from '@bulkhead/base/log.ts'
import type { AccountHandle } from '@bulkhead/base/ids.ts'
import { deliveryAppend, type DeliveryKeys } from '@bulkhead/mail/account/arrival.ts'
import type { Received } from '@bulkhead/mail/account/incoming.ts'
import type { NewsGatherer } from '@bulkhead/mail/push/gather-news.ts'
import type { BlobStore } from '@bulkhead/mail/ports/blob-store.ts'
import type { AppendAnswer, JournalWriter, StoredBody } from '@bulkhead/mail/ports/journal-store.ts'
import type { Sealing } from '@bulkhead/seal/sealing.ts'
import type { FiledInto } from '@bulkhead/mail/journal/event.ts'
import type { DataType } from '@bulkhead/wire/jmap/capabilities.ts'
import type { Filing } from '../filtering/ruled.ts'
import type { Stored } from './fold.ts'
import type { Recipient } from './session.ts'

export interface ArrivalPorts {
  readonly sealing: Sealing
  readonly keys: DeliveryKeys
  readonly journal: JournalWriter
  readonly blobs: BlobStore
  readonly log: Log
  /** Hears of what was filed; see `mail/push/gather-news.ts`. */
  readonly news: Pick<NewsGatherer, 'changed'>
}

export interface Arriving {
  readonly received: Received
  /** One of each account. */
  readonly recipients: readonly Recipient[]
  /** Where it goes, at least one place. */
  filingsFor(account: AccountHandle): readonly Filing[]
  readonly internalDateMs: number
  /** A message that came by a relay is the same to the byte when it comes again, also after it was acknowledged. */
  readonly keepDigest: boolean
  digestFor(account: AccountHandle): Buffer
}

const meaning = (answer: AppendAnswer): Stored => {
  if (answer.is === 'appended' || answer.is === 'duplicate') return 'stored'
  if (answer.is === 'conflict') return 'fault'
  return answer.why === 'overQuota' ? 'overQuota' : 'gone'
}

/** Bytes kept for an account that did not take them; those of a fault may be in use. */
const giveBack = async ({ blobs, log }: ArrivalPorts, account: AccountHandle, body: StoredBody): Promise<void> => {
  if (body.in !== 'blob') return
  await blobs.remove(account, body.name).catch((error: unknown) => log.error('blobNotRemoved', error))
}

const changedByMail = ['Mailbox', 'Thread', 'Email', 'Quota'] as const
export const changedByNews = [...changedByMail, 'EmailDelivery'] as const

/** Nobody's telephone rings for junk, or for what a rule has marked as seen. */
const typesChangedBy = (places: readonly Filing[]): readonly DataType[] => (places.some(isNews) ? changedByNews : changedByMail)

const isNews = ({ mailbox, flags }: Filing): boolean => !flags.includes('\\Seen') && (mailbox === null || typeof mailbox === 'string' || !isAside(mailbox))

/** By its use, or by the name that a person's script says; what is behind an id is not known here. */
const asideNames: ReadonlySet<string> = new Set(['Junk', 'Trash', 'Quarantine'])
const isAside = ({ specialUse, name }: FiledInto): boolean => specialUse === '\\Junk' || specialUse === '\\Trash' || asideNames.has(name)

const appendFor = async (ports: ArrivalPorts, arriving: Arriving, body: StoredBody, { account, publicKey }: Recipient): Promise<Stored> => {
  const { received, internalDateMs, keepDigest } = arriving
  const delivery = ports.keys.keyFor(account, publicKey)
  const filing = { places: arriving.filingsFor(account), internalDateMs, arrivalDigest: arriving.digestFor(account), keepDigest }
  const { sizeBytes, index, indexPlain } = received
  try {
    const answer = await ports.journal.append(deliveryAppend(ports.sealing, { account, delivery }, { sizeBytes, index, indexPlain, body }, filing))
    if (answer.is === 'appended') {
      ports.keys.stored(account, delivery)
      ports.news.changed(account, answer.head, typesChangedBy(filing.places))
    } else await giveBack(ports, account, body)
    return meaning(answer)
  } catch (error) {
    ports.log.error('appendFailed', error)
    return 'fault'
  }
}

/** What became of each account. A fault of the blob store is everybody's. */
export const storeArrival = async (ports: ArrivalPorts, arriving: Arriving): Promise<ReadonlyMap<AccountHandle, Stored>> => {
  const accounts = arriving.recipients.map(({ account }) => account)
  const body = await arriving.received.keep(accounts)
  const stored = arriving.recipients.map(async (recipient) => {
    return [recipient.account, await appendFor(ports, arriving, body, recipient)] as const
  })
  return new Map(await Promise.all(stored))
}
