/** `COMPARATOR` (RFC 5255 section 4.7) and how its patterns choose (RFC 4790 section 3.2). */
import { astring, bad, isAtEnd, space, type Parser } from './scan.ts'

/** Collations by which SEARCH, SORT and THREAD compare. */
export const comparators = ['i;unicode-casemap'] as const
export type Comparator = (typeof comparators)[number]

const patternsMax = 32

/** `comp-order-quoted *(SP comp-order-quoted)` */
export const comparatorPatterns: Parser<readonly string[]> = (scan) => {
  const patterns = [astring(scan).toString('latin1')]
  while (!isAtEnd(scan)) {
    space(scan)
    if (patterns.length >= patternsMax) bad('List is too long')
    patterns.push(astring(scan).toString('latin1'))
  }
  return patterns
}

/** `*` stands for any text, once in each place: what is between must follow in order. */
const matches = (pattern: string, name: string): boolean => {
  const [first = '', ...rest] = pattern.toLowerCase().split('*')
  if (rest.length === 0) return first === name
  const last = rest.pop() ?? ''
  if (!name.startsWith(first) || !name.endsWith(last)) return false
  let at = first.length
  for (const part of rest) {
    const found = name.indexOf(part, at)
    if (found < 0) return false
    at = found + part.length
  }
  return at <= name.length - last.length
}

/** What the first pattern that matches anything matches. */
export const comparatorsFor = (patterns: readonly string[]): readonly Comparator[] => {
  for (const pattern of patterns) {
    const found = comparators.filter((name) => pattern.toLowerCase() === 'default' || matches(pattern, name))
    if (found.length > 0) return found
  }
  return []
}
