/** `partial-range` of RFC 9394 section 4: a page of results, counted from the first or, negative, from the last. */
import { bad, need, nzNumber, skipped, type Parser } from './scan.ts'

/** Both from 1, the smaller first; `fromEnd`: 1 is the last result. */
export interface PartialRange {
  readonly fromEnd: boolean
  readonly low: number
  readonly high: number
}

/** `partial-range = (nz-number ":" nz-number) / ("-" nz-number ":" "-" nz-number)` */
export const partialRange: Parser<PartialRange> = (scan) => {
  const fromEnd = skipped(scan, '-')
  const first = nzNumber(scan)
  need(scan, ':')
  if (skipped(scan, '-') !== fromEnd) bad('Both ends of a partial range have the same sign')
  const second = nzNumber(scan)
  return { fromEnd, low: Math.min(first, second), high: Math.max(first, second) }
}

/** As it was meant, for the answer that names it. */
export const partialRangeText = ({ fromEnd, low, high }: PartialRange): string => (fromEnd ? `-${low}:-${high}` : `${low}:${high}`)

/** Which of `count` results it takes: from `start` up to `end`, counted from 0. */
export const pageOf = ({ fromEnd, low, high }: PartialRange, count: number): { readonly start: number; readonly end: number } => {
  const start = fromEnd ? count - high : low - 1
  const end = fromEnd ? count - low + 1 : high
  return { start: Math.min(count, Math.max(0, start)), end: Math.max(0, Math.min(count, end)) }
}
