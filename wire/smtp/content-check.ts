/**
 * Checks content that is counted (BDAT, RFC 3030) for the same faults DATA is checked for: what we store and send on
 * must mean the same to a server that only knows DATA.
 */
import { cr, lf } from '@bulkhead/base/bytes.ts'
import type { BadContent } from './data-reader.ts'

export interface ContentCheck {
  push(chunk: Buffer): void
  /** No more content follows. */
  end(): void
  readonly verdict: Exclude<BadContent, 'tooLarge'> | undefined
}

const wrong = /\r(?!\n|$)|(?<!\r)\n|\0/

export const contentCheck = (): ContentCheck => {
  let verdict: Exclude<BadContent, 'tooLarge'> | undefined
  let afterCr = false
  return {
    push(chunk) {
      if (verdict !== undefined || chunk.length === 0) return
      let body = chunk
      if (afterCr) {
        if (chunk[0] !== lf) {
          verdict = 'bareCr'
          return
        }
        body = chunk.subarray(1)
      }
      const text = body.toString('latin1')
      const at = text.search(wrong)
      if (at !== -1) verdict = text[at] === '\r' ? 'bareCr' : text[at] === '\n' ? 'bareLf' : 'nul'
      afterCr = body[body.length - 1] === cr
    },
    end() {
      if (afterCr) verdict ??= 'bareCr'
    },
    get verdict() {
      return verdict
    },
  }
}
