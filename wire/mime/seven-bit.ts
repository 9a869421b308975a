/**
 * A message with 8-bit content as one of 7-bit lines, for a server that takes no other (RFC 6152 section 3): each part that
 * needs it goes into quoted-printable or base64, whichever is shorter. Pure. Signatures over the bytes do not survive;
 * where that is the whole point of the message it is left alone.
 */
import { cr, lf } from '@bulkhead/base/bytes.ts'
import { fieldsNamed } from './header.ts'
import { messageIndexer } from './indexer.ts'
import type { Part } from './message-index.ts'

const isWide = (byte: number): boolean => byte >= 0x80

const hasWide = (bytes: Uint8Array): boolean => bytes.some(isWide)

/** What only binary content has: NUL, and CR or LF by itself. */
const hasBinary = (bytes: Buffer): boolean => {
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at]
    if (byte === 0 || (byte === lf && bytes[at - 1] !== cr) || (byte === cr && bytes[at + 1] !== lf)) return true
  }
  return false
}

const base64LineBytes = 57
const encodedLineMax = 76
const equals = 0x3d
const isBlank = (byte: number | undefined): boolean => byte === 0x20 || byte === 0x09

const inBase64 = (bytes: Buffer): Buffer => {
  const lines: string[] = []
  for (let at = 0; at < bytes.length; at += base64LineBytes) lines.push(bytes.toString('base64', at, Math.min(bytes.length, at + base64LineBytes)))
  return Buffer.from(lines.join('\r\n'), 'latin1')
}

const escapes: readonly string[] = Array.from({ length: 256 }, (_, byte) => `=${byte.toString(16).toUpperCase().padStart(2, '0')}`)

/** RFC 2045 section 6.7. Lines of `bytes` end in CRLF; the last one need not. */
const inQuotedPrintable = (bytes: Buffer): Buffer => {
  const out: string[] = []
  let column = 0
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0
    if (byte === cr && bytes[at + 1] === lf) {
      out.push('\r\n')
      column = 0
      at += 1
      continue
    }
    const endsLine = at + 1 === bytes.length || bytes[at + 1] === cr
    const plain = byte !== equals && ((byte > 0x20 && byte < 0x7f) || (isBlank(byte) && !endsLine))
    const text = plain ? String.fromCharCode(byte) : (escapes[byte] ?? '')
    if (column + text.length > encodedLineMax - 1) {
      out.push('=\r\n')
      column = 0
    }
    out.push(text)
    column += text.length
  }
  return Buffer.from(out.join(''), 'latin1')
}

/** The header with this encoding in place of what it said; `more` where it said nothing. */
const withEncoding = (header: Buffer, encoding: string, more: string): Buffer => {
  const line = Buffer.from(`Content-Transfer-Encoding: ${encoding}\r\n`)
  const [field] = fieldsNamed(header, 'content-transfer-encoding')
  if (field !== undefined) return Buffer.concat([header.subarray(0, field.start), line, header.subarray(field.end)])
  const blank = header.length >= 2 && header.at(-1) === lf && header.at(-2) === cr ? 2 : 0
  return Buffer.concat([header.subarray(0, header.length - blank), line, Buffer.from(more), header.subarray(header.length - blank)])
}

const identity = new Set(['7bit', '8bit', 'binary'])
/** RFC 1847 section 2.1: what is signed may not be changed on the way. */
const untouchable = new Set(['signed', 'encrypted'])

/** What a message of before MIME lacks for its encoding to mean something (RFC 2045 section 4, RFC 1428). */
const mimeFields = (header: Buffer, isRoot: boolean): string => {
  if (!isRoot || fieldsNamed(header, 'mime-version').length > 0) return ''
  const type = fieldsNamed(header, 'content-type').length > 0 ? '' : 'Content-Type: text/plain; charset=unknown-8bit\r\n'
  return `MIME-Version: 1.0\r\n${type}`
}

/** Pieces of the part in its new form; undefined where there is none. */
const converted = (message: Buffer, part: Part, isRoot: boolean): readonly Buffer[] | undefined => {
  const whole = message.subarray(part.headerStart, part.bodyEnd)
  if (!hasWide(whole) && part.encoding !== 'binary') return [whole]
  const header = message.subarray(part.headerStart, part.bodyStart)
  const body = message.subarray(part.bodyStart, part.bodyEnd)
  if (hasWide(header) || !identity.has(part.encoding)) return undefined
  if (part.parts.length > 0) return convertedParts(message, part, header)
  if (part.type === 'multipart' || part.type === 'message') return undefined
  const wide = body.reduce((count, byte) => (isWide(byte) ? count + 1 : count), 0)
  const readable = part.type === 'text' && wide * 6 < body.length && !hasBinary(body)
  const encoded = readable ? inQuotedPrintable(body) : inBase64(body)
  return [withEncoding(header, readable ? 'quoted-printable' : 'base64', mimeFields(header, isRoot)), encoded]
}

const convertedParts = (message: Buffer, part: Part, header: Buffer): readonly Buffer[] | undefined => {
  if (part.type === 'multipart' && untouchable.has(part.subtype)) return undefined
  const pieces: Buffer[] = [part.encoding === '7bit' ? header : withEncoding(header, '7bit', '')]
  let at = part.bodyStart
  for (const inner of part.parts) {
    const between = message.subarray(at, inner.headerStart)
    const changed = converted(message, inner, false)
    if (changed === undefined || hasWide(between)) return undefined
    pieces.push(between, ...changed)
    at = inner.bodyEnd
  }
  const rest = message.subarray(at, part.bodyEnd)
  return hasWide(rest) ? undefined : [...pieces, rest]
}

/** Undefined where it can't be done: 8-bit header fields, signed or encrypted content, an encoding that lies. */
export const sevenBit = (message: Buffer): Buffer | undefined => {
  const indexer = messageIndexer()
  indexer.push(message)
  const pieces = converted(message, indexer.end().root, true)
  if (pieces === undefined) return undefined
  const bytes = Buffer.concat(pieces)
  return hasWide(bytes) ? undefined : bytes.at(-1) === lf ? bytes : Buffer.concat([bytes, Buffer.from('\r\n')])
}
