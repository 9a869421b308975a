/**
 * A mailbox's messages while the fold works on them. `publish` gives an immutable list that shares memory: appends go
 * behind what was published, a change copies the page it touches once, and removals make the table compact anew; so an
 * IMAP session keeps its old sequence numbers at no cost.
 */
import { assert } from '@bulkhead/base/assert.ts'
import { uuidBytes, uuidFromBytes, type MessageId, type Uid } from '@bulkhead/base/ids.ts'
import {
  copyEntries, copyLasting, copyOfPage, idBytes, lastingOf, lowerBound, newColumns, newLasting, newPage, pageOf, placeOf,
  threadBytes, type Changing, type Columns, type Lasting,
} from './columns.ts'
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
  #lasting: Lasting
  #pages: Changing[]
  #count: number
  #gone = 0
  /** The list of pages may be seen by a published list. */
  #published = false
  /** Pages no published list sees entries of that there are. */
  readonly #own = new Set<Changing>()
  /** The page of our own that was asked for last. */
  #ownLast: Changing | undefined

  constructor(start: Columns = newColumns(0)) {
    this.#lasting = start
    this.#pages = [...start.pages]
    this.#count = start.uids.length
  }

  #grow(): void {
    const larger = newLasting(Math.max(capacityMin, Math.ceil(this.#count * growth)))
    copyLasting(larger, 0, lastingOf(this.#lasting, 0, this.#count))
    this.#lasting = larger
  }

  /** The page of a position behind what was published: nobody sees the place yet. */
  #pageForNew(at: number): Changing {
    const known = this.#pages[pageOf(at)]
    if (known !== undefined) return known
    const page = newPage()
    this.#pages.push(page)
    this.#own.add(page)
    return page
  }

  #append(entry: NewEntry): number {
    assert(entry.uid > (this.#lasting.uids[this.#count - 1] ?? 0), 'UIDs ascend')
    if (this.#count === this.#lasting.uids.length) this.#grow()
    const at = this.#count++
    const { uids, sizes, dates, saveDates } = this.#lasting
    uids[at] = entry.uid
    sizes[at] = entry.sizeBytes
    dates[at] = entry.dateMs
    saveDates[at] = entry.saveDate
    const page = this.#pageForNew(at)
    const place = placeOf(at)
    page.modSeqs[place] = entry.modSeq
    page.low[place] = entry.low
    page.high[place] = entry.high
    return at
  }

  /** Gives its position. */
  append(entry: NewEntry, message: MessageId, thread: Uint8Array | null): number {
    const at = this.#append(entry)
    this.#lasting.ids.set(uuidBytes(message), at * idBytes)
    if (thread !== null) this.#lasting.threads.set(thread.subarray(0, threadBytes), at * threadBytes)
    return at
  }

  /** The message of the last entry. */
  get newest(): MessageId | undefined {
    return this.#count === 0 ? undefined : this.messageId(this.#count - 1)
  }

  /** The same message again, from an entry of this or another table. */
  appendCopy(entry: NewEntry, source: MessageTable, sourceAt: number): void {
    const at = this.#append(entry)
    const { ids, threads } = source.#lasting
    this.#lasting.ids.set(ids.subarray(sourceAt * idBytes, (sourceAt + 1) * idBytes), at * idBytes)
    this.#lasting.threads.set(threads.subarray(sourceAt * threadBytes, (sourceAt + 1) * threadBytes), at * threadBytes)
  }

  /** The page of a position, one no published list sees. */
  #ownPage(at: number): Changing {
    const number = pageOf(at)
    if (!this.#published && this.#ownLast !== undefined && this.#pages[number] === this.#ownLast) return this.#ownLast
    this.#ownLast = this.#makeOwn(number)
    return this.#ownLast
  }

  #makeOwn(number: number): Changing {
    if (this.#published) {
      this.#pages = [...this.#pages]
      this.#own.clear()
      this.#published = false
    }
    const page = this.#pages[number] ?? newPage()
    if (this.#own.has(page)) return page
    const copy = copyOfPage(page)
    this.#pages[number] = copy
    this.#own.add(copy)
    return copy
  }

  set(at: number, low: number, high: number, modSeq: number): void {
    const page = this.#ownPage(at)
    const place = placeOf(at)
    page.low[place] = low
    page.high[place] = high
    page.modSeqs[place] = modSeq
  }

  remove(at: number): void {
    const page = this.#ownPage(at)
    page.low[placeOf(at)] = this.low(at) | goneBit
    this.#gone += 1
  }

  uid(at: number): Uid {
    return (this.#lasting.uids[at] ?? 0) as Uid
  }

  sizeBytes(at: number): number {
    return this.#lasting.sizes[at] ?? 0
  }

  dateMs(at: number): number {
    return this.#lasting.dates[at] ?? 0
  }

  low(at: number): number {
    return this.#pages[pageOf(at)]?.low[placeOf(at)] ?? 0
  }

  high(at: number): number {
    return this.#pages[pageOf(at)]?.high[placeOf(at)] ?? 0
  }

  modSeq(at: number): number {
    return this.#pages[pageOf(at)]?.modSeqs[placeOf(at)] ?? 0
  }

  messageId(at: number): MessageId {
    return uuidFromBytes(this.#lasting.ids.subarray(at * idBytes, (at + 1) * idBytes)) as MessageId
  }

  /** The message's id as bytes. */
  idAt(at: number): Uint8Array {
    return this.#lasting.ids.subarray(at * idBytes, (at + 1) * idBytes)
  }

  threadAt(at: number): Uint8Array {
    return this.#lasting.threads.subarray(at * threadBytes, (at + 1) * threadBytes)
  }

  #isGone(at: number): boolean {
    return (this.low(at) & goneBit) !== 0
  }

  holds(uid: Uid): boolean {
    const at = lowerBound(this.#lasting.uids, this.#count, uid)
    return at < this.#count && this.#lasting.uids[at] === uid && !this.#isGone(at)
  }

  /** Positions of the messages there are of `ranges`, ascending. */
  positions(ranges: UidRanges): readonly number[] {
    const found: number[] = []
    const { uids } = this.#lasting
    const count = this.#count
    for (const [from, to] of ranges) {
      for (let at = lowerBound(uids, count, from); at < count && (uids[at] ?? 0) <= to; at += 1) {
        if (!this.#isGone(at)) found.push(at)
      }
    }
    return found
  }

  everyPosition(): readonly number[] {
    return this.positions([[1 as Uid, 0xffff_ffff as Uid]])
  }

  #compact(): void {
    const kept = newColumns(this.#count - this.#gone)
    const columns: Columns = { ...this.#lasting, pages: this.#pages }
    let filled = 0
    let from = 0
    for (let at = 0; at <= this.#count; at += 1) {
      if (at < this.#count && !this.#isGone(at)) continue
      if (at > from) copyEntries(kept, filled, columns, from, at)
      filled += at - from
      from = at + 1
    }
    this.#lasting = kept
    this.#pages = [...kept.pages]
    this.#count = filled
    this.#gone = 0
    this.#published = false
    this.#own.clear()
    for (const page of this.#pages) this.#own.add(page)
  }

  /** The messages as they are now, never to change. */
  publish(): Columns {
    if (this.#gone > 0) this.#compact()
    this.#published = true
    return { ...lastingOf(this.#lasting, 0, this.#count), pages: this.#pages }
  }
}
