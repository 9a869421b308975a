/** `command = tag SP name [SP arguments]`: what every command begins with (RFC 9051 section 9). */
import { tagBytesMax } from './limits.ts'
import { bad, keyword, peek, run, skipped, space, tagBytes, type Parser } from './scan.ts'

export interface CommandLine {
  readonly tag: string
  /** In capitals. */
  readonly name: string
  /** `UID FETCH` and its like. */
  readonly byUid: boolean
}

const tag: Parser<string> = (scan) => {
  const text = run(scan, tagBytes, 'tag')
  return text.length <= tagBytesMax ? text : bad('Tag is too long')
}

/** The scan then stands at the arguments' space or at the end. */
export const commandLine: Parser<CommandLine> = (scan) => {
  const tagText = tag(scan)
  space(scan)
  const first = keyword(scan)
  if (first !== 'UID') return { tag: tagText, name: first, byUid: false }
  space(scan)
  return { tag: tagText, name: keyword(scan), byUid: true }
}

/** The tag of a command that can't be parsed, for its BAD; `*` where there is none. */
export const tagOf = (bytes: Buffer): string => {
  const scan = { bytes, at: 0, depth: 0, utf8: false }
  try {
    const text = tag(scan)
    return peek(scan) === 0x20 || skipped(scan, '\r') || scan.at >= bytes.length ? text : '*'
  } catch {
    return '*'
  }
}
