/**
 * The few IMAP commands (RFC 3501, RFC 9051) a client may say before it has logged in, read incrementally with their
 * literals. A command is limited as a whole; what is beyond the limit is refused before it is read.
 */
import { wipe } from '@bulkhead/base/secret.ts'
import { lineReader } from '../smtp/line-reader.ts'
import type { Text } from './language.ts'
import { idParameters } from './id-grammar.ts'
import { languageRanges } from './language-grammar.ts'
import { end, parsed, scanOf, type Parser } from './scan.ts'
import { credentialsOf, type Credentials } from '../sasl/server.ts'

/** All lines and literals of one command together. */
export const preloginCommandBytesMax = 8_192
const tagBytesMax = 128
const crlf = Buffer.from('\r\n')
const literalsMax = 8

export type PreloginCommand =
  /** Empty: which languages there are. */
  | { readonly name: 'LANGUAGE'; readonly ranges: readonly string[] }
  | { readonly name: 'CAPABILITY' | 'NOOP' | 'LOGOUT' | 'ID' | 'STARTTLS' }
  /** undefined: well formed, but no such login can exist. */
  | { readonly name: 'LOGIN'; readonly credentials: Credentials | undefined }
  | { readonly name: 'AUTHENTICATE'; readonly mechanism: string; readonly initialResponse: Buffer | undefined }

export type PreloginFinding =
  | { readonly is: 'command'; readonly tag: string; readonly command: PreloginCommand }
  /** Send a continuation request: a literal is announced and welcome. */
  | { readonly is: 'continue' }
  /** Answer `tag BAD [code] text`; the tag is `*` where none was understood. */
  | { readonly is: 'bad'; readonly tag: string; readonly text: Text; readonly code?: string }
  /** Say BYE: what follows can't be told from commands any more. */
  | { readonly is: 'fatal'; readonly text: Text; readonly code?: string }

export interface PreloginReader {
  push(chunk: Uint8Array): void
  next(): PreloginFinding | undefined
  /** The next line as it is, for a SASL exchange; 'bad' where it is none. */
  nextLine(): Buffer | 'bad' | undefined
  rest(): Buffer
  readonly heldBytes: number
}

/** A command as it came: text of the lines, and after each but the last a literal. */
interface Gathered {
  readonly lines: Buffer[]
  readonly literals: Buffer[]
}

