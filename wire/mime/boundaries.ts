/**
 * The boundaries of the multiparts that are open at a place in the message (RFC 2046 section 5.1.1). A delimiter line is
 * `--boundary`, perhaps `--`, then blanks only; so a boundary that begins with another one is never taken for it.
 */
import { cr } from '@bulkhead/base/bytes.ts'

export interface Delimiter {
  /** Depth of the multipart it belongs to. */
  readonly level: number
  readonly closes: boolean
}

export interface Boundaries {
  readonly none: boolean
  open(level: number, boundary: string): void
  /** Forgets those of `level` and deeper. */
  closeFrom(level: number): void
  /** Whether a line that starts `--` and then this byte can be a delimiter. */
  mayStart(byte: number): boolean
  /** The delimiter a line is, `line` being its first bytes without the line feed. */
  match(line: Buffer): Delimiter | undefined
}

const dash = 0x2d

const isPadding = (byte: number | undefined): boolean => byte === 0x20 || byte === 0x09 || byte === cr

export const boundaries = (): Boundaries => {
  const stack: { readonly level: number; readonly boundary: string }[] = []
  /** The innermost level of each boundary. */
  const levels = new Map<string, number>()
  const firsts = new Uint8Array(256)
  let longest = 0

  const rebuild = (): void => {
    levels.clear()
    firsts.fill(0)
    longest = 0
    for (const { level, boundary } of stack) {
      levels.set(boundary, level)
      firsts[boundary.charCodeAt(0) & 0xff] = 1
      longest = Math.max(longest, boundary.length)
    }
  }

  return {
    get none() {
      return stack.length === 0
    },
    open(level, boundary) {
      stack.push({ level, boundary })
      rebuild()
    },
    closeFrom(level) {
      const before = stack.length
      while ((stack.at(-1)?.level ?? -1) >= level) stack.pop()
      if (stack.length !== before) rebuild()
    },
    mayStart: (byte) => firsts[byte] === 1,
    match(line) {
      if (line[0] !== dash || line[1] !== dash || firsts[line[2] ?? 0] !== 1) return undefined
      let end = line.length
      while (end > 2 && isPadding(line[end - 1])) end -= 1
      if (end - 2 > longest + 2) return undefined
      const text = line.toString('latin1', 2, end)
      const opens = levels.get(text)
      const closing = text.endsWith('--') ? levels.get(text.slice(0, -2)) : undefined
      if (closing !== undefined && (opens === undefined || closing > opens)) return { level: closing, closes: true }
      return opens === undefined ? undefined : { level: opens, closes: false }
    },
  }
}
