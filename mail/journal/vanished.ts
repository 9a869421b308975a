/**
 * The UIDs that went from a mailbox, and at which MODSEQ (RFC 7162 section 3.2.10), in the order they went. Typed arrays:
 * 16 bytes a range. Beyond `vanishedMax` ranges the oldest half is forgotten, and the log says from where on it is whole.
 * What was published shares memory: ranges are only ever added behind it.
 */
import type { ModSeq, Uid } from '@bulkhead/base/ids.ts'
import type { UidRanges } from './event.ts'

export const vanishedMax = 65_536
/** Ranges of one snapshot segment. */
export const vanishedPerSegment = 4_096
const capacityMin = 64

export interface VanishedRanges {
  /** MODSEQ at which the log began: 0 with the mailbox. Two logs that began apart number their ranges differently. */
  readonly origin: number
  /** What vanished up to here may be forgotten. */
  readonly floor: number
  /** The number of the first range kept, counted from the origin. */
  readonly first: number
  readonly from: Uint32Array<ArrayBuffer>
  readonly to: Uint32Array<ArrayBuffer>
  readonly modSeqs: Float64Array<ArrayBuffer>
}

/** Of all logs without a range: nothing can be written there. */
const noRanges = { from: new Uint32Array(0), to: new Uint32Array(0), modSeqs: new Float64Array(0) }

export const nothingVanished = (origin: number): VanishedRanges => ({ origin, floor: origin, first: 0, ...noRanges })

export class VanishedLog {
  readonly #origin: number
  /** Snapshot segments that changed since they were last written. */
  readonly touched = new Set<number>()
  #floor: number
  #first: number
  #count: number
  #from: Uint32Array<ArrayBuffer>
  #to: Uint32Array<ArrayBuffer>
  #modSeqs: Float64Array<ArrayBuffer>

  constructor(start: VanishedRanges) {
    this.#origin = start.origin
    this.#floor = start.floor
    this.#first = start.first
    this.#count = start.from.length
    this.#from = start.from
    this.#to = start.to
    this.#modSeqs = start.modSeqs
  }

  /** UIDs go in the order of their MODSEQ; neighbours of one event become one range. */
  add(uid: number, modSeq: number): void {
    const last = this.#count - 1
    if (last >= 0 && this.#modSeqs[last] === modSeq && this.#to[last] === uid - 1) {
      this.#to[last] = uid
      this.touched.add(Math.floor((this.#first + last) / vanishedPerSegment))
      return
    }
    if (this.#count === vanishedMax) this.#forgetHalf()
    if (this.#count === this.#from.length) this.#resize(0, Math.max(capacityMin, this.#count * 2))
    const at = this.#count++
    this.#from[at] = uid
    this.#to[at] = uid
    this.#modSeqs[at] = modSeq
    this.touched.add(Math.floor((this.#first + at) / vanishedPerSegment))
  }

  #forgetHalf(): void {
    const half = vanishedMax / 2
    this.#floor = this.#modSeqs[half - 1] ?? this.#floor
    this.#resize(half, vanishedMax)
    this.#first += half
    this.#count -= half
  }

  /** Arrays of their own, without the first `gone` ranges. */
  #resize(gone: number, capacity: number): void {
    const [from, to, modSeqs] = [new Uint32Array(capacity), new Uint32Array(capacity), new Float64Array(capacity)]
    from.set(this.#from.subarray(gone, this.#count))
    to.set(this.#to.subarray(gone, this.#count))
    modSeqs.set(this.#modSeqs.subarray(gone, this.#count))
    this.#from = from
    this.#to = to
    this.#modSeqs = modSeqs
  }

  /** What is known now, never to change. */
  publish(): VanishedRanges {
    const known = { origin: this.#origin, floor: this.#floor, first: this.#first }
    if (this.#count === this.#from.length) return { ...known, from: this.#from, to: this.#to, modSeqs: this.#modSeqs }
    return {
      ...known,
      from: this.#from.subarray(0, this.#count),
      to: this.#to.subarray(0, this.#count),
      modSeqs: this.#modSeqs.subarray(0, this.#count),
    }
  }
}

/** First of the ranges that went after `since`: they lie in the order of their MODSEQ. */
const firstAfter = (modSeqs: Float64Array, since: number): number => {
  let low = 0
  let high = modSeqs.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((modSeqs[middle] ?? 0) <= since) low = middle + 1
    else high = middle
  }
  return low
}

/** Every UID below `uidNext` that is not among `uids`. */
const missing = (uids: Uint32Array, uidNext: number): UidRanges => {
  const ranges: [Uid, Uid][] = []
  let next = 1
  for (const uid of uids) {
    if (uid > next) ranges.push([next as Uid, (uid - 1) as Uid])
    next = uid + 1
  }
  if (uidNext > next) ranges.push([next as Uid, (uidNext - 1) as Uid])
  return ranges
}

/** UIDs that vanished after `since`; where that is forgotten, all that are not there. */
export const vanishedAfter = (vanished: VanishedRanges, since: ModSeq, uids: Uint32Array, uidNext: number): UidRanges => {
  if (since < vanished.floor) return missing(uids, uidNext)
  const { from, to, modSeqs } = vanished
  const first = firstAfter(modSeqs, since)
  const order = new Uint32Array(from.length - first).map((_, at) => first + at).sort((one, other) => (from[one] ?? 0) - (from[other] ?? 0))
  const ranges: [Uid, Uid][] = []
  for (const at of order) {
    const open = ranges.at(-1)
    if (open !== undefined && open[1] + 1 === from[at]) open[1] = (to[at] ?? 0) as Uid
    else ranges.push([(from[at] ?? 0) as Uid, (to[at] ?? 0) as Uid])
  }
  return ranges
}
