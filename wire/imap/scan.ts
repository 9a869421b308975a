/**
 * Reads values out of one command's bytes (RFC 9051 section 9). A command is its lines and literals as they came,
 * `{n}` CRLF and n bytes in place; the final CRLF is gone. A parser takes a scan, moves it and gives a value, or throws
 * `BadSyntax`, which `parsed` turns into a value: no throw leaves `wire/imap`.
 */
import type { Text } from './language.ts'
import { literalBytesMax, listItemsMax, nestingMax } from './limits.ts'

export class BadSyntax extends Error {
  override readonly name: string = 'BadSyntax'
  readonly why: Text

  constructor(why: Text) {
    super(why)
    this.why = why
  }
}

/** The command so far ends in the announcement of a string's literal: true of what a dialogue reads, never of a whole command. */
export class AwaitsLiteral extends BadSyntax {
  override readonly name = 'AwaitsLiteral'
}

export interface Scan {
  readonly bytes: Buffer
  at: number
  depth: number
  /** RFC 6855: mailbox names are UTF-8. */
  readonly utf8: boolean
}

export type Parser<T> = (scan: Scan) => T

export const scanOf = (bytes: Buffer, utf8 = false): Scan => ({ bytes, at: 0, depth: 0, utf8 })

export type Parsed<T> = { readonly is: 'parsed'; readonly value: T } | { readonly is: 'bad'; readonly why: Text }

/** Runs a parser from where the scan stands. */
export const parsed = <T>(scan: Scan, parser: Parser<T>): Parsed<T> => {
  try {
    return { is: 'parsed', value: parser(scan) }
  } catch (error) {
    if (error instanceof BadSyntax) return { is: 'bad', why: error.why }
    throw error
  }
}

export const bad = (why: Text): never => {
  throw new BadSyntax(why)
}

const classOf = (accepts: (byte: number) => boolean): Uint8Array =>
  Uint8Array.from({ length: 256 }, (_, byte) => (accepts(byte) ? 1 : 0))

const codesOf = (text: string): ReadonlySet<number> => new Set(Buffer.from(text, 'latin1'))
const printable = (byte: number): boolean => byte > 0x20 && byte < 0x7f
const without = (specials: string): ((byte: number) => boolean) => {
  const codes = codesOf(specials)
  return (byte) => printable(byte) && !codes.has(byte)
}

/** `ATOM-CHAR = <any CHAR except atom-specials>` */
export const atomBytes = classOf(without('(){%*"\\]'))
/** `ASTRING-CHAR = ATOM-CHAR / resp-specials`; 8-bit bytes are taken too, for clients that send names as they are. */
export const astringBytes = classOf((byte) => without('(){%*"\\')(byte) || byte > 0x7f)
/** `list-char = ATOM-CHAR / list-wildcards / resp-specials` */
export const listBytes = classOf((byte) => without('(){"\\')(byte) || byte > 0x7f)
/** `tag = 1*<any ASTRING-CHAR except "+">` */
export const tagBytes = classOf(without('(){%*"\\+'))
const digitBytes = classOf((byte) => byte >= 0x30 && byte <= 0x39)

export const peek = (scan: Scan): number => scan.bytes[scan.at] ?? -1

export const isAtEnd = (scan: Scan): boolean => scan.at >= scan.bytes.length

/** Moves on if the next character is `character`. */
export const skipped = (scan: Scan, character: string): boolean => {
  if (peek(scan) !== character.charCodeAt(0)) return false
  scan.at += 1
  return true
}

export const need = (scan: Scan, character: string): void => {
  if (!skipped(scan, character)) bad(character === ' ' ? 'Missing argument' : `Missing ${character}`)
}

/** `SP`: one; a few clients send more, which does no harm. */
export const space = (scan: Scan): void => {
  need(scan, ' ')
  while (skipped(scan, ' ')) continue
}

export const end = (scan: Scan): void => {
  while (skipped(scan, ' ')) continue
  if (!isAtEnd(scan)) bad('Unexpected text after the arguments')
}

/** One or more bytes of a class, as text. */
export const run = (scan: Scan, accepted: Uint8Array, what: string): string => {
  const from = scan.at
  let at = from
  while (at < scan.bytes.length && accepted[scan.bytes[at] ?? 0] === 1) at += 1
  if (at === from) bad(`Missing ${what}`)
  scan.at = at
  return scan.bytes.toString('latin1', from, at)
}

export const atom: Parser<string> = (scan) => run(scan, atomBytes, 'atom')

/** An atom in capitals, for keywords, which are case-insensitive. */
export const keyword: Parser<string> = (scan) => atom(scan).toUpperCase()

