/** Header fields, encoded-words, transfer encodings and multiparts as mailers write them. All lines end in CRLF. */
import { encode, type Charset } from './encode.ts'
import type { Random } from './random.ts'

export interface Entity {
  readonly fields: readonly string[]
  readonly body: Buffer
}

export type Encoding = '7bit' | '8bit' | 'quoted-printable' | 'base64'

const lineCharacters = 76

export const entity = (fields: readonly string[], body: Buffer): Entity => ({ fields, body })

export const bytesOf = ({ fields, body }: Entity): Buffer =>
  Buffer.concat([Buffer.from(`${fields.join('\r\n')}\r\n\r\n`, 'latin1'), body])

export const base64Lines = (bytes: Buffer): Buffer => {
  const text = bytes.toString('base64')
  const lines: string[] = []
  for (let at = 0; at < text.length; at += lineCharacters) lines.push(text.slice(at, at + lineCharacters))
  return Buffer.from(`${lines.join('\r\n')}\r\n`, 'latin1')
}

const hex = (byte: number): string => `=${byte.toString(16).toUpperCase().padStart(2, '0')}`

const quotedLine = (line: Buffer): string => {
  let out = ''
  let width = 0
  line.forEach((byte, at) => {
    const last = at === line.length - 1
    const literal = (byte > 0x20 && byte < 0x7f && byte !== 0x3d) || (byte === 0x20 && !last)
    const text = literal ? String.fromCharCode(byte) : hex(byte)
    if (width + text.length >= lineCharacters) {
      out += '=\r\n'
      width = 0
    }
    out += text
    width += text.length
  })
  return out
}

/** `text` has CRLF line ends; bytes 0x0A only where they end lines. */
export const quotedPrintable = (bytes: Buffer): Buffer => {
  const lines: string[] = []
  let from = 0
  for (let at = bytes.indexOf('\r\n'); at >= 0; at = bytes.indexOf('\r\n', from)) {
    lines.push(quotedLine(bytes.subarray(from, at)))
    from = at + 2
  }
  lines.push(quotedLine(bytes.subarray(from)))
  return Buffer.from(lines.join('\r\n'), 'latin1')
}

export const transferEncoded = (bytes: Buffer, encoding: Encoding): Buffer => {
  if (encoding === 'base64') return base64Lines(bytes)
  return encoding === 'quoted-printable' ? quotedPrintable(bytes) : bytes
}

const isAscii = (text: string): boolean => /^[\x20-\x7e]*$/.test(text)

const qEncoded = (bytes: Buffer): string =>
  [...bytes].map((byte) => (/[A-Za-z0-9]/.test(String.fromCharCode(byte)) ? String.fromCharCode(byte) : byte === 0x20 ? '_' : hex(byte))).join('')

const wordBytesMax = 39

/** RFC 2047: words of whole characters, each under 75 columns. */
export const encodedWords = (text: string, charset: Charset, letter: 'B' | 'Q'): string => {
  const words: string[] = []
  let held = ''
  const release = (): void => {
    if (held === '') return
    const bytes = encode(held, charset)
    words.push(`=?${charset.toUpperCase()}?${letter}?${letter === 'B' ? bytes.toString('base64') : qEncoded(bytes)}?=`)
    held = ''
  }
  for (const character of text) {
    if (encode(held + character, charset).length > (letter === 'B' ? wordBytesMax : wordBytesMax / 3)) release()
    held += character
  }
  release()
  return words.join('\r\n ')
}

/** Text of a header field: as it is where ASCII allows, else encoded. */
export const headerText = (text: string, charset: Charset, letter: 'B' | 'Q' = 'B'): string =>
  isAscii(text) ? text : encodedWords(text, charset, letter)

export const mailboxText = (name: string, address: string, charset: Charset): string => {
  if (!isAscii(name)) return `${encodedWords(name, charset, 'B')}\r\n <${address}>`
  return /[",]/.test(name) ? `"${name.replaceAll('"', '\\"')}" <${address}>` : `${name} <${address}>`
}

export const textPart = (text: string, charset: Charset, encoding: Encoding, subtype = 'plain', more = ''): Entity =>
  entity(
    [`Content-Type: text/${subtype}; charset=${charset}${more}`, `Content-Transfer-Encoding: ${encoding}`],
    transferEncoded(encode(text, charset), encoding),
  )

const boundaryStyles = ['----=_Part_', '=_', '000000000000', 'Apple-Mail=_', '_004_'] as const

export const multipart = (r: Random, subtype: string, parts: readonly Entity[], more = ''): Entity => {
  const boundary = `${r.pick(boundaryStyles)}${r.token(20)}`
  const pieces = parts.flatMap((part) => [Buffer.from(`\r\n--${boundary}\r\n`, 'latin1'), bytesOf(part)])
  const preamble = r.chance(2) ? Buffer.from('This is a multi-part message in MIME format.\r\n') : Buffer.alloc(0)
  return entity(
    [`Content-Type: multipart/${subtype};\r\n\tboundary="${boundary}"${more}`],
    Buffer.concat([preamble, ...pieces, Buffer.from(`\r\n--${boundary}--\r\n`, 'latin1')]),
  )
}

const percentEncoded = (bytes: Buffer): string =>
  [...bytes].map((byte) => (/[A-Za-z0-9.-]/.test(String.fromCharCode(byte)) ? String.fromCharCode(byte) : `%${hex(byte).slice(1)}`)).join('')

export const fileNameStyles = ['rfc2231', 'continued', 'rfc2047', 'raw'] as const

/** A Content-Disposition and a Content-Type parameter for a name, in the ways of different mailers. */
const namedFields = (r: Random, type: string, name: string, charset: Charset): readonly string[] => {
  const style = isAscii(name) ? 'ascii' : r.pick(fileNameStyles)
  const plain = (value: string): readonly string[] => [
    `Content-Type: ${type};\r\n\tname="${value}"`,
    `Content-Disposition: attachment;\r\n\tfilename="${value}"`,
  ]
  if (style === 'ascii') return plain(name)
  if (style === 'rfc2047') return plain(encodedWords(name, charset, 'B'))
  if (style === 'raw') return plain(encode(name, charset).toString('latin1'))
  const encoded = percentEncoded(encode(name, charset))
  const half = encoded.lastIndexOf('%', Math.trunc(encoded.length / 2))
  const value =
    style === 'rfc2231' || half <= 0
      ? `filename*=${charset}''${encoded}`
      : `filename*0*=${charset}''${encoded.slice(0, half)};\r\n\tfilename*1*=${encoded.slice(half)}`
  return [`Content-Type: ${type}`, `Content-Disposition: attachment;\r\n\t${value}`]
}

export const attachment = (r: Random, type: string, name: string, bytes: Buffer, charset: Charset): Entity =>
  entity([...namedFields(r, type, name, charset), 'Content-Transfer-Encoding: base64'], base64Lines(bytes))
