/** Reads an account's mail back from a store with its private key, as only a mailroom with an open pass could. */
import type { AccountHandle } from '@bulkhead/base/ids.ts'
import { secret, type Secret } from '@bulkhead/base/secret.ts'
import { indexOwner } from '@bulkhead/mail/account/arrival.ts'
import { decodeEvent } from '@bulkhead/mail/journal/event-codec.ts'
import type { BlobStore } from '@bulkhead/mail/ports/blob-store.ts'
import type { FoundBody, JournalReader } from '@bulkhead/mail/ports/journal-store.ts'
import { chunkBytes, chunkTagBytes, type Sealing } from '@bulkhead/seal/sealing.ts'

const messageKeyBytes = 32

export interface MailStore {
  readonly sealing: Sealing
  readonly journal: JournalReader
  readonly blobs: BlobStore
}

const sealedBytes = async (blobs: BlobStore, account: AccountHandle, body: FoundBody): Promise<Buffer> => {
  if (body.in === 'row') return Buffer.from(body.sealed)
  await using blob = await blobs.open(account, body.in === 'pack' ? body.blob : body.name)
  if (blob === undefined) throw new Error('the blob is gone')
  return body.in === 'pack' ? await blob.read(body.offset, body.sizeBytes) : await blob.read(0, blob.sizeBytes)
}

const openBody = (sealing: Sealing, key: Secret<Buffer>, sealed: Buffer): Buffer => {
  const plain: Buffer[] = []
  const step = chunkBytes + chunkTagBytes
  for (let at = 0, number = 0; at < sealed.length; at += step, number += 1) {
    plain.push(sealing.openChunk(key, number, at + step >= sealed.length, sealed.subarray(at, at + step)))
  }
  return Buffer.concat(plain)
}

/** What arrived in the INBOX, or was filed by the name of another mailbox. */
export const openedMail = async (store: MailStore, account: AccountHandle, privateKey: Secret<Buffer>, mailbox = 'INBOX'): Promise<readonly Buffer[]> => {
  const { sealing, journal, blobs } = store
  const loaded = await journal.load(account)
  if (loaded === undefined) return []
  const keys = new Map(
    loaded.contentKeys.map(({ keyId, sealed }) => [Buffer.from(keyId).toString('hex'), sealing.openContentKey(privateKey, keyId, sealed)]),
  )
  const messages: Buffer[] = []
  for (const { sealed } of loaded.events) {
    const key = keys.get(sealing.recordKeyId(sealed).toString('hex'))
    if (key === undefined) throw new Error('no key for an event')
    const event = decodeEvent(sealing.openRecord(key, 'event', account, sealed))
    if (event?.kind !== 'arrived' && event?.kind !== 'filed' && event?.kind !== 'placed') continue
    const into = event.kind === 'arrived' ? null : event.into
    if ((typeof into === 'string' ? into : into?.name ?? 'INBOX') !== mailbox) continue
    const [row] = await journal.messageIndexes(account, [event.message])
    const body = (await journal.bodies(account, [event.message])).get(event.message)
    if (row === undefined || body === undefined) throw new Error('no row for an event')
    const plain = sealing.openRecord(key, 'index', indexOwner(account, event.message), row.index)
    messages.push(openBody(sealing, secret(plain.subarray(0, messageKeyBytes)), await sealedBytes(blobs, account, body)))
  }
  return messages
}
