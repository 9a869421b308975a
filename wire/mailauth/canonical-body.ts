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
  let lines = 0
  let blank = false
  let carriage = false
  let begun = false
  let out = none
  let length = 0

  /** What was held back because it might have been the end of a line or of the body. */
  const release = (): void => {
    begun = true
    for (; lines > 0; lines -= 1) {
      out[length] = cr
      out[length + 1] = lf
      length += 2
    }
    if (blank) {
      out[length] = space
      length += 1
      blank = false
    }
    if (carriage) {
      out[length] = cr
      length += 1
      carriage = false
    }
  }

  return {
    push(chunk) {
      out = Buffer.allocUnsafe(chunk.length + lines * 2 + 2)
      length = 0
      for (let at = 0; at < chunk.length; at += 1) {
        const byte = chunk[at] as number
        if (byte > space || (byte !== space && byte !== tab && byte !== cr && byte !== lf)) {
          if (blank || carriage || lines > 0) release()
          out[length] = byte
          length += 1
        } else if (byte === lf && carriage) {
          lines += 1
          carriage = false
          blank = false
        } else {
          if (carriage) release()
          if (byte === cr) carriage = true
          else if (byte === lf) {
            release()
            out[length] = lf
            length += 1
          } else blank = true
        }
      }
      begun ||= length > 0
      return out.subarray(0, length)
    },
    end() {
      out = Buffer.allocUnsafe(lines * 2 + 4)
      length = 0
      if (carriage) release()
      if (!begun) return none
      return Buffer.concat([out.subarray(0, length), crlf])
    },
  }
}

/** How much of a body that `simple` keeps, before the one CRLF it ends with: empty lines at the end go. */
const simpleLength = (body: Buffer): number => {
  let end = body.length
  while (end >= 2 && body[end - 1] === lf && body[end - 2] === cr) end -= 2
  return end
}

/** The canonical body in pieces: `simple` is the body itself and a CRLF, empty or not. */
export const canonicalBody = (body: Buffer, canonicalization: 'simple' | 'relaxed'): readonly Buffer[] => {
  if (canonicalization === 'simple') return [body.subarray(0, simpleLength(body)), crlf]
  const relaxed = relaxedBody()
  return [relaxed.push(body), relaxed.end()]
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
