/** Some bytes of a blob, read no further than needed. */
import type { MailAccount } from '@bulkhead/mail/account/mail-account.ts'
import type { BlobService, OpenBlob } from './blob-service.ts'

export interface Range {
  readonly bytes: Buffer
  /** The blob ended before the range did. */
  readonly short: boolean
}

/** `length`: null is to the end. `bytesMax`: more is refused. */
export interface Wanted {
  readonly offset: number
  readonly length: number | null
  readonly bytesMax: number
}

const placed = async (source: NonNullable<OpenBlob['source']>, { offset, length, bytesMax }: Wanted): Promise<Range | 'tooLarge'> => {
  const there = Math.max(0, source.sizeBytes - offset)
  const taken = Math.min(there, length ?? there)
  if (taken > bytesMax) return 'tooLarge'
  const bytes = taken === 0 ? Buffer.alloc(0) : Buffer.from(await source.read(offset, taken))
  return { bytes, short: length !== null && length > there }
}

const streamed = async (blob: OpenBlob, { offset, length, bytesMax }: Wanted): Promise<Range | 'tooLarge'> => {
  const pieces: Buffer[] = []
  let at = 0
  let taken = 0
  const wanted = length ?? Number.POSITIVE_INFINITY
  for await (const chunk of blob.chunks()) {
    const from = Math.max(0, offset - at)
    const piece = chunk.subarray(from, Math.min(chunk.length, from + wanted - taken))
    at += chunk.length
    if (piece.length === 0) continue
    taken += piece.length
    if (taken > bytesMax) return 'tooLarge'
    pieces.push(piece)
    if (taken === wanted) break
  }
  return { bytes: Buffer.concat(pieces), short: length !== null && taken < length }
}

export const blobRange = async (blobs: BlobService, account: MailAccount, id: string, wanted: Wanted): Promise<Range | 'notFound' | 'tooLarge'> => {
  await using blob = await blobs.open(account, id)
  if (blob === undefined) return 'notFound'
  // Awaited: the blob is open until then.
  return blob.source === null ? await streamed(blob, wanted) : await placed(blob.source, wanted)
}

/** Each piece of a whole blob; false where there is none. */
export const eachChunk = async (blobs: BlobService, account: MailAccount, id: string, take: (chunk: Buffer) => void): Promise<boolean> => {
  await using blob = await blobs.open(account, id)
  if (blob === undefined) return false
  for await (const chunk of blob.chunks()) take(chunk)
  return true
}
