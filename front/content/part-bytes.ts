/** Bytes of a part with their transfer encoding undone, as a stream of pieces. */
import type { BodySource } from '@bulkhead/mail/account/mail-account.ts'
import { transferDecoder } from '@bulkhead/wire/mime/transfer-encoding.ts'

export interface PartPlace {
  readonly start: number
  readonly length: number
  readonly encoding: string
}

const pieceBytes = 65_536

export async function* partBytes(source: BodySource, { start, length, encoding }: PartPlace): AsyncGenerator<Buffer> {
  const decoder = transferDecoder(encoding)
  const end = Math.min(start + length, source.sizeBytes)
  for (let at = start; at < end; at += pieceBytes) {
    const piece = await source.read(at, Math.min(pieceBytes, end - at))
    if (piece.length === 0) break
    const plain = decoder.push(piece)
    if (plain.length > 0) yield plain
  }
  const last = decoder.end()
  if (last.length > 0) yield last
}

export const decodedSize = async (source: BodySource, part: PartPlace): Promise<number> => {
  let sizeBytes = 0
  for await (const piece of partBytes(source, part)) sizeBytes += piece.length
  return sizeBytes
}

/** Of a stream the bytes from `first` to `last`, both included. */
export async function* between(pieces: AsyncIterable<Buffer>, first: number, last: number): AsyncGenerator<Buffer> {
  let at = 0
  for await (const piece of pieces) {
    const [from, to] = [Math.max(first - at, 0), Math.min(last + 1 - at, piece.length)]
    if (to > from) yield piece.subarray(from, to)
    at += piece.length
    if (at > last) return
  }
}
