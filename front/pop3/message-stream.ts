/**
 * A message's bytes for RETR and TOP: as stored, in pieces of a chunk of the store; where the client has not said UTF8, with
 * the header in ASCII. TOP ends after the header and n lines of the body.
 */
import { lf } from '@bulkhead/base/bytes.ts'
import type { BodySource } from '@bulkhead/mail/account/mail-account.ts'
import { asciiHeader, maskedBytes } from '@bulkhead/wire/mime/ascii-header.ts'
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

/** Longer headers are masked as they come, and not understood. */
const headerBytesMax = 256 * 1024

/** For clients that take ASCII alone (RFC 6856 section 2.1): the message with its header in ASCII, the body as it is. */
export async function* withAsciiHeader(pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const findHeaderEnd = headerEnd()
  let held: Buffer[] = []
  let heldBytes = 0
  let inHeader = true
  for await (const bytes of pieces) {
    if (!inHeader) {
      yield bytes
      continue
    }
    const end = findHeaderEnd(bytes)
    const part = end < 0 ? bytes : bytes.subarray(0, end)
    inHeader = end < 0
    if (heldBytes > headerBytesMax) yield maskedBytes(part)
    else {
      held.push(part)
      heldBytes += part.length
      if (inHeader && heldBytes <= headerBytesMax) continue
      const header = Buffer.concat(held)
      held = []
      yield inHeader ? maskedBytes(header) : asciiHeader(header)
    }
    if (!inHeader && end < bytes.length) yield bytes.subarray(end)
  }
  if (held.length > 0) yield asciiHeader(Buffer.concat(held))
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
