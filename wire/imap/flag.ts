/** Flags and keywords (RFC 9051 section 2.3.2). System flags are written one way, so that they compare as text. */
import { atom, bad, list, peek, skipped, space, isAtEnd, type Parser } from './scan.ts'

export const systemFlags = ['\\Answered', '\\Flagged', '\\Deleted', '\\Seen', '\\Draft'] as const

const canonical: ReadonlyMap<string, string> = new Map(systemFlags.map((flag) => [flag.toUpperCase(), flag]))

/** Written as `$Forwarded` and `$forwarded` by different clients: keywords are case-insensitive, the first spelling stays. */
const keywordBytesMax = 100

/** `flag = "\Answered" / … / flag-keyword`. `\Recent` and unknown system flags can't be stored. */
export const flag: Parser<string> = (scan) => {
  if (!skipped(scan, '\\')) {
    const keyword = atom(scan)
    return keyword.length <= keywordBytesMax ? keyword : bad('Keyword is too long')
  }
  return canonical.get(`\\${atom(scan)}`.toUpperCase()) ?? bad('Flag cannot be stored')
}

/** `flag-list = "(" [flag *(SP flag)] ")"` */
export const flagList: Parser<readonly string[]> = list(flag)

/** `store-att-flags = … (flag-list / (flag *(SP flag)))` */
export const flags: Parser<readonly string[]> = (scan) => {
  if (peek(scan) === 0x28) return flagList(scan)
  const found = [flag(scan)]
  while (!isAtEnd(scan)) {
    space(scan)
    found.push(flag(scan))
  }
  return found
}
