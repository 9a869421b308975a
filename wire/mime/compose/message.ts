/**
 * A message out of its parts (RFC 2045, RFC 2046): fields that are encoded already, and a tree of bodies. Each body gets the plainest
 * transfer encoding that carries it everywhere: as it is where its lines are short ASCII, else quoted-printable or base64. Pure;
 * gives pieces, so that nothing large is copied more often than it is encoded.
 */
import { cr, lf } from '@bulkhead/base/bytes.ts'
import { inBase64, inQuotedPrintable } from '../encode-body.ts'

/** An encoded field: no line break but folds. */
export type ComposedField = readonly [name: string, value: string]

export type ComposedPart =
  | { readonly is: 'leaf'; readonly fields: readonly ComposedField[]; readonly kind: 'text' | 'bytes' | 'message'; readonly body: Buffer }
  /** `type` with its parameters but for the boundary, as `parametersValue` writes it. */
  | { readonly is: 'multipart'; readonly fields: readonly ComposedField[]; readonly type: string; readonly parts: readonly ComposedPart[] }

/** RFC 5322 section 2.1.1; shorter than it asks, so that nobody's gateway cuts. */
const lineBytesMax = 900

interface Survey {
  readonly wide: number
  /** NUL, or CR or LF by itself. */
  readonly binary: boolean
  readonly longestLine: number
}

const survey = (bytes: Buffer): Survey => {
  let wide = 0
  let binary = false
  let longestLine = 0
  let lineStart = 0
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0
    if (byte >= 0x80) wide += 1
    else if (byte === 0) binary = true
    else if (byte === cr && bytes[at + 1] !== lf) binary = true
    else if (byte === lf) {
      if (bytes[at - 1] !== cr) binary = true
      longestLine = Math.max(longestLine, at - lineStart)
      lineStart = at + 1
    }
  }
  return { wide, binary, longestLine: Math.max(longestLine, bytes.length - lineStart) }
}

/** Lines of text end in CRLF (RFC 2046 section 4.1.1), whatever they ended in. */
export const inLines = (text: string): Buffer => Buffer.from(text.replaceAll(/\r\n?|\n/g, '\r\n'), 'utf8')

type Encoding = '7bit' | '8bit' | 'quoted-printable' | 'base64'

interface Encoded {
  readonly encoding: Encoding
  readonly body: Buffer
}

const encoded = (body: Buffer, kind: 'text' | 'bytes'): Encoded => {
  if (kind === 'bytes') return { encoding: 'base64', body: inBase64(body) }
  const { wide, binary, longestLine } = survey(body)
  if (wide === 0 && !binary && longestLine <= lineBytesMax) return { encoding: '7bit', body }
  // Quoted-printable stays readable and is shorter as long as few bytes are beyond ASCII.
  if (wide * 6 < body.length && !binary) return { encoding: 'quoted-printable', body: inQuotedPrintable(body) }
  return { encoding: 'base64', body: inBase64(body) }
}

/**
 * A whole message inside another is never encoded (RFC 2046 section 5.2.1). One that can't travel so (binary, lines beyond
 * all limits) is `message/global`, which may be (RFC 6532 section 3.7).
 */
const encodedMessage = (body: Buffer): Encoded => {
  const { wide, binary, longestLine } = survey(body)
  if (binary || longestLine > 998) return { encoding: 'base64', body: inBase64(body) }
  return { encoding: wide === 0 ? '7bit' : '8bit', body }
}

const fieldsText = (fields: readonly ComposedField[]): string => fields.map(([name, value]) => `${name}: ${value}\r\n`).join('')

const asGlobal = ([name, value]: ComposedField): ComposedField =>
  name.toLowerCase() === 'content-type' ? [name, value.replace(/^message\/rfc822/i, 'message/global')] : [name, value]

const leaf = (part: Extract<ComposedPart, { is: 'leaf' }>): readonly Buffer[] => {
  const { encoding, body } = part.kind === 'message' ? encodedMessage(part.body) : encoded(part.body, part.kind)
  const fields = part.kind === 'message' && encoding === 'base64' ? part.fields.map(asGlobal) : part.fields
  return [Buffer.from(`${fieldsText(fields)}Content-Transfer-Encoding: ${encoding}\r\n\r\n`, 'utf8'), body]
}

/** `newBoundary` gives one that no text holds: random, and never the same. */
const multipart = (part: Extract<ComposedPart, { is: 'multipart' }>, newBoundary: () => string): readonly Buffer[] => {
  const boundary = newBoundary()
  const pieces: Buffer[] = [Buffer.from(`${fieldsText([...part.fields, ['Content-Type', `${part.type};\r\n boundary="${boundary}"`]])}\r\n`, 'utf8')]
  for (const one of part.parts) pieces.push(Buffer.from(`--${boundary}\r\n`, 'latin1'), ...partPieces(one, newBoundary), Buffer.from('\r\n', 'latin1'))
  pieces.push(Buffer.from(`--${boundary}--\r\n`, 'latin1'))
  return pieces
}

const partPieces = (part: ComposedPart, newBoundary: () => string): readonly Buffer[] =>
  part.is === 'leaf' ? leaf(part) : multipart(part, newBoundary)

/** Bytes of the message, in order. It ends in CRLF. */
export const composedMessage = (fields: readonly ComposedField[], root: ComposedPart, newBoundary: () => string): readonly Buffer[] => {
  const whole: ComposedPart = { ...root, fields: [...fields, ['MIME-Version', '1.0'], ...root.fields] }
  const pieces = partPieces(whole, newBoundary)
  const last = pieces.at(-1)
  const endsWell = last === undefined || last.length === 0 || (last.at(-1) === lf && last.at(-2) === cr)
  return endsWell ? pieces : [...pieces, Buffer.from('\r\n', 'latin1')]
}
