/**
 * Content-Transfer-Encodings (RFC 2045 section 6), streaming and tolerant of junk: characters outside the alphabet are
 * skipped, broken escapes stay as they are, padding in the middle (joined encodings) starts anew.
 */
import { ascii, cr, lf, view } from '@bulkhead/base/bytes.ts'

/** Bytes in, bytes out; `end` gives what was held back. */
export interface TransferDecoder {
  push(chunk: Uint8Array): Buffer
  end(): Buffer
}

const empty = Buffer.alloc(0)
const equals = 0x3d

/** Value of each base64 character, 64 for `=`, 255 for junk. The URL-safe alphabet is taken too. */
const sextets = (() => {
  const table = new Uint8Array(256).fill(255)
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
  for (let value = 0; value < 64; value += 1) table[alphabet.charCodeAt(value)] = value
  table[0x2d] = 62
  table[0x5f] = 63
  table[equals] = 64
  return table
})()

export const base64Decoder = (): TransferDecoder => {
  let held = 0
  let bits = 0
  return {
    push(chunk) {
      const out = Buffer.allocUnsafe(Math.ceil((chunk.length * 3) / 4) + 3)
      let length = 0
      for (let at = 0; at < chunk.length; at += 1) {
        const value = sextets[chunk[at] ?? 0] ?? 255
        if (value === 255) continue
        if (value === 64) {
          bits = 0
          held = 0
          continue
        }
        held = ((held << 6) | value) & 0xffff
        bits += 6
        if (bits >= 8) {
          bits -= 8
          out[length] = (held >> bits) & 0xff
          length += 1
        }
      }
      return out.subarray(0, length)
    },
    end: () => empty,
  }
}

const hexValue = (byte: number | undefined): number => {
  if (byte === undefined) return -1
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30
  if (byte >= 0x41 && byte <= 0x46) return byte - 0x37
  if (byte >= 0x61 && byte <= 0x66) return byte - 0x57
  return -1
}

/** Trailing blanks of one line that are held until its end is seen (RFC 2045 section 6.7 rule 3). */
const blanksMax = 1_024

const decodedQuotedPrintable = (bytes: Buffer): Buffer => {
  const out = Buffer.allocUnsafe(bytes.length)
  let length = 0
  // An escaped blank, or one before a soft line break, was meant: only what stands behind it may be taken off.
  let meant = 0
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0
    if (byte === equals) {
      const high = hexValue(bytes[at + 1])
      const low = hexValue(bytes[at + 2])
      if (high >= 0 && low >= 0) {
        out[length] = high * 16 + low
        length += 1
        meant = length
        at += 2
        continue
      }
      const breakEnd = softBreak(bytes, at + 1)
      if (breakEnd > 0) {
        meant = length
        at = breakEnd - 1
        continue
      }
    }
    // A hard line break: blanks before it were added on the way.
    if (byte === lf || (byte === cr && bytes[at + 1] === lf)) length = withoutBlanks(out, length, meant)
    out[length] = byte
    length += 1
  }
  return out.subarray(0, length)
}

const isBlank = (byte: number | undefined): boolean => byte === 0x20 || byte === 0x09

const withoutBlanks = (out: Buffer, length: number, from: number): number => {
  let end = length
  while (end > from && isBlank(out[end - 1])) end -= 1
  return end
}

/** End of `=`'s line where only blanks follow it, else 0. */
const softBreak = (bytes: Buffer, from: number): number => {
  let at = from
  while (isBlank(bytes[at])) at += 1
  if (at === bytes.length) return at
  if (bytes[at] === lf) return at + 1
  return bytes[at] === cr && bytes[at + 1] === lf ? at + 2 : 0
}

export const quotedPrintableDecoder = (): TransferDecoder => {
  let held: Buffer = empty
  return {
    push(chunk) {
      const bytes = held.length === 0 ? view(chunk) : Buffer.concat([held, chunk])
      // Whole lines can be decoded; a long line may be cut anywhere but in an escape or in blanks.
      const lineEnd = bytes.lastIndexOf(lf) + 1
      const cut = bytes.length - lineEnd > blanksMax ? safeCut(bytes) : lineEnd
      held = Buffer.from(bytes.subarray(cut))
      return decodedQuotedPrintable(bytes.subarray(0, cut))
    },
    end() {
      const last = decodedQuotedPrintable(held)
      held = empty
      return last
    },
  }
}

const safeCut = (bytes: Buffer): number => {
  let cut = bytes.length
  while (cut > bytes.length - blanksMax && (isBlank(bytes[cut - 1]) || bytes[cut - 1] === cr)) cut -= 1
  const escape = bytes.lastIndexOf(equals, cut - 1)
  return escape >= cut - 2 && escape >= 0 ? escape : cut
}

const identity = (): TransferDecoder => ({ push: view, end: () => empty })

/** The decoder of a Content-Transfer-Encoding; an unknown one leaves the bytes alone. */
export const transferDecoder = (encoding: string): TransferDecoder => {
  if (encoding === 'base64') return base64Decoder()
  if (encoding === 'quoted-printable') return quotedPrintableDecoder()
  return identity()
}

export const base64Bytes = (bytes: Uint8Array): Buffer => base64Decoder().push(bytes)

/** RFC 2047 section 4.2. `text` is one character a byte. */
export const qBytes = (text: string): Buffer => {
  const bytes = ascii(text)
  const out = Buffer.allocUnsafe(bytes.length)
  let length = 0
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0
    const high = byte === equals ? hexValue(bytes[at + 1]) : -1
    const low = high < 0 ? -1 : hexValue(bytes[at + 2])
    out[length] = low >= 0 ? high * 16 + low : byte === 0x5f ? 0x20 : byte
    if (low >= 0) at += 2
    length += 1
  }
  return out.subarray(0, length)
}
