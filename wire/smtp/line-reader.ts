/**
 * Cuts a byte stream into lines that end in CRLF and nothing else. A bare CR, a bare LF or a line that is too long is
 * reported in its place and consumed, so that the caller decides whether to go on. Never holds more than one line's
 * limit plus the last chunk. The result is the same for every way the stream was cut into chunks.
 */
import { cr, lf } from '@bulkhead/base/bytes.ts'

export type BadLine = 'bareCr' | 'bareLf' | 'tooLong'

export interface LineReader {
  push(chunk: Uint8Array): void
  /** The next line without its CRLF (a view of the chunk), what was wrong with it, or undefined when more is needed. */
  next(): Buffer | BadLine | undefined
  /** Up to `bytesMax` bytes as they are, for content that is counted instead of ended. */
  take(bytesMax: number): Buffer
  /** Everything not yet consumed, for a reader or a pipe that goes on from here. */
  rest(): Buffer
  readonly heldBytes: number
}

const nothing: Buffer = Buffer.alloc(0)

const lineOf = (held: Buffer, start: number, lfAt: number): Buffer | BadLine => {
  if (lfAt === start || held[lfAt - 1] !== cr) return 'bareLf'
  const line = held.subarray(start, lfAt - 1)
  return line.includes(cr) ? 'bareCr' : line
}

/** `lineBytesMax` counts the CRLF, as RFC 5321 section 4.5.3.1 does. */
export const lineReader = (lineBytesMax: number): LineReader => {
  let held = nothing
  let start = 0
  let searched = 0
  let skipping = false

  const consume = (to: number): void => {
    start = to
    searched = to
    if (start === held.length) {
      held = nothing
      start = searched = 0
    }
  }

  return {
    push(chunk) {
      const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
      if (start === held.length) held = bytes
      else held = Buffer.concat([held.subarray(start), bytes])
      searched -= start
      start = 0
    },
    next() {
      const lfAt = held.indexOf(lf, searched)
      if (lfAt === -1) {
        searched = held.length
        if (held.length - start >= lineBytesMax) skipping = true
        if (skipping) consume(held.length)
        return undefined
      }
      if (skipping || lfAt + 1 - start > lineBytesMax) {
        skipping = false
        consume(lfAt + 1)
        return 'tooLong'
      }
      const line = lineOf(held, start, lfAt)
      consume(lfAt + 1)
      return line
    },
    take(bytesMax) {
      const to = Math.min(held.length, start + bytesMax)
      const bytes = held.subarray(start, to)
      consume(to)
      return bytes
    },
    rest() {
      const bytes = held.subarray(start)
      consume(held.length)
      return bytes
    },
    get heldBytes() {
      return held.length - start
    },
  }
}
