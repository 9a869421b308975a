/**
 * A mailbox's messages while the fold works on them. `publish` gives an immutable list that shares memory: appends go
 * behind what was published, changes copy the columns they touch once, and removals make the table compact anew; so an
 * IMAP session keeps its old sequence numbers at no cost.
 */
import { assert } from '@bulkhead/base/assert.ts'
import { uuidBytes, uuidFromBytes, type MessageId, type Uid } from '@bulkhead/base/ids.ts'
import { copyInto, idBytes, lowerBound, newColumns, sliceOf, threadBytes, type Columns } from './columns.ts'
import type { UidRanges } from './event.ts'
import { goneBit } from './keywords.ts'

const capacityMin = 16
const growth = 1.5

export interface NewEntry {
  readonly uid: number
  readonly modSeq: number
  readonly sizeBytes: number
  readonly dateMs: number
  /** Seconds. */
  readonly saveDate: number
  readonly low: number
  readonly high: number
}

export class MessageTable {
  #columns: Columns
  #count: number
  #gone = 0
  /** The changing columns may be seen by a published list. */
  #published = false

  constructor(start: Columns = newColumns(0)) {
    this.#columns = start
    this.#count = start.uids.length
  }

  /** For reading at positions that `positions` gives; expunged entries may lie between. */
  get columns(): Columns {
    return this.#columns
  }

  #grow(): void {
    const larger = newColumns(Math.max(capacityMin, Math.ceil(this.#count * growth)))
    copyInto(larger, 0, sliceOf(this.#columns, 0, this.#count))
    this.#columns = larger
    this.#published = false
  }

  #append(entry: NewEntry): number {
    assert(entry.uid > (this.#columns.uids[this.#count - 1] ?? 0), 'UIDs ascend')
    if (this.#count === this.#columns.uids.length) this.#grow()
    const at = this.#count++
    this.#columns.uids[at] = entry.uid
    this.#columns.modSeqs[at] = entry.modSeq
    this.#columns.sizes[at] = entry.sizeBytes
    this.#columns.dates[at] = entry.dateMs
    this.#columns.low[at] = entry.low
    this.#columns.high[at] = entry.high
    this.#columns.saveDates[at] = entry.saveDate
    return at
  }

  append(entry: NewEntry, message: MessageId, thread: Uint8Array | null): void {
    const at = this.#append(entry)
    this.#columns.ids.set(uuidBytes(message), at * idBytes)
    if (thread !== null) this.#columns.threads.set(thread.subarray(0, threadBytes), at * threadBytes)
  }

  /** The same message again, from an entry of this or another table. */
  appendCopy(entry: NewEntry, source: MessageTable, sourceAt: number): void {
    const at = this.#append(entry)
    const { ids, threads } = source.#columns
    this.#columns.ids.set(ids.subarray(sourceAt * idBytes, (sourceAt + 1) * idBytes), at * idBytes)
    this.#columns.threads.set(threads.subarray(sourceAt * threadBytes, (sourceAt + 1) * threadBytes), at * threadBytes)
  }

  /** Call before `set` and `remove`: gives published lists columns of their own. */
  beforeChange(): void {
    if (!this.#published) return
    const { modSeqs, low, high } = this.#columns
    this.#columns = { ...this.#columns, modSeqs: modSeqs.slice(), low: low.slice(), high: high.slice() }
    this.#published = false
  }

  set(at: number, low: number, high: number, modSeq: number): void {
    this.#columns.low[at] = low
    this.#columns.high[at] = high
    this.#columns.modSeqs[at] = modSeq
  }

  remove(at: number): void {
    this.#columns.low[at] = (this.#columns.low[at] ?? 0) | goneBit
    this.#gone += 1
  }

  messageId(at: number): MessageId {
    return uuidFromBytes(this.#columns.ids.subarray(at * idBytes, (at + 1) * idBytes)) as MessageId
  }

  holds(uid: Uid): boolean {
    const { uids, low } = this.#columns
    const at = lowerBound(uids, this.#count, uid)
    return at < this.#count && uids[at] === uid && ((low[at] ?? 0) & goneBit) === 0
  }

  /** Positions of the messages there are of `ranges`, ascending. */
  positions(ranges: UidRanges): readonly number[] {
    const found: number[] = []
    const { uids, low } = this.#columns
    const count = this.#count
    for (const [from, to] of ranges) {
      for (let at = lowerBound(uids, count, from); at < count && (uids[at] ?? 0) <= to; at += 1) {
        if (((low[at] ?? 0) & goneBit) === 0) found.push(at)
      }
    }
    return found
  }

  everyPosition(): readonly number[] {
    return this.positions([[1 as Uid, 0xffff_ffff as Uid]])
  }

  #compact(): void {
    const { low } = this.#columns
    const kept = newColumns(this.#count - this.#gone)
    let filled = 0
    let from = 0
    for (let at = 0; at <= this.#count; at += 1) {
      if (at < this.#count && ((low[at] ?? 0) & goneBit) === 0) continue
      if (at > from) copyInto(kept, filled, sliceOf(this.#columns, from, at))
      filled += at - from
      from = at + 1
    }
    this.#columns = kept
    this.#count = filled
    this.#gone = 0
  }

  /** The messages as they are now, never to change. */
  publish(): Columns {
    if (this.#gone > 0) this.#compact()
    this.#published = true
    return sliceOf(this.#columns, 0, this.#count)
  }
}
