/**
 * A message's original bytes, opened chunk by chunk as they are asked for. Sequential reads open each chunk once; a
 * stored body that was cut, lengthened or reordered does not open (`Fault('corrupt')`).
 */
import { assert } from '@bulkhead/base/assert.ts'
import { view } from '@bulkhead/base/bytes.ts'
import { Fault } from '@bulkhead/base/fault.ts'
import { wipe, type Secret } from '@bulkhead/base/secret.ts'
import { chunkBytes, chunkTagBytes, type Sealing } from '@bulkhead/seal/sealing.ts'
import type { BodySource } from './mail-account.ts'
import type { BlobReader } from '../ports/blob-store.ts'

const sealedChunkBytes = chunkBytes + chunkTagBytes
/** Chunks fetched from a blob at once. */
const chunksPerRead = 16

/** Where sealed bytes are: a row in memory, or a blob. */
export interface SealedBytes {
  readonly sizeBytes: number
  read(offset: number, length: number): Promise<Buffer>
  /** All of it, where it is in memory. */
  readonly inMemory?: Buffer
  [Symbol.asyncDispose](): Promise<void>
}

/** `over` is called when they are no longer needed. */
export const sealedRow = (sealed: Uint8Array, over: () => void = () => undefined): SealedBytes => ({
  sizeBytes: sealed.length,
  inMemory: view(sealed),
  read: async (offset, length) => view(sealed).subarray(offset, offset + length),
  async [Symbol.asyncDispose]() {
    over()
  },
})

export const sealedBlob = (reader: BlobReader): SealedBytes => reader

export const bodySource = (sealing: Sealing, key: Secret<Buffer>, sealed: SealedBytes): BodySource => {
  const chunks = Math.ceil(sealed.sizeBytes / sealedChunkBytes)
  const sizeBytes = sealed.sizeBytes - chunks * chunkTagBytes
  if (chunks === 0 || sizeBytes < 0) throw new Fault('corrupt', 'a stored body is too short')
  let kept: { readonly number: number; readonly plain: Buffer } | undefined

  /** Chunks `first` up to `to` out of their bytes. */
  const opened = (bytes: Buffer, first: number, to: number): readonly Buffer[] => {
    const plain: Buffer[] = []
    for (let number = first; number < to; number += 1) {
      const from = (number - first) * sealedChunkBytes
      plain.push(sealing.openChunk(key, number, number === chunks - 1, bytes.subarray(from, from + sealedChunkBytes)))
    }
    const last = plain.at(-1)
    if (last !== undefined) kept = { number: to - 1, plain: last }
    return plain
  }

  const open = async (first: number, to: number): Promise<readonly Buffer[]> =>
    opened(await sealed.read(first * sealedChunkBytes, (to - first) * sealedChunkBytes), first, to)

  return {
    sizeBytes,
    readNow(offset, length) {
      const end = Math.min(offset + length, sizeBytes)
      if (offset >= end) return Buffer.alloc(0)
      if (sealed.inMemory === undefined) return undefined
      const from = Math.floor(offset / chunkBytes)
      const to = Math.ceil(end / chunkBytes)
      const plain = opened(sealed.inMemory.subarray(from * sealedChunkBytes, to * sealedChunkBytes), from, to)
      const [first] = plain
      const joined = plain.length === 1 && first !== undefined ? first : Buffer.concat(plain)
      return joined.subarray(offset - from * chunkBytes, end - from * chunkBytes)
    },
    async read(offset, length) {
      assert(offset >= 0 && length >= 0, 'a body is read forward')
      const end = Math.min(offset + length, sizeBytes)
      if (offset >= end) return Buffer.alloc(0)
      const from = Math.floor(offset / chunkBytes)
      const to = Math.ceil(end / chunkBytes)
      const parts: Buffer[] = []
      let next = from
      if (kept?.number === from) {
        parts.push(kept.plain)
        next += 1
      }
      for (; next < to; next += chunksPerRead) parts.push(...(await open(next, Math.min(to, next + chunksPerRead))))
      const joined = parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts)
      return joined.subarray(offset - from * chunkBytes, end - from * chunkBytes)
    },
    async [Symbol.asyncDispose]() {
      wipe(key.declassify())
      await sealed[Symbol.asyncDispose]()
    },
  }
}
