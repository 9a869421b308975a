/**
 * Cuts a client's bytes into commands (RFC 9051 section 2.2): lines with their literals in place. Pure; however the bytes
 * are cut into chunks, the events are the same. At each literal it stops and asks: the driver answers `keep` (into
 * the command), `stream` (an APPEND's message, passed on without keeping it), `swallow` (a refused literal that comes
 * anyway) or `forget` (a refused one that the client still holds back).
 */
import type { Text } from './language.ts'
import { literalBytesMax, literalsBytesMax, lineBytesMax, skipBytesMax } from './limits.ts'

export type ReaderEvent =
  /** A whole command, or what followed the last streamed literal, without the CRLF. */
  | { readonly is: 'line'; readonly bytes: Buffer }
  /** Waits for `answer`. `bytes` ends with `{n}` CRLF; `fits` says whether it may be kept. */
  | { readonly is: 'literal'; readonly sizeBytes: number; readonly waits: boolean; readonly fits: boolean; readonly bytes: Buffer }
  | { readonly is: 'literalBytes'; readonly bytes: Buffer }
  | { readonly is: 'literalEnd' }
  /** The rest of this command is skipped. */
  | { readonly is: 'refused'; readonly why: Text; readonly bytes: Buffer }
  /** No way to find the next command. */
  | { readonly is: 'lost'; readonly why: Text }

export type LiteralAnswer = 'keep' | 'stream' | 'swallow' | 'forget'

interface LiteralHead {
  readonly sizeBytes: number
  readonly waits: boolean
}

/** Longest `{n+}` with a number we would take. */
const headBytesMax = 24
/** Beyond this what stands in braces at a line's end is text. */
const unsizedBytesMax = 64

/** `"{" number ["+"] "}"` at the end of a line; undefined where there is none. */
export const literalHead = (line: Buffer): LiteralHead | undefined => {
  if (line.at(-1) !== 0x7d) return undefined
  const open = line.lastIndexOf(0x7b)
  if (open < 0 || line.length - open > headBytesMax) return undefined
  const waits = line.at(-2) !== 0x2b
  const digits = line.toString('latin1', open + 1, line.length - (waits ? 1 : 2))
  if (!/^[0-9]{1,19}$/.test(digits)) return undefined
  return { sizeBytes: Number(digits), waits }
}

/** What claims to be a literal that comes unasked, and says no size: its bytes can't be told from commands. */
const isUnsized = (line: Buffer): boolean => {
  if (line.at(-1) !== 0x7d || line.at(-2) !== 0x2b) return false
  const open = line.lastIndexOf(0x7b)
  return open >= 0 && line.length - open <= unsizedBytesMax && !line.includes(0x22, open)
}

type Mode = 'line' | 'asking' | 'keeping' | 'streaming' | 'swallowing' | 'skipping' | 'lost'

export interface CommandReader {
  push(chunk: Buffer): void
  next(): ReaderEvent | undefined
  /** To the last `literal` event. */
  answer(answer: LiteralAnswer): void
  /** Between two commands: what came behind the last one, for another reader. */
  rest(): Buffer
  /** Bytes taken but not yet given out. */
  readonly heldBytes: number
  /** No command has begun. */
  readonly isBetween: boolean
}

const crlf = Buffer.from('\r\n')
const nothing = Buffer.alloc(0)

