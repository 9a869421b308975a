/**
 * Content as DATA sends it: dots at line starts doubled, and a final CRLF.CRLF (RFC 5321 section 4.5.2). The content
 * must hold no bare CR or LF; ours never does, and `content-check.ts` tells.
 */
import { cr, lf } from '@bulkhead/base/bytes.ts'

export interface DotWriter {
  /** The chunk stuffed; itself where it has no dot at a line start. */
  push(chunk: Buffer): Buffer
  /** What ends the content: a CRLF where the last line lacks one, then `.CRLF`. */
  end(): Buffer
}

const dot = 0x2e
const lineDots = /\n\./g

export const dotWriter = (): DotWriter => {
  let before = cr
  let last = lf
  return {
    push(chunk) {
      if (chunk.length === 0) return chunk
      const parts: Buffer[] = []
      let from = 0
      if (last === lf && chunk[0] === dot) parts.push(Buffer.from('.'))
      const text = chunk.toString('latin1')
      for (const { index } of text.matchAll(lineDots)) {
        parts.push(chunk.subarray(from, index + 1), Buffer.from('.'))
        from = index + 1
      }
      before = chunk.length > 1 ? (chunk[chunk.length - 2] ?? 0) : last
      last = chunk[chunk.length - 1] ?? 0
      return parts.length === 0 ? chunk : Buffer.concat([...parts, chunk.subarray(from)])
    },
    end: () => Buffer.from(before === cr && last === lf ? '.\r\n' : '\r\n.\r\n', 'latin1'),
  }
}
