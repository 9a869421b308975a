/**
 * Cuts what a ManageSieve client says (RFC 5804 section 4) into commands: words of a line, with their literals. The result is the same
 * for every way the stream was cut. A literal that is too large is read past, up to a limit, and the command told from what follows;
 * beyond that limit nothing can be told any more.
 */
import { wipe } from '@bulkhead/base/secret.ts'
import { lineReader } from '../smtp/line-reader.ts'

export type Word =
  | { readonly is: 'atom'; readonly text: string }
  | { readonly is: 'string'; readonly bytes: Buffer }
  | { readonly is: 'number'; readonly value: number }

export type Finding =
  | { readonly is: 'words'; readonly words: readonly Word[] }
  /** A command of which a literal was larger than is read; its other words are there. */
  | { readonly is: 'tooLarge'; readonly words: readonly Word[] }
  | { readonly is: 'bad'; readonly text: string }
  /** What follows can't be told from commands. */
  | { readonly is: 'fatal'; readonly text: string }

export interface ReaderLimits {
  /** Of a line, its CRLF included; and of all lines of a command that literals break. */
  readonly lineBytesMax: number
  readonly literalBytesMax: number
  /** Of a literal that is read past. */
  readonly skippedBytesMax: number
}

export interface CommandReader {
  push(chunk: Uint8Array): void
  next(): Finding | undefined
  /** What was not consumed, for a reader or a pipe that goes on from here. */
  rest(): Buffer
  readonly heldBytes: number
}

const literalsMax = 4
const wordsMax = 8
const atomBytesMax = 32
/** `number` has 32 bits (RFC 5804 section 4). */
const numberMax = 4_294_967_295

const space = 0x20
const quote = 0x22
const backslash = 0x5c

/** `literal-c2s = "{" number "+}" CRLF *OCTET` */
const literalPattern = /\{([0-9]{1,19})\+\}$/
/** What claims to be one and says no size: no quoted string ends so. */
const unsized = '+}'

/** Digits and what is around them. */
const literalCharsMax = 22

const literalAtEnd = (line: Buffer): { readonly sizeBytes: number; readonly start: number } | undefined => {
  const from = Math.max(0, line.length - literalCharsMax)
  const tail = line.toString('latin1', from)
  const found = literalPattern.exec(tail)
  if (found !== null) return { sizeBytes: Number(found[1]), start: from + found.index }
  return tail.endsWith(unsized) ? { sizeBytes: Number.POSITIVE_INFINITY, start: from } : undefined
}

/** `quoted = DQUOTE *QUOTED-CHAR DQUOTE`; undefined where it has no end or a backslash before something else. */
const quotedAt = (line: Buffer, start: number): { readonly bytes: Buffer; readonly end: number } | undefined => {
  const bytes = Buffer.alloc(line.length - start)
  let length = 0
  for (let at = start + 1; at < line.length; at += 1) {
    let byte = line[at] ?? 0
    if (byte === quote) return { bytes: bytes.subarray(0, length), end: at + 1 }
    if (byte === backslash) {
      at += 1
      byte = line[at] ?? 0
      if (byte !== quote && byte !== backslash) return undefined
    }
    bytes[length] = byte
    length += 1
  }
  return undefined
}

const bareWord = (text: string): Word | undefined => {
  if (/^[0-9]{1,10}$/.test(text)) {
    const value = Number(text)
    return value <= numberMax ? { is: 'number', value } : undefined
  }
  return text.length <= atomBytesMax && /^[A-Za-z][A-Za-z0-9_-]*$/.test(text) ? { is: 'atom', text } : undefined
}

