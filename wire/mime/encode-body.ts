/** Bodies in base64 and quoted-printable (RFC 2045 sections 6.7, 6.8). */
import { cr, lf } from '@bulkhead/base/bytes.ts'

const encodedLineMax = 76
const equals = 0x3d
const outBytes = 65_536
/** Room that one byte of content may take: a soft line break and an escape. */
const stepMax = 6

/** Lines of 76 characters; no line break behind the last one. */
export const inBase64 = (bytes: Buffer): Buffer => {
  const encoded = Buffer.from(bytes.toString('base64'), 'latin1')
  const breaks = Math.max(0, Math.ceil(encoded.length / encodedLineMax) - 1)
  const out = Buffer.allocUnsafe(encoded.length + 2 * breaks)
  let length = 0
  for (let at = 0; at < encoded.length; at += encodedLineMax) {
    if (at > 0) {
      out[length] = cr
      out[length + 1] = lf
      length += 2
    }
    length += encoded.copy(out, length, at, at + encodedLineMax)
  }
  return out
}

const digits = Buffer.from('0123456789ABCDEF')

/** Whether it stands for itself there: blanks do, but not before the end of a line (RFC 2045 section 6.7). */
const isPlain = (byte: number, next: number | undefined): boolean => {
  if (byte === 0x20 || byte === 0x09) return next !== undefined && next !== cr
  return byte > 0x20 && byte < 0x7f && byte !== equals
}

/** RFC 2045 section 6.7. Lines of `bytes` end in CRLF; the last one need not. */
export const inQuotedPrintable = (bytes: Buffer): Buffer => {
  const pieces: Buffer[] = []
  let out = Buffer.allocUnsafe(outBytes)
  let length = 0
  let column = 0
  for (let at = 0; at < bytes.length; at += 1) {
    if (length + stepMax > outBytes) {
      pieces.push(out.subarray(0, length))
      out = Buffer.allocUnsafe(outBytes)
      length = 0
    }
    const byte = bytes[at] ?? 0
    if (byte === cr && bytes[at + 1] === lf) {
      out[length] = cr
      out[length + 1] = lf
      length += 2
      column = 0
      at += 1
      continue
    }
    const plain = isPlain(byte, bytes[at + 1])
    const width = plain ? 1 : 3
    if (column + width > encodedLineMax - 1) {
      out[length] = equals
      out[length + 1] = cr
      out[length + 2] = lf
      length += 3
      column = 0
    }
    out[length] = plain ? byte : equals
    if (!plain) {
      out[length + 1] = digits[byte >> 4] ?? 0
      out[length + 2] = digits[byte & 15] ?? 0
    }
    length += width
    column += width
  }
  pieces.push(out.subarray(0, length))
  return Buffer.concat(pieces)
}
