/** Bytes of a message whose properties are asked for: read at once where it is small, else only what is looked at. */
import type { BodySource } from '@bulkhead/mail/account/mail-account.ts'

/** A message up to this size is read whole. */
const wholeBytesMax = 1_048_576

export interface MessageBytes {
  readonly sizeBytes: number
  read(start: number, end: number): Promise<Buffer>
}

const readAll = async (source: BodySource, start: number, end: number): Promise<Buffer> => {
  const bytes = source.readNow?.(start, end - start)
  return bytes ?? source.read(start, end - start)
}

export const bytesOfSource = (source: BodySource): MessageBytes => {
  let whole: Promise<Buffer> | undefined
  return {
    sizeBytes: source.sizeBytes,
    async read(start, end) {
      if (source.sizeBytes > wholeBytesMax) return readAll(source, start, Math.max(start, end))
      whole ??= readAll(source, 0, source.sizeBytes)
      return (await whole).subarray(start, Math.max(start, end))
    },
  }
}

/** Of a message in memory (Email/parse). */
export const bytesInMemory = (bytes: Buffer): MessageBytes => ({
  sizeBytes: bytes.length,
  read: async (start, end) => bytes.subarray(start, Math.max(start, end)),
})
