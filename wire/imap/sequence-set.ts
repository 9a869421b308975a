/**
 * Sequence sets (RFC 9051 section 9) and what they mean against a mailbox. Sets and results are ranges, so that `1:*` of
 * a hundred thousand messages costs nothing.
 */
import { sequenceRangesMax } from './limits.ts'
import { bad, nzNumber, skipped, type Parser, type Scan } from './scan.ts'

/** `*`, the largest number in use. */
export const star = Number.POSITIVE_INFINITY

/** As written: either end may be the larger one. */
export type SequenceSet = readonly (readonly [from: number, to: number])[]

/** `seq-number = nz-number / "*"` */
const seqNumber = (scan: Scan): number => (skipped(scan, '*') ? star : nzNumber(scan))

/** `$`: what the last SEARCH saved (RFC 5182). Known by itself, not by its ranges: only the session knows them. */
export const savedResult: SequenceSet = Object.freeze([])

/** `sequence-set = (seq-number / seq-range) ["," sequence-set] / seq-last-command` */
export const sequenceSet: Parser<SequenceSet> = (scan) => {
  if (skipped(scan, '$')) return savedResult
  const ranges: (readonly [number, number])[] = []
  do {
    if (ranges.length >= sequenceRangesMax) bad('Too many ranges')
    const from = seqNumber(scan)
    ranges.push([from, skipped(scan, ':') ? seqNumber(scan) : from])
  } while (skipped(scan, ','))
  return ranges
}

/** Positions in a mailbox, from 0; ascending, disjoint, inclusive. */
export type Positions = readonly (readonly [from: number, to: number])[]

const merged = (ranges: (readonly [number, number])[]): Positions => {
  ranges.sort((a, b) => a[0] - b[0])
  const out: [number, number][] = []
  for (const [from, to] of ranges) {
    const last = out.at(-1)
    if (last !== undefined && from <= last[1] + 1) last[1] = Math.max(last[1], to)
    else out.push([from, to])
  }
  return out
}

/** Undefined where a number is beyond the last message: the client is out of step (RFC 9051 section 9, `seq-number`). */
export const positionsOfNumbers = (set: SequenceSet, count: number): Positions | undefined => {
  const ranges: (readonly [number, number])[] = []
  for (const [a, b] of set) {
    const from = Math.min(a === star ? count : a, b === star ? count : b)
    const to = Math.max(a === star ? count : a, b === star ? count : b)
    if (from < 1 || to > count) return undefined
    ranges.push([from - 1, to - 1])
  }
  return merged(ranges)
}

/** Where `uid` is or would be among ascending `uids`. */
export const lowerBound = (uids: Uint32Array, count: number, uid: number): number => {
  let low = 0
  let high = count
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((uids[middle] ?? 0) < uid) low = middle + 1
    else high = middle
  }
  return low
}

/** UIDs nobody has are no error; `*` is the last message's, so that `n:*` always holds the last message. */
export const positionsOfUids = (set: SequenceSet, uids: Uint32Array, count: number): Positions => {
  if (count === 0) return []
  const last = uids[count - 1] ?? 0
  const ranges: (readonly [number, number])[] = []
  for (const [a, b] of set) {
    const low = Math.min(a === star ? last : a, b === star ? last : b)
    const high = Math.max(a === star ? last : a, b === star ? last : b)
    const from = lowerBound(uids, count, low)
    const to = lowerBound(uids, count, high + 1) - 1
    if (from <= to) ranges.push([from, to])
  }
  return merged(ranges)
}

/** A page of positions: those counted from `start` up to `end`. */
export const sliceOfPositions = (positions: Positions, start: number, end: number): Positions => {
  const out: (readonly [number, number])[] = []
  let before = 0
  for (const [from, to] of positions) {
    const count = to - from + 1
    const first = Math.max(from, from + start - before)
    const last = Math.min(to, from + end - before - 1)
    if (first <= last) out.push([first, last])
    before += count
  }
  return out
}

/** Positions of which `holds` is true. */
export const positionsWhere = (positions: Positions, holds: (at: number) => boolean): Positions => {
  const out: [number, number][] = []
  for (const [from, to] of positions) {
    for (let at = from; at <= to; at += 1) {
      if (!holds(at)) continue
      const last = out.at(-1)
      if (last !== undefined && last[1] === at - 1) last[1] = at
      else out.push([at, at])
    }
  }
  return out
}

/** What both sets of ascending, disjoint ranges hold. */
export const intersected = (one: SequenceSet, other: SequenceSet): SequenceSet => {
  const out: (readonly [number, number])[] = []
  let left = 0
  let right = 0
  while (left < one.length && right < other.length) {
    const [from, to] = one[left] ?? [0, 0]
    const [otherFrom, otherTo] = other[right] ?? [0, 0]
    const low = Math.max(from, otherFrom)
    const high = Math.min(to, otherTo)
    if (low <= high) out.push([low, high])
    if (to < otherTo) left += 1
    else right += 1
  }
  return out
}

/** The set as ascending, disjoint ranges; `*` is `last`. */
export const normalised = (set: SequenceSet, last: number): SequenceSet =>
  merged(set.map(([a, b]) => {
    const from = a === star ? last : a
    const to = b === star ? last : b
    return [Math.min(from, to), Math.max(from, to)] as const
  }))

export const rangesText = (ranges: SequenceSet): string => ranges.map(([from, to]) => (from === to ? `${from}` : `${from}:${to}`)).join(',')

export const countOf = (positions: Positions): number => positions.reduce((sum, [from, to]) => sum + to - from + 1, 0)

/** Every position, in order. */
export function* eachPosition(positions: Positions): Generator<number> {
  for (const [from, to] of positions) for (let at = from; at <= to; at += 1) yield at
}

/** Ascending numbers as a set: `1:3,7`. */
export const setText = (numbers: ArrayLike<number>): string => {
  const ranges: string[] = []
  for (let at = 0; at < numbers.length; at += 1) {
    const from = numbers[at] ?? 0
    let to = from
    while (at + 1 < numbers.length && numbers[at + 1] === to + 1) {
      to += 1
      at += 1
    }
    ranges.push(from === to ? `${from}` : `${from}:${to}`)
  }
  return ranges.join(',')
}