/** `literal = "{" number ["+"] "}"` at a line's end (RFC 7888). */
const literalPattern = /\{([0-9]{1,19})(\+)?\}$/
/** What claims to be one that comes unasked, and says no size: its bytes can't be told from commands. */
const unsizedPattern = /\{[^{}"]{0,32}\+\}$/
const announcedLiteral = (line: Buffer): { sizeBytes: number; synchronizing: boolean } | undefined => {
  const tail = line.toString('latin1', Math.max(0, line.length - 35))
  const found = literalPattern.exec(tail)
  if (found !== null) return { sizeBytes: Number(found[1]), synchronizing: found[2] === undefined }
  return unsizedPattern.test(tail) ? { sizeBytes: Number.POSITIVE_INFINITY, synchronizing: false } : undefined
}

/** `tag = 1*<any ASTRING-CHAR except "+">` */
const tagPattern = /^[!#-$&'),-[\]-z|}~]+$/
const tagOf = (line: Buffer): string => {
  const space = line.indexOf(0x20)
  const end = space === -1 ? line.length : space
  if (end === 0 || end > tagBytesMax) return '*'
  const tag = line.toString('latin1', 0, end)
  return tagPattern.test(tag) ? tag : '*'
}

/** atom-specials but `]` (RFC 3501 section 9); bytes above ASCII pass, real clients send them bare. */
const isAstringByte = (byte: number): boolean =>
  byte > 0x20 && byte !== 0x7f && byte !== 0x28 && byte !== 0x29 && byte !== 0x7b && byte !== 0x25 && byte !== 0x2a && byte !== 0x22 && byte !== 0x5c

/** `astring = 1*ASTRING-CHAR / string` at `at` of line `index`; literals stand between lines. */
const astringAt = (
  { lines, literals }: Gathered,
  place: { readonly index: number; readonly at: number },
): { bytes: Buffer; index: number; at: number } | undefined => {
  const { index, at } = place
  const line = lines[index]
  if (line === undefined) return undefined
  if (line[at] === 0x22) return quotedAt(line, index, at)
  if (line[at] === 0x7b) {
    const literal = literals[index]
    const atEnd = literal !== undefined && literalPattern.exec(line.toString('latin1', at))?.index === 0
    return atEnd ? { bytes: literal, index: index + 1, at: 0 } : undefined
  }
  let end = at
  while (end < line.length && isAstringByte(line[end] ?? 0)) end += 1
  return end === at ? undefined : { bytes: line.subarray(at, end), index, at: end }
}

/** `quoted = DQUOTE *QUOTED-CHAR DQUOTE` */
const quotedAt = (line: Buffer, index: number, start: number) => {
  const bytes = Buffer.alloc(line.length - start)
  let length = 0
  for (let at = start + 1; at < line.length; at += 1) {
    let byte = line[at] ?? 0
    if (byte === 0x22) return { bytes: bytes.subarray(0, length), index, at: at + 1 }
    if (byte === 0x5c) {
      at += 1
      byte = line[at] ?? 0
      if (byte !== 0x22 && byte !== 0x5c) return undefined
    }
    bytes[length] = byte
    length += 1
  }
  return undefined
}

/** `login = "LOGIN" SP userid SP password` */
const parseLogin = (gathered: Gathered, at: number): PreloginCommand | undefined => {
  const userid = astringAt(gathered, { index: 0, at })
  if (userid === undefined || gathered.lines[userid.index]?.[userid.at] !== 0x20) return undefined
  const password = astringAt(gathered, { index: userid.index, at: userid.at + 1 })
  if (password === undefined) return undefined
  const complete = password.index === gathered.lines.length - 1 && password.at === gathered.lines[password.index]?.length
  if (!complete) return undefined
  const credentials = credentialsOf(userid.bytes, password.bytes)
  wipe(password.bytes)
  return { name: 'LOGIN', credentials }
}

/** `authenticate = "AUTHENTICATE" SP auth-type [SP (base64 / "=")]` (SASL-IR RFC 4959). */
const parseAuthenticate = (line: Buffer, at: number): PreloginCommand | undefined => {
  const space = line.indexOf(0x20, at)
  const mechanism = line.toString('latin1', at, space === -1 ? line.length : space).toUpperCase()
  if (!/^[A-Z0-9_-]{1,20}$/.test(mechanism)) return undefined
  const initialResponse = space === -1 ? undefined : line.subarray(space + 1)
  return { name: 'AUTHENTICATE', mechanism, initialResponse }
}

const idArguments: Parser<true> = (scan) => {
  idParameters(scan)
  end(scan)
  return true
}

/** What a command goes on with, from `at` of its first line. */
const argumentsOf = <T>({ lines, literals }: Gathered, at: number, parser: Parser<T>): T | undefined => {
  const pieces = lines.flatMap((line, index) => [index === 0 ? line.subarray(at) : line, ...(literals[index] === undefined ? [] : [crlf, literals[index]])])
  const given = parsed(scanOf(Buffer.concat(pieces)), parser)
  return given.is === 'parsed' ? given.value : undefined
}

const parseLanguage = (gathered: Gathered, at: number): PreloginCommand | undefined => {
  const ranges = argumentsOf(gathered, at, languageRanges)
  return ranges === undefined ? undefined : { name: 'LANGUAGE', ranges }
}

const bareNames = ['CAPABILITY', 'NOOP', 'LOGOUT', 'STARTTLS'] as const

const parseGathered = (gathered: Gathered): PreloginFinding => {
  const line = gathered.lines[0] ?? Buffer.alloc(0)
  const tag = tagOf(line)
  const refused = (text: Text): PreloginFinding => ({ is: 'bad', tag, text })
  if (tag === '*' || tag.length === line.length) return { is: 'bad', tag: '*', text: 'Tag and command expected' }
  const nameStart = tag.length + 1
  const space = line.indexOf(0x20, nameStart)
  const name = line.toString('latin1', nameStart, space === -1 ? Math.min(line.length, nameStart + 32) : space).toUpperCase()
  const given = (command: PreloginCommand | undefined): PreloginFinding =>
    command === undefined ? refused('Arguments not understood') : { is: 'command', tag, command }
  if (name === 'LOGIN' && space !== -1) return given(parseLogin(gathered, space + 1))
  if (name === 'AUTHENTICATE' && space !== -1 && gathered.lines.length === 1) return given(parseAuthenticate(line, space + 1))
  if (name === 'ID' && space !== -1) return given(argumentsOf(gathered, space + 1, idArguments) && { name: 'ID' })
  if (name === 'LANGUAGE') return given(parseLanguage(gathered, space === -1 ? line.length : space))
  const bare = bareNames.find((known) => known === name)
  if (bare !== undefined) return given(space === -1 ? { name: bare } : undefined)
  return refused('Log in first, or no such command')
}

export const preloginReader = (): PreloginReader => {
  const reader = lineReader(preloginCommandBytesMax)
  let lines: Buffer[] = []
  let literals: Buffer[] = []
  let bytes = 0
  /** Bytes of a literal still to come, -1 where none is under way. */
  let owed = -1
  let pieces: Buffer[] = []

  const reset = (): void => {
    lines = []
    literals = []
    pieces = []
    bytes = 0
    owed = -1
  }
  const drop = (finding: PreloginFinding): PreloginFinding => {
    reset()
    return finding
  }

  /** What a complete line means: more to come, a refusal, or the whole command. */
  const afterLine = (line: Buffer): PreloginFinding | undefined => {
    lines.push(line)
    bytes += line.length
    const literal = announcedLiteral(line)
    if (literal === undefined) {
      const finding = parseGathered({ lines, literals })
      return drop(finding)
    }
    const fits = bytes + literal.sizeBytes <= preloginCommandBytesMax && literals.length < literalsMax
    if (!fits && literal.synchronizing) return drop({ is: 'bad', tag: tagOf(lines[0] ?? line), text: 'Literal too long', code: 'TOOBIG' })
    if (!fits) return drop({ is: 'fatal', text: 'Literal too long', code: 'TOOBIG' })
    bytes += literal.sizeBytes
    owed = literal.sizeBytes
    return literal.synchronizing ? { is: 'continue' } : undefined
  }

  const fillLiteral = (): boolean => {
    const piece = reader.take(owed)
    owed -= piece.length
    pieces.push(piece)
    if (owed > 0) return false
    literals.push(Buffer.concat(pieces))
    for (const copied of pieces) wipe(copied)
    pieces = []
    owed = -1
    return true
  }

  return {
    push: (chunk) => reader.push(chunk),
    next() {
      for (;;) {
        if (owed >= 0 && !fillLiteral()) return undefined
        const line = reader.next()
        if (line === undefined) return undefined
        if (line === 'tooLong' || (typeof line !== 'string' && bytes + line.length > preloginCommandBytesMax)) {
          return drop({ is: 'bad', tag: '*', text: 'Line too long' })
        }
        if (typeof line === 'string') return drop({ is: 'bad', tag: '*', text: 'Lines end in CRLF' })
        const finding = afterLine(line)
        if (finding !== undefined) return finding
      }
    },
    nextLine() {
      const line = reader.next()
      return typeof line === 'string' ? 'bad' : line
    },
    rest: () => reader.rest(),
    get heldBytes() {
      return reader.heldBytes
    },
  }
}
