/**
 * Looks back from the start of a line: how long the line break before it was and whether the line before was empty.
 * The last bytes of earlier chunks are remembered, so chunking makes no difference.
 */
import { cr, lf } from '@bulkhead/base/bytes.ts'

export interface LineBreak {
  /** 2 for CRLF, 1 for a lone LF, 0 at the start of the message. */
  readonly length: number
  /** The line that this break ended was empty. */
  readonly afterEmptyLine: boolean
}

export const noLineBreak: LineBreak = { length: 0, afterEmptyLine: false }

const remembered = 3

export const lookBack = () => {
  let tail: Buffer = Buffer.alloc(0)
  const byteBefore = (chunk: Buffer, at: number, back: number): number | undefined =>
    at >= back ? chunk[at - back] : tail[tail.length - (back - at)]
  return {
    lineBreakBefore(chunk: Buffer, at: number): LineBreak {
      if (byteBefore(chunk, at, 1) !== lf) return noLineBreak
      const length = byteBefore(chunk, at, 2) === cr ? 2 : 1
      const before = byteBefore(chunk, at, length + 1)
      return { length, afterEmptyLine: before === undefined || before === lf }
    },
    endsWithLineBreak: (): boolean => tail.at(-1) === lf,
    /** To be called once a chunk is done. */
    remember(chunk: Buffer): void {
      if (chunk.length >= remembered) {
        tail = Buffer.from(chunk.subarray(chunk.length - remembered))
      } else {
        const both = Buffer.concat([tail, chunk])
        tail = both.subarray(Math.max(0, both.length - remembered))
      }
    },
  }
}
