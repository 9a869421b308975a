/** The blobs of an account, its uploads in memory. */
import type { BodySource } from '@bulkhead/mail/account/mail-account.ts'
import { blobId } from '@bulkhead/wire/jmap/ids.ts'
import { blobService, type BlobService } from '../blob/blob-service.ts'

export interface MemoryBlobs extends BlobService {
  upload(bytes: Uint8Array | string): string
}

const sourceOf = (bytes: Buffer): BodySource => ({
  sizeBytes: bytes.length,
  read: async (offset, length) => bytes.subarray(offset, offset + length),
  [Symbol.asyncDispose]: async () => undefined,
})

export const memoryBlobs = (): MemoryBlobs => {
  const kept = new Map<string, Buffer>()
  const keep = (bytes: Buffer): string => {
    const token = `u${kept.size}`
    kept.set(token, bytes)
    return token
  }
  const service = blobService({
    async create() {
      const chunks: Uint8Array[] = []
      return { write: async (chunk) => void chunks.push(chunk), keep: async () => keep(Buffer.concat(chunks)), discard: async () => undefined }
    },
    async open(_, token) {
      const bytes = kept.get(token)
      return bytes === undefined ? undefined : { type: 'application/octet-stream', body: sourceOf(bytes) }
    },
  })
  const upload = (bytes: Uint8Array | string): string =>
    blobId({ is: 'upload', token: keep(typeof bytes === 'string' ? Buffer.from(bytes) : Buffer.from(bytes)) })
  return { ...service, upload }
}