/** The words of a line, or of a piece of one; undefined where it is none. */
const wordsOf = (line: Buffer): readonly Word[] | undefined => {
  const words: Word[] = []
  for (let at = 0; at < line.length; ) {
    if (line[at] === space) {
      at += 1
      continue
    }
    if (at > 0 && line[at - 1] !== space) return undefined
    if (line[at] === quote) {
      const quoted = quotedAt(line, at)
      if (quoted === undefined) return undefined
      words.push({ is: 'string', bytes: quoted.bytes })
      at = quoted.end
      continue
    }
    const next = line.indexOf(space, at)
    const end = next === -1 ? line.length : next
    const word = bareWord(line.toString('latin1', at, end))
    if (word === undefined) return undefined
    words.push(word)
    at = end
  }
  return words
}

/** A command that is still being read. */
interface Begun {
  readonly words: Word[]
  lineBytes: number
  literals: number
  broken: boolean
  tooLarge: boolean
  /** Bytes of a literal still to come; -1 where none is under way. */
  owed: number
  /** Undefined where the literal is read past. */
  pieces: Buffer[] | undefined
}

const nothingBegun = (): Begun => ({ words: [], lineBytes: 0, literals: 0, broken: false, tooLarge: false, owed: -1, pieces: undefined })

export const commandReader = ({ lineBytesMax, literalBytesMax, skippedBytesMax }: ReaderLimits): CommandReader => {
  const lines = lineReader(lineBytesMax)
  let begun = nothingBegun()

  const drop = (finding: Finding): Finding => {
    begun = nothingBegun()
    return finding
  }

  const finished = (): Finding => {
    const { words, broken, tooLarge } = begun
    if (broken || words.length === 0 || words.length > wordsMax) return drop({ is: 'bad', text: 'Command not understood' })
    return drop({ is: tooLarge ? 'tooLarge' : 'words', words })
  }

  /** False while some of it is still to come. */
  const literalTaken = (): boolean => {
    const piece = lines.take(begun.owed)
    begun.owed -= piece.length
    begun.pieces?.push(piece)
    if (begun.owed > 0) return false
    if (begun.pieces !== undefined) {
      begun.words.push({ is: 'string', bytes: Buffer.concat(begun.pieces) })
      for (const copied of begun.pieces) wipe(copied)
    }
    begun.pieces = undefined
    begun.owed = -1
    return true
  }

  /** What a whole line means: a command, that a literal follows, or the end. */
  const afterLine = (line: Buffer): Finding | undefined => {
    begun.lineBytes += line.length
    const literal = literalAtEnd(line)
    const piece = literal === undefined ? line : line.subarray(0, literal.start)
    // A word that a literal continues, or that continues one, is none.
    const joined = (literal !== undefined && piece.length > 0 && piece[piece.length - 1] !== space) ||
      (begun.literals > 0 && line.length > 0 && line[0] !== space)
    const words = begun.lineBytes > lineBytesMax || joined ? undefined : wordsOf(piece)
    if (words === undefined) begun.broken = true
    else begun.words.push(...words.slice(0, Math.max(0, wordsMax + 1 - begun.words.length)))
    // Words are copies: what a password came in is not left in memory.
    wipe(line)
    if (literal === undefined) return finished()
    begun.literals += 1
    if (begun.literals > literalsMax || literal.sizeBytes > Math.max(skippedBytesMax, literalBytesMax)) return drop({ is: 'fatal', text: 'Literal too long' })
    begun.owed = literal.sizeBytes
    if (literal.sizeBytes > literalBytesMax) begun.tooLarge = true
    begun.pieces = literal.sizeBytes > literalBytesMax || begun.broken ? undefined : []
    return undefined
  }

  return {
    push: (chunk) => lines.push(chunk),
    next() {
      for (;;) {
        if (begun.owed >= 0 && !literalTaken()) return undefined
        const line = lines.next()
        if (line === undefined) return undefined
        if (line === 'tooLong') return drop({ is: 'bad', text: 'Line too long' })
        if (typeof line === 'string') return drop({ is: 'bad', text: 'Lines end in CRLF' })
        const finding = afterLine(line)
        if (finding !== undefined) return finding
      }
    },
    rest: () => lines.rest(),
    get heldBytes() {
      return lines.heldBytes
    },
  }
}
