/**
 * A message's bytes for RETR and TOP: as stored, in pieces of a chunk of the store. TOP ends after the header and n lines
 * of the body.
 */
import { lf } from '@bulkhead/base/bytes.ts'
import type { BodySource } from '@bulkhead/mail/account/mail-account.ts'
import { chunkBytes } from '@bulkhead/seal/sealing.ts'

export async function* wholeMessage(body: BodySource): AsyncGenerator<Buffer> {
  for (let at = 0; at < body.sizeBytes; ) {
    const bytes = await body.read(at, Math.min(chunkBytes, body.sizeBytes - at))
    if (bytes.length === 0) return
    yield bytes
    at += bytes.length
  }
}

/** End of the n-th line from `from`, and how many of them are still to come. */
const afterLines = (bytes: Buffer, from: number, lines: number): { readonly end: number; readonly missing: number } => {
  let end = from
  for (let missing = lines; missing > 0; missing -= 1) {
    const found = bytes.indexOf(lf, end)
    if (found < 0) return { end: bytes.length, missing }
    end = found + 1
  }
  return { end, missing: 0 }
}

/** Follows a header over chunks. Gives the place after the empty line, or -1 while it has not come. */
const headerEnd = () => {
  let lineBytes = 0
  let lineIsCr = false
  return (bytes: Buffer): number => {
    for (let at = 0; at < bytes.length; ) {
      const found = bytes.indexOf(lf, at)
      if (found < 0) {
        lineIsCr = lineBytes === 0 && bytes.length - at === 1 && bytes[at] === 0x0d
        lineBytes += bytes.length - at
        return -1
      }
      const length = lineBytes + found - at
      const empty = length === 0 || (length === 1 && (lineBytes === 1 ? lineIsCr : bytes[at] === 0x0d))
      if (empty) return found + 1
      lineBytes = 0
      at = found + 1
    }
    return -1
  }
}

export async function* topOfMessage(pieces: AsyncIterable<Buffer>, bodyLines: number): AsyncGenerator<Buffer> {
  const findHeaderEnd = headerEnd()
  let inHeader = true
  let wanted = bodyLines
  for await (const bytes of pieces) {
    const bodyFrom = inHeader ? findHeaderEnd(bytes) : 0
    if (bodyFrom < 0) {
      yield bytes
      continue
    }
    inHeader = false
    const { end, missing } = afterLines(bytes, bodyFrom, wanted)
    yield bytes.subarray(0, end)
    wanted = missing
    if (wanted === 0) return
  }
}
