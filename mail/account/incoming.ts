/**
 * A message on its way in. `receiveMessage`, for APPEND: one pass seals its bytes in chunks and indexes them, so that
 * memory stays bounded whatever its size. `receiveWhole`, for reception, which has the message in memory. Small ones
 * become a row; larger ones go to the blob store. Nothing is durable before `keep` resolves, and the row not before the
 * append.
 */
import { assert } from '@bulkhead/base/assert.ts'
import { view } from '@bulkhead/base/bytes.ts'
import type { AccountHandle } from '@bulkhead/base/ids.ts'
import { wipe, type Secret } from '@bulkhead/base/secret.ts'
import { chunkBytes, chunkTagBytes, type Sealing } from '@bulkhead/seal/sealing.ts'
import { encodeMessageIndex } from '@bulkhead/wire/mime/index-codec.ts'
import { indexMessage, messageIndexer } from '@bulkhead/wire/mime/indexer.ts'
import type { MessageIndex } from '@bulkhead/wire/mime/message-index.ts'
import type { BlobStore, BlobWriter } from '../ports/blob-store.ts'
import type { StoredBody } from '../ports/journal-store.ts'

/** Sealed bytes kept in a row; a message with more goes to the blob store. */
export const inlineBytesMax = 256 * 1024
/** Sealed chunks are handed to the blob store this many at a time at most. */
const chunksPerWrite = 4

export interface ReceiverPorts {
  readonly sealing: Sealing
  readonly blobs: BlobStore
}

/** A message that came whole. One sealed body serves every account that gets it. */
export interface Received {
  readonly index: MessageIndex
  readonly sizeBytes: number
  /** `message key ‖ encoded index`: what each recipient's index record seals. */
  readonly indexPlain: Buffer
  /** The sealed body, durable for these accounts if it is a blob. Once, and before `discard`. */
  keep(accounts: readonly AccountHandle[]): Promise<StoredBody>
  /** Throws away what was not kept, and wipes the key. Safe at any time, more than once. */
  discard(): Promise<void>
}

export interface Receiver {
  /** Bytes taken so far. */
  sizeBytes(): number
  /** Takes the bytes, which may be reused once it resolves. Rejects with a `Fault` when the blob store is sick. */
  write(chunk: Uint8Array): Promise<void>
  finish(): Promise<Received>
  discard(): Promise<void>
}

/** Sealed chunks: in memory up to `inlineBytesMax`, then in a blob. */
const sealedBody = (blobs: BlobStore) => {
  let held: Buffer[] = []
  let heldBytes = 0
  let blob: BlobWriter | undefined
  const flush = async (): Promise<void> => {
    const chunks = held
    held = []
    heldBytes = 0
    blob ??= await blobs.create()
    for (const chunk of chunks) await blob.write(chunk)
  }
  return {
    async add(sealed: Buffer): Promise<void> {
      held.push(sealed)
      heldBytes += sealed.length
      const full = blob === undefined ? heldBytes > inlineBytesMax : held.length >= chunksPerWrite
      if (full) await flush()
    },
    async keep(accounts: readonly AccountHandle[]): Promise<StoredBody> {
      if (blob === undefined) return { in: 'row', sealed: Buffer.concat(held, heldBytes) }
      await flush()
      const writer = blob
      const name = await writer.keep(accounts)
      blob = undefined
      return { in: 'blob', name }
    },
    async discard(): Promise<void> {
      const writer = blob
      blob = undefined
      held = []
      await writer?.discard()
    },
  }
}

/** Cuts bytes into sealed chunks of `chunkBytes`; the last one is known as such only at the end. */
export const chunkSealer = (sealing: Sealing, key: Secret<Buffer>, sizeBytesMax: number, add: (sealed: Buffer) => Promise<void>) => {
  const open = Buffer.allocUnsafeSlow(Math.min(chunkBytes, sizeBytesMax))
  let openBytes = 0
  let number = 0
  return {
    async push(bytes: Buffer): Promise<void> {
      let at = 0
      while (at < bytes.length) {
        if (openBytes === chunkBytes) {
          await add(sealing.sealChunk(key, number, false, open))
          number += 1
          openBytes = 0
        }
        const taken = bytes.copy(open, openBytes, at)
        openBytes += taken
        at += taken
      }
    },
    async end(): Promise<void> {
      await add(sealing.sealChunk(key, number, true, open.subarray(0, openBytes)))
      wipe(open)
    },
  }
}

export const receiveMessage = ({ sealing, blobs }: ReceiverPorts, sizeBytesMax: number): Receiver => {
  const messageKey = sealing.newMessageKey()
  const body = sealedBody(blobs)
  const sealer = chunkSealer(sealing, messageKey, sizeBytesMax, body.add)
  const indexer = messageIndexer()
  let sizeBytes = 0
  const discard = async (): Promise<void> => {
    wipe(messageKey.declassify())
    await body.discard()
  }
  return {
    sizeBytes: () => sizeBytes,
    async write(chunk) {
      sizeBytes += chunk.length
      assert(sizeBytes <= sizeBytesMax, 'the caller refuses a message that is too large')
      indexer.push(chunk)
      await sealer.push(view(chunk))
    },
    async finish() {
      const index = indexer.end()
      await sealer.end()
      const indexPlain = Buffer.concat([messageKey.declassify(), encodeMessageIndex(index)])
      const discardAll = async (): Promise<void> => {
        wipe(indexPlain)
        await discard()
      }
      return { index, sizeBytes, indexPlain, keep: body.keep, discard: discardAll }
    },
    discard,
  }
}

const sealedBytesOf = (message: Buffer): number => message.length + chunkTagBytes * Math.max(1, Math.ceil(message.length / chunkBytes))

const sealRow = (sealing: Sealing, key: Secret<Buffer>, message: Buffer): Buffer => {
  if (message.length <= chunkBytes) return sealing.sealChunk(key, 0, true, message)
  return Buffer.concat([...sealedChunks(sealing, key, message)])
}

/** Each chunk is made when it is asked for: a large message lies sealed in memory only in part. */
function* sealedChunks(sealing: Sealing, key: Secret<Buffer>, message: Buffer): Generator<Buffer> {
  for (let at = 0, number = 0; number === 0 || at < message.length; at += chunkBytes, number += 1) {
    const last = at + chunkBytes >= message.length
    yield sealing.sealChunk(key, number, last, message.subarray(at, at + chunkBytes))
  }
}

const writeBlob = async (blobs: BlobStore, accounts: readonly AccountHandle[], chunks: Iterable<Buffer>): Promise<StoredBody> => {
  const writer = await blobs.create()
  try {
    for (const chunk of chunks) await writer.write(chunk)
    return { in: 'blob', name: await writer.keep(accounts) }
  } catch (error) {
    await writer.discard()
    throw error
  }
}

/** A message that is in memory, which has to stay as it is until it is kept. */
export const receiveWhole = ({ sealing, blobs }: ReceiverPorts, message: Buffer): Received => {
  const messageKey = sealing.newMessageKey()
  const index = indexMessage(message)
  const indexPlain = Buffer.concat([messageKey.declassify(), encodeMessageIndex(index)])
  return {
    index,
    sizeBytes: message.length,
    indexPlain,
    async keep(accounts) {
      if (sealedBytesOf(message) <= inlineBytesMax) return { in: 'row', sealed: sealRow(sealing, messageKey, message) }
      return writeBlob(blobs, accounts, sealedChunks(sealing, messageKey, message))
    },
    async discard() {
      wipe(indexPlain)
      wipe(messageKey.declassify())
    },
  }
}
