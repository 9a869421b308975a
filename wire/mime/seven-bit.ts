/**
 * A message with 8-bit content as one of 7-bit lines, for a server that takes no other (RFC 6152 section 3): each part that
 * needs it goes into quoted-printable or base64, whichever is shorter. Pure; every byte is looked at once. Signatures over the
 * bytes do not survive; where that is the whole point of the message it is left alone.
 */
import { cr, lf } from '@bulkhead/base/bytes.ts'
import { inBase64, inQuotedPrintable } from './encode-body.ts'
import { fieldsNamed } from './header.ts'
import { messageIndexer } from './indexer.ts'
import type { Part } from './message-index.ts'

interface Survey {
  /** Bytes beyond ASCII. */
  readonly wide: number
  /** NUL, or CR or LF by itself: what only binary content has. */
  readonly binary: boolean
}

const survey = (bytes: Buffer): Survey => {
  let wide = 0
  let binary = false
  let before = 0
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0
    if (byte >= 0x80) wide += 1
    if (byte === 0 || (byte === lf) !== (before === cr)) binary = true
    before = byte
  }
  return { wide, binary: binary || before === cr }
}

const isNarrow = (bytes: Buffer): boolean => survey(bytes).wide === 0

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

interface Changed {
  readonly pieces: readonly Buffer[]
  /** False where all of it stands as it stood. */
  readonly changed: boolean
}

/** Undefined where there is no other form of it. */
const convertedLeaf = (header: Buffer, body: Buffer, part: Part, isRoot: boolean): Changed | undefined => {
  const { wide, binary } = survey(body)
  if (wide === 0 && part.encoding !== 'binary') return { pieces: [header, body], changed: false }
  if (!identity.has(part.encoding) || part.type === 'multipart' || part.type === 'message') return undefined
  const readable = part.type === 'text' && wide * 6 < body.length && !binary
  const encoded = readable ? inQuotedPrintable(body) : inBase64(body)
  return { pieces: [withEncoding(header, readable ? 'quoted-printable' : 'base64', mimeFields(header, isRoot)), encoded], changed: true }
}

const convertedParts = (message: Buffer, header: Buffer, part: Part): Changed | undefined => {
  const pieces: Buffer[] = []
  let changed = false
  let at = part.bodyStart
  for (const inner of part.parts) {
    const between = message.subarray(at, inner.headerStart)
    const one = converted(message, inner, false)
    if (one === undefined || !isNarrow(between)) return undefined
    pieces.push(between, ...one.pieces)
    changed ||= one.changed
    at = inner.bodyEnd
  }
  const rest = message.subarray(at, part.bodyEnd)
  if (!isNarrow(rest) || (changed && part.type === 'multipart' && untouchable.has(part.subtype))) return undefined
  const isPlainNow = part.encoding === '7bit'
  return { pieces: [isPlainNow ? header : withEncoding(header, '7bit', ''), ...pieces, rest], changed: changed || !isPlainNow }
}

const converted = (message: Buffer, part: Part, isRoot: boolean): Changed | undefined => {
  const header = message.subarray(part.headerStart, part.bodyStart)
  if (!isNarrow(header)) return undefined
  if (part.parts.length > 0) return convertedParts(message, header, part)
  return convertedLeaf(header, message.subarray(part.bodyStart, part.bodyEnd), part, isRoot)
}

/** Undefined where it can't be done: 8-bit header fields, signed or encrypted content, an encoding that lies. */
export const sevenBit = (message: Buffer): Buffer | undefined => {
  const indexer = messageIndexer()
  indexer.push(message)
  const done = converted(message, indexer.end().root, true)
  if (done === undefined) return undefined
  const bytes = Buffer.concat(done.pieces)
  return bytes.at(-1) === lf || bytes.length === 0 ? bytes : Buffer.concat([bytes, Buffer.from('\r\n')])
}
