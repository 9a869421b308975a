/** `RETURN (…)` of SEARCH, SORT and ESEARCH: RFC 4731, 5182, 5267, 6203, 9394. */
import { fetchAttribute, type FetchAttribute } from './fetch-grammar.ts'
import { ahead, bad, keyword, list, need, nzNumber, peek, skipped, space, type Parser, type Scan } from './scan.ts'

/** `partial-range`: counted from 1; negative ones from the end. First and last may stand either way round. */
export interface PartialRange {
  readonly from: number
  readonly to: number
  /** As written, to be repeated in the response. */
  readonly text: string
}

export const plainOptions = ['MIN', 'MAX', 'ALL', 'COUNT', 'SAVE', 'RELEVANCY', 'UPDATE', 'CONTEXT'] as const
export type PlainOption = (typeof plainOptions)[number]

export interface ReturnOptions {
  readonly options: ReadonlySet<PlainOption>
  readonly partial: PartialRange | null
  /** UPDATE: what is to be told of messages that join (RFC 5465 section 7). */
  readonly fetches: readonly FetchAttribute[]
}

const signedNumber = (scan: Scan): number => (skipped(scan, '-') ? -nzNumber(scan) : nzNumber(scan))

/** `partial-range = partial-range-first / partial-range-last` (RFC 9394 section 3.1) */
export const partialRange: Parser<PartialRange> = (scan) => {
  const start = scan.at
  const from = signedNumber(scan)
  need(scan, ':')
  const to = signedNumber(scan)
  if (from < 0 !== to < 0) bad('A range counts from one end')
  return { from, to, text: scan.bytes.toString('latin1', start, scan.at) }
}

interface Fetches {
  readonly fetches: readonly FetchAttribute[]
}

type Item = PlainOption | PartialRange | Fetches

const attributes = list(fetchAttribute)

/** `modifier-update = "UPDATE" ["(" fetch-att *(SP fetch-att) ")"]`; examples have a space before it. */
const update = (scan: Scan): Item => {
  if (scan.bytes[scan.at] === 0x20 && scan.bytes[scan.at + 1] === 0x28) space(scan)
  if (peek(scan) !== 0x28) return 'UPDATE'
  const fetches = attributes(scan)
  return fetches.length > 0 ? { fetches } : bad('Missing FETCH attribute')
}

const item: Parser<Item> = (scan) => {
  const word = keyword(scan)
  if (word === 'PARTIAL') {
    space(scan)
    return partialRange(scan)
  }
  if (word === 'UPDATE') return update(scan)
  return plainOptions.find((option) => option === word) ?? bad('Unknown return option')
}

const itemsMax = 16

/** `SP "RETURN" SP "(" … ")"` in front of what follows; null where there is none. Nothing that is returned means ALL. */
export const returnOptions: Parser<ReturnOptions | null> = (scan) => {
  if (ahead(scan) !== 'RETURN') return null
  keyword(scan)
  space(scan)
  const items = list(item, itemsMax)(scan)
  space(scan)
  const ranges = items.filter((one) => typeof one !== 'string' && 'text' in one)
  const fetches = items.flatMap((one) => (typeof one !== 'string' && 'fetches' in one ? one.fetches : []))
  const options = new Set(items.filter((one) => typeof one === 'string'))
  if (fetches.length > 0) options.add('UPDATE')
  const [partial = null] = ranges
  if (ranges.length > 1 || (partial !== null && options.has('ALL'))) bad('PARTIAL goes alone')
  if (partial === null && [...options].every((one) => one === 'CONTEXT' || one === 'UPDATE')) options.add('ALL')
  return { options, partial, fetches }
}