/** The keyword ahead, without moving. Empty where there is none. */
export const ahead = (scan: Scan): string => {
  let at = scan.at
  while (at < scan.bytes.length && atomBytes[scan.bytes[at] ?? 0] === 1) at += 1
  return scan.bytes.toString('latin1', scan.at, at).toUpperCase()
}

const digitsMax = 19

/** `number64`, refused beyond 2^53. */
export const number: Parser<number> = (scan) => {
  const digits = run(scan, digitBytes, 'number')
  const value = Number(digits)
  if (digits.length > digitsMax || !Number.isSafeInteger(value)) bad('Number is too large')
  return value
}

/** `number = 1*DIGIT`, unsigned 32-bit. */
export const number32: Parser<number> = (scan) => {
  const value = number(scan)
  if (value > 0xffff_ffff) bad('Number is too large')
  return value
}

export const nzNumber: Parser<number> = (scan) => {
  const value = number32(scan)
  if (value === 0) bad('Zero is no message number')
  return value
}

/** `literal = "{" number64 ["+"] "}" CRLF *CHAR8`; the reader has checked the size against what came. */
const literal: Parser<Buffer> = (scan) => {
  need(scan, '{')
  const sizeBytes = number(scan)
  skipped(scan, '+')
  need(scan, '}')
  need(scan, '\r')
  need(scan, '\n')
  const from = scan.at
  if (sizeBytes > 0 && from === scan.bytes.length) throw new AwaitsLiteral('Missing literal')
  if (sizeBytes > literalBytesMax || from + sizeBytes > scan.bytes.length) bad('Literal is too large')
  scan.at = from + sizeBytes
  return scan.bytes.subarray(from, scan.at)
}

const unescaped = (bytes: Buffer): Buffer => {
  if (!bytes.includes(0x5c)) return bytes
  const out = Buffer.allocUnsafe(bytes.length)
  let length = 0
  for (let at = 0; at < bytes.length; at += 1) {
    if (bytes[at] === 0x5c) at += 1
    out[length++] = bytes[at] ?? 0
  }
  return out.subarray(0, length)
}

/** `quoted = DQUOTE *QUOTED-CHAR DQUOTE` */
const quoted: Parser<Buffer> = (scan) => {
  need(scan, '"')
  const from = scan.at
  for (let at = from; at < scan.bytes.length; at += 1) {
    const byte = scan.bytes[at]
    if (byte === 0x22) {
      scan.at = at + 1
      return unescaped(scan.bytes.subarray(from, at))
    }
    if (byte === 0x5c) {
      at += 1
      const escaped = scan.bytes[at]
      if (escaped !== 0x22 && escaped !== 0x5c) bad('Only quote and backslash may be escaped')
    } else if (byte === 0x0d || byte === 0x0a || byte === 0) bad('Line break in a quoted string')
  }
  return bad('Quoted string has no end')
}

/** `string = quoted / literal` */
export const string: Parser<Buffer> = (scan) => {
  if (peek(scan) === 0x22) return quoted(scan)
  if (peek(scan) === 0x7b) return literal(scan)
  return bad('Missing string')
}

const isString = (scan: Scan): boolean => peek(scan) === 0x22 || peek(scan) === 0x7b

/** `astring = 1*ASTRING-CHAR / string` */
export const astring: Parser<Buffer> = (scan) =>
  isString(scan) ? string(scan) : Buffer.from(run(scan, astringBytes, 'string'), 'latin1')

/** `list-mailbox = 1*list-char / string` */
export const listMailbox: Parser<Buffer> = (scan) =>
  isString(scan) ? string(scan) : Buffer.from(run(scan, listBytes, 'mailbox pattern'), 'latin1')

/** `nstring = string / nil` */
export const nstring: Parser<Buffer | null> = (scan) => {
  if (isString(scan)) return string(scan)
  if (keyword(scan) !== 'NIL') bad('Missing string')
  return null
}

/** `"(" [item *(SP item)] ")"` */
export const list =
  <T>(item: Parser<T>, itemsMax = listItemsMax): Parser<readonly T[]> =>
  (scan) => {
    need(scan, '(')
    if ((scan.depth += 1) > nestingMax) bad('Nested too deeply')
    const items: T[] = []
    while (!skipped(scan, ')')) {
      if (items.length > 0) space(scan)
      if (items.length >= itemsMax) bad('List is too long')
      items.push(item(scan))
    }
    scan.depth -= 1
    return items
  }

/** `SP value`, where more follows. */
export const optional =
  <T>(parser: Parser<T>): Parser<T | undefined> =>
  (scan) =>
    isAtEnd(scan) ? undefined : parser(scan)