export const commandReader = (): CommandReader => {
  let input: Buffer = nothing
  /** Lines and kept literals of the command so far. */
  let kept: Buffer[] = []
  let lineBytes = 0
  let literalBytes = 0
  let mode: Mode = 'line'
  /** Bytes of the literal still to come. */
  let left = 0
  /** The literal being kept. */
  let literal: Buffer = nothing
  let skipped = 0
  /** How far `input` is known to hold no line end, so that a slow sender does not make us search again and again. */
  let searched = 0

  const take = (count: number): Buffer => {
    const bytes = input.subarray(0, count)
    // Nothing left: let go of the chunk, which an idle session would pin.
    input = count === input.length ? nothing : input.subarray(count)
    searched = 0
    return bytes
  }

  const reset = (): void => {
    kept = []
    lineBytes = 0
    literalBytes = 0
    mode = 'line'
  }

  const whole = (last: Buffer): Buffer => (kept.length === 0 ? last : Buffer.concat([...kept, last]))

  /** A line without its line end (CRLF; a lone LF is taken too, as every server does). Undefined until it is complete. */
  const takeLine = (): Buffer | undefined => {
    const lineEnd = input.indexOf(0x0a, searched)
    if (lineEnd < 0) {
      searched = input.length
      return undefined
    }
    const line = take(lineEnd + 1)
    return line.subarray(0, line.at(-2) === 0x0d ? -2 : -1)
  }

  const tooLong = (): ReaderEvent => {
    const bytes = whole(input.subarray(0, 1_024))
    const shown = Buffer.from(bytes.subarray(0, 1_024))
    kept = []
    mode = 'skipping'
    skipped = 0
    return { is: 'refused', why: 'Line is too long', bytes: shown }
  }

  const literalAfter = (line: Buffer, head: LiteralHead): ReaderEvent => {
    kept.push(line, crlf)
    mode = 'asking'
    left = head.sizeBytes
    const fits = left <= literalBytesMax && literalBytes + left <= literalsBytesMax
    return { is: 'literal', ...head, fits, bytes: Buffer.concat(kept) }
  }

  const nextInLine = (): ReaderEvent | undefined => {
    const line = takeLine()
    if (line === undefined) return lineBytes + input.length > lineBytesMax ? tooLong() : undefined
    lineBytes += line.length
    if (lineBytes > lineBytesMax) {
      // The line is complete: skip on only if a literal follows it.
      const bytes = Buffer.from(whole(line).subarray(0, 1_024))
      const refused: ReaderEvent = { is: 'refused', why: 'Line is too long', bytes }
      reset()
      skipAfter(line)
      return refused
    }
    const head = literalHead(line)
    if (head !== undefined) return literalAfter(line, head)
    if (isUnsized(line)) return lose('Literal without a size')
    const bytes = whole(line)
    reset()
    return { is: 'line', bytes }
  }

  /** After a skipped line: a literal that comes unasked is part of what is skipped, never a new command. */
  const skipAfter = (line: Buffer): void => {
    const head = literalHead(line)
    mode = head !== undefined && !head.waits ? 'swallowing' : 'line'
    left = head?.sizeBytes ?? 0
  }

  const lose = (why: Text): ReaderEvent => {
    mode = 'lost'
    input = nothing
    return { is: 'lost', why }
  }

  const nextInSkip = (): ReaderEvent | undefined => {
    const line = takeLine()
    if (line !== undefined) {
      skipAfter(line)
      return next()
    }
    const surplus = input.length - headBytesMax
    if (surplus > 0) {
      take(surplus)
      skipped += surplus
    }
    return skipped > skipBytesMax ? lose('Line is too long') : undefined
  }

  const nextInKeep = (): ReaderEvent | undefined => {
    const bytes = take(Math.min(left, input.length))
    bytes.copy(literal, literal.length - left)
    left -= bytes.length
    if (left > 0) return undefined
    kept.push(literal)
    literal = nothing
    mode = 'line'
    return next()
  }

  const nextInStream = (): ReaderEvent | undefined => {
    if (left === 0) {
      reset()
      return { is: 'literalEnd' }
    }
    if (input.length === 0) return undefined
    const bytes = take(Math.min(left, input.length))
    left -= bytes.length
    return { is: 'literalBytes', bytes }
  }

  const nextInSwallow = (): ReaderEvent | undefined => {
    left -= take(Math.min(left, input.length)).length
    if (left > 0) return undefined
    // What follows the literal on its line belongs to the refused command.
    mode = 'skipping'
    skipped = 0
    return next()
  }

  const next = (): ReaderEvent | undefined => {
    if (mode === 'line') return nextInLine()
    if (mode === 'keeping') return nextInKeep()
    if (mode === 'streaming') return nextInStream()
    if (mode === 'swallowing') return nextInSwallow()
    if (mode === 'skipping') return nextInSkip()
    return undefined
  }

  return {
    push(chunk) {
      if (mode === 'lost' || chunk.length === 0) return
      input = input.length === 0 ? chunk : Buffer.concat([input, chunk])
    },
    next,
    answer(answer) {
      if (mode !== 'asking') return
      if (answer === 'keep' && left <= literalBytesMax) {
        literalBytes += left
        literal = Buffer.allocUnsafeSlow(left)
        mode = 'keeping'
      } else if (answer === 'stream') mode = 'streaming'
      else if (answer === 'forget') reset()
      else {
        kept = []
        lineBytes = 0
        literalBytes = 0
        mode = 'swallowing'
      }
    },
    rest: () => take(input.length),
    get isBetween() {
      return mode === 'line' && kept.length === 0 && input.length === 0
    },
    get heldBytes() {
      return input.length + literal.length + kept.reduce((sum, bytes) => sum + bytes.length, 0)
    },
  }
}
