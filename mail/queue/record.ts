/**
 * The record format of the outbound queue. Envelope, recipients and peers' replies are sealed under a key of this one
 * message, which is itself sealed to the courier's key and stands at the head of the envelope; the message's bytes are
 * sealed in chunks under a message key inside the envelope. The store sees a domain, a size and times.
 *
 * Envelope: `version (1) ‖ keyId (16) ‖ length of sealed key (2) ‖ sealed key ‖ sealed record`.
 */
import { assert } from '@bulkhead/base/assert.ts'
import { base64, utf8, view } from '@bulkhead/base/bytes.ts'
import { Fault } from '@bulkhead/base/fault.ts'
import { newQueueId, type QueueId } from '@bulkhead/base/ids.ts'
import { secret, type Secret } from '@bulkhead/base/secret.ts'
import { chunkBytes, chunkTagBytes, type ContentKey, type Sealing } from '@bulkhead/seal/sealing.ts'
import { waivesTls } from '@bulkhead/wire/trace/tls-required.ts'
import type { Claimed, NewQueued } from '../ports/queue.ts'
import { parseEnvelope, parseRecipient } from './parse.ts'
import type { Queued, QueuedEnvelope, QueuedRecipient } from './queued.ts'

const version = 1
const keyIdBytes = 16
const headBytes = 1 + keyIdBytes + 2

/** Whether TLS is waived the message itself says. */
export interface ToQueue extends Omit<QueuedEnvelope, 'tlsWaived'> {
  /** Pseudonym of the account, by which the store finds what it sent; null where nobody's. */
  readonly sender: string | null
  readonly recipients: readonly QueuedRecipient[]
  readonly message: Uint8Array
}

/** What follows the last `@`, in small letters, as the store may see it. */
export const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1).toLowerCase()

const sealBody = (sealing: Sealing, key: Secret<Buffer>, message: Uint8Array): Buffer => {
  const chunks: Buffer[] = []
  for (let at = 0, number = 0; number === 0 || at < message.length; at += chunkBytes, number += 1) {
    const plain = message.subarray(at, at + chunkBytes)
    chunks.push(sealing.sealChunk(key, number, at + chunkBytes >= message.length, plain))
  }
  return Buffer.concat(chunks)
}

export const sealQueued = (
  sealing: Sealing,
  queuePublicKey: Uint8Array,
  { message, recipients, sender, ...envelope }: ToQueue,
  /** Given where the message already names it, in its trace header. */
  id: QueueId = newQueueId(),
): NewQueued => {
  const { contentKey, sealed: sealedKey } = sealing.newContentKey(queuePublicKey)
  const messageKey = sealing.newMessageKey()
  const plain = utf8(JSON.stringify({ ...envelope, tlsWaived: !envelope.requireTls && waivesTls(message), messageKey: base64(messageKey.declassify()) }))
  const head = Buffer.alloc(headBytes)
  head.writeUInt8(version)
  head.set(contentKey.keyId, 1)
  assert(contentKey.keyId.length === keyIdBytes, 'a key id has 16 bytes')
  head.writeUInt16BE(sealedKey.length, 1 + keyIdBytes)
  return {
    id,
    sizeBytes: message.length,
    sender,
    priority: envelope.priority,
    releaseAtMs: envelope.releaseAtMs,
    held: envelope.held,
    envelope: Buffer.concat([head, sealedKey, sealing.sealRecord(contentKey, 'envelope', id, plain)]),
    body: sealBody(sealing, messageKey, message),
    recipients: recipients.map((recipient) => ({
      domain: domainOf(recipient.forwardPath),
      sealed: sealing.sealRecord(contentKey, 'recipient', id, utf8(JSON.stringify(recipient))),
    })),
  }
}

/** A claimed message, opened. `openBody` and `sealReply` use keys that never leave it. */
export interface OpenedQueued {
  readonly queued: Queued
  openBody(sealed: Uint8Array): Buffer
  /** A peer's words, which may name addresses. */
  sealReply(text: string): Buffer
}

const openBody = (sealing: Sealing, key: Secret<Uint8Array>, sizeBytes: number, sealed: Uint8Array): Buffer => {
  const sealedChunk = chunkBytes + chunkTagBytes
  const chunks: Buffer[] = []
  for (let at = 0, number = 0; number === 0 || at < sealed.length; at += sealedChunk, number += 1) {
    const piece = sealed.subarray(at, at + sealedChunk)
    chunks.push(sealing.openChunk(key, number, at + sealedChunk >= sealed.length, piece))
  }
  const message = chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks)
  if (message.length !== sizeBytes) throw new Fault('corrupt', 'queued body has another size')
  return message
}

const openKey = (sealing: Sealing, privateKey: Secret<Uint8Array>, envelope: Buffer): { readonly key: ContentKey; readonly rest: Buffer } => {
  if (envelope.length < headBytes || envelope[0] !== version) throw new Fault('corrupt', 'queued envelope: unknown version')
  const length = envelope.readUInt16BE(1 + keyIdBytes)
  const keyId = envelope.subarray(1, 1 + keyIdBytes)
  const key = sealing.openContentKey(privateKey, keyId, envelope.subarray(headBytes, headBytes + length))
  return { key, rest: envelope.subarray(headBytes + length) }
}

/** Throws `Fault('corrupt')` for what was not sealed to this key, or for another id. */
export const openQueued = (sealing: Sealing, queuePrivateKey: Secret<Uint8Array>, claimed: Claimed): OpenedQueued => {
  const id: QueueId = claimed.id
  const { key, rest } = openKey(sealing, queuePrivateKey, view(claimed.envelope))
  const { envelope, messageKey } = parseEnvelope(sealing.openRecord(key, 'envelope', id, rest))
  const held = secret(messageKey)
  const recipients = claimed.recipients.map(({ number, domain, sealed, attempts, delayTold }) => ({
    ...parseRecipient(sealing.openRecord(key, 'recipient', id, sealed)),
    number,
    domain,
    attempts,
    delayTold,
  }))
  return {
    queued: { ...envelope, id, queuedAtMs: claimed.queuedAtMs, sizeBytes: claimed.sizeBytes, recipients },
    openBody: (sealed) => openBody(sealing, held, claimed.sizeBytes, sealed),
    sealReply: (text) => sealing.sealRecord(key, 'reply', id, utf8(text)),
  }
}
