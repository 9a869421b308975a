/** Arguments of LANGUAGE (RFC 5255 section 3.5). */
import { astring, bad, end, isAtEnd, space, type Parser } from './scan.ts'

const rangesMax = 50
const rangeOctetsMax = 64

/** `*(SP lang-range-quoted)`, to the end: language ranges of RFC 4647 section 2.1. */
export const languageRanges: Parser<readonly string[]> = (scan) => {
  const ranges: string[] = []
  while (!isAtEnd(scan)) {
    space(scan)
    if (isAtEnd(scan)) break
    const range = astring(scan).toString('latin1')
    if (range.length > rangeOctetsMax || !/^(?:[A-Za-z]{1,8}|\*)(?:-(?:[A-Za-z0-9]{1,8}|\*))*$/.test(range)) bad('Not a language')
    if (ranges.length >= rangesMax) bad('Too many languages')
    ranges.push(range)
  }
  end(scan)
  return ranges
}
