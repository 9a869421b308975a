/** UID ranges against a list of messages: what is there of them, and the tightest ranges that mean just that. */
import type { Uid } from '@bulkhead/base/ids.ts'
import type { UidRanges } from '../journal/event.ts'
import { lowerBound } from '../journal/columns.ts'
import { uidRangesPerEventMax } from '../journal/event-codec.ts'
import type { MessageList } from './mail-account.ts'

/** Positions of messages within `ranges`, ascending. */
export const positionsOf = ({ uids, count }: MessageList, ranges: UidRanges): readonly number[] => {
  const positions: number[] = []
  let from = 0
  for (const [first, last] of ranges) {
    for (from = Math.max(from, lowerBound(uids, count, first)); from < count && (uids[from] ?? 0) <= last; from += 1) {
      positions.push(from)
    }
  }
  return positions
}

/**
 * Ranges for messages at ascending positions. Neighbours in the list become one range even over a gap in their UIDs:
 * whatever lay there is gone for ever, so the range never means a later message.
 */
export const rangesAt = ({ uids }: MessageList, positions: readonly number[]): UidRanges => {
  const ranges: [Uid, Uid][] = []
  let before = -2
  for (const at of positions) {
    const uid = (uids[at] ?? 0) as Uid
    const open = ranges.at(-1)
    if (open !== undefined && at === before + 1) open[1] = uid
    else ranges.push([uid, uid])
    before = at
  }
  return ranges
}

/** Ranges that mean just these UIDs, which may come in any order. */
export const rangesOf = (uids: readonly Uid[]): UidRanges => {
  const ranges: [Uid, Uid][] = []
  for (const uid of uids.toSorted((one, other) => one - other)) {
    const open = ranges.at(-1)
    if (open !== undefined && uid <= open[1] + 1) open[1] = uid
    else ranges.push([uid, uid])
  }
  return ranges
}

/** What of `ranges` is not in `taken`. */
export const without = (ranges: UidRanges, taken: UidRanges): UidRanges => {
  const left: [Uid, Uid][] = []
  let place = 0
  for (const [from, to] of ranges) {
    let next: number = from
    while ((taken[place]?.[1] ?? Infinity) < from) place += 1
    for (let at = place; at < taken.length && (taken[at]?.[0] ?? Infinity) <= to; at += 1) {
      const [first, last] = taken[at] ?? [to, to]
      if (first > next) left.push([next as Uid, (first - 1) as Uid])
      next = Math.max(next, last + 1)
    }
    if (next <= to) left.push([next as Uid, to])
  }
  return left
}

/** Cut into as many as one event may hold. */
export const perEvent = (ranges: UidRanges): readonly UidRanges[] =>
  Array.from({ length: Math.ceil(ranges.length / uidRangesPerEventMax) }, (_, at) =>
    ranges.slice(at * uidRangesPerEventMax, (at + 1) * uidRangesPerEventMax))
