/**
 * Body canonicalisation (RFC 6376 section 3.4.3, 3.4.4) in one pass over the bytes: constant state, linear time, any
 * chunking. Only CRLF ends a line; a CR or LF alone is a byte like any other.
 */
import { createHash } from 'node:crypto'
import { cr, lf } from '@bulkhead/base/bytes.ts'
import type { BodyDigest } from './signing.ts'

const space = 0x20
const tab = 0x09
const crlf = Buffer.from('\r\n')
const none = Buffer.alloc(0)

export interface RelaxedBody {
  /** Canonical bytes that are certain by now. */
  push(chunk: Uint8Array): Buffer
  end(): Buffer
}

/** Lines lose their blanks at the end, runs of blanks become one space, empty lines at the end of the body go. */
export const relaxedBody = (): RelaxedBody => {
  // What is held back because it may be the end of a line or of the body: line ends, then a blank, then a CR.
  let lines = 0
  let blank = false
  let carriage = false
  let begun = false

  /** Writes it, and gives the place behind it. */
  const release = (out: Buffer, from: number): number => {
    let length = from
    for (; lines > 0; lines -= 1) {
      out[length] = cr
      out[length + 1] = lf
      length += 2
    }
    if (blank) out[length++] = space
    if (carriage) out[length++] = cr
    blank = false
    carriage = false
    begun = true
    return length
  }

  return {
    push(chunk) {
      const out = Buffer.allocUnsafe(chunk.length + lines * 2 + 2)
      const end = chunk.length
      let length = 0
      let at = 0
      while (at < end) {
        let byte = chunk[at] as number
        if (byte > space || (byte !== space && byte !== tab && byte !== cr && byte !== lf)) {
          length = release(out, length)
          do {
            out[length] = byte
            length += 1
            at += 1
            byte = chunk[at] as number
          } while (at < end && byte > space)
          continue
        }
        if (byte === lf && carriage) {
          lines += 1
          carriage = false
          blank = false
        } else {
          if (carriage) length = release(out, length)
          if (byte === cr) carriage = true
          else if (byte === lf) {
            length = release(out, length)
            out[length] = lf
            length += 1
          } else blank = true
        }
        at += 1
      }
      return out.subarray(0, length)
    },
    end() {
      const out = Buffer.allocUnsafe(lines * 2 + 2)
      const length = carriage ? release(out, 0) : 0
      return begun ? Buffer.concat([out.subarray(0, length), crlf]) : none
    },
  }
}

/** How much of a body that `simple` keeps, before the one CRLF it ends with: empty lines at the end go. */
const simpleLength = (body: Buffer): number => {
  let end = body.length
  while (end >= 2 && body[end - 1] === lf && body[end - 2] === cr) end -= 2
  return end
}

/** A large body is not copied as a whole. */
const pieceBytes = 65_536

/** The canonical body in pieces: `simple` is the body itself and a CRLF, empty or not. */
export function* canonicalBody(body: Buffer, canonicalization: 'simple' | 'relaxed'): Generator<Buffer> {
  if (canonicalization === 'simple') {
    yield body.subarray(0, simpleLength(body))
    yield crlf
    return
  }
  const relaxed = relaxedBody()
  for (let at = 0; at < body.length; at += pieceBytes) yield relaxed.push(body.subarray(at, at + pieceBytes))
  yield relaxed.end()
}

/** SHA-256 of the relaxed body as it streams by. */
export const bodyDigest = (): BodyDigest => {
  const relaxed = relaxedBody()
  const hash = createHash('sha256')
  return {
    update: (chunk) => void hash.update(relaxed.push(chunk)),
    digest: () => hash.update(relaxed.end()).digest(),
  }
}
