/**
 * The parallel arrays in which a mailbox keeps its messages: 60 bytes each, and no object. What never changes of a message
 * lies in whole columns; what does (flags, MODSEQ) in pages, so that a change copies a page and not the mailbox.
 */

/** UIDs of one snapshot segment: an expunge touches its own segment only. */
export const uidsPerSegment = 4_096
export const idBytes = 16
export const threadBytes = 8
const pageShift = 10
/** Messages of one page. */
export const pageSize = 1 << pageShift
const pageMask = pageSize - 1

export interface Lasting {
  readonly uids: Uint32Array<ArrayBuffer>
  readonly sizes: Uint32Array<ArrayBuffer>
  readonly dates: Float64Array<ArrayBuffer>
  /** 16 bytes each. */
  readonly ids: Uint8Array<ArrayBuffer>
  /** Seconds since the epoch when it came here; 0: not known. */
  readonly saveDates: Uint32Array<ArrayBuffer>
  /** 8 bytes each; all zero: not known. */
  readonly threads: Uint8Array<ArrayBuffer>
}

export interface Changing {
  readonly modSeqs: Float64Array<ArrayBuffer>
  readonly low: Uint32Array<ArrayBuffer>
  readonly high: Uint32Array<ArrayBuffer>
}

export interface Columns extends Lasting {
  /** Page i has the messages from `i * pageSize` on. */
  readonly pages: readonly Changing[]
}

const lastingFor = (capacity: number): Lasting => ({
  uids: new Uint32Array(capacity),
  sizes: new Uint32Array(capacity),
  dates: new Float64Array(capacity),
  ids: new Uint8Array(capacity * idBytes),
  saveDates: new Uint32Array(capacity),
  threads: new Uint8Array(capacity * threadBytes),
})

/** Of all mailboxes without a message: nothing can be written there. */
const noLasting = lastingFor(0)

export const newLasting = (capacity: number): Lasting => (capacity === 0 ? noLasting : lastingFor(capacity))

export const newChanging = (capacity: number): Changing => ({
  modSeqs: new Float64Array(capacity),
  low: new Uint32Array(capacity),
  high: new Uint32Array(capacity),
})

export const newPage = (): Changing => newChanging(pageSize)

export const copyOfPage = ({ modSeqs, low, high }: Changing): Changing =>
  ({ modSeqs: modSeqs.slice(), low: low.slice(), high: high.slice() })

const newPages = (count: number): readonly Changing[] => Array.from({ length: Math.ceil(count / pageSize) }, newPage)

export const newColumns = (count: number): Columns => ({ ...newLasting(count), pages: newPages(count) })

export const pageOf = (at: number): number => at >>> pageShift
export const placeOf = (at: number): number => at & pageMask
export const lowAt = ({ pages }: Columns, at: number): number => pages[at >>> pageShift]?.low[at & pageMask] ?? 0
export const highAt = ({ pages }: Columns, at: number): number => pages[at >>> pageShift]?.high[at & pageMask] ?? 0
export const modSeqAt = ({ pages }: Columns, at: number): number => pages[at >>> pageShift]?.modSeqs[at & pageMask] ?? 0

const viewsOf = (columns: Lasting, from: number, to: number): Lasting => ({
  uids: columns.uids.subarray(from, to),
  sizes: columns.sizes.subarray(from, to),
  dates: columns.dates.subarray(from, to),
  ids: columns.ids.subarray(from * idBytes, to * idBytes),
  saveDates: columns.saveDates.subarray(from, to),
  threads: columns.threads.subarray(from * threadBytes, to * threadBytes),
})

/** Entries `from` up to `to` in the same memory, without views where they are all there are. */
export const lastingOf = (columns: Lasting, from: number, to: number): Lasting =>
  from === 0 && to === columns.uids.length ? columns : viewsOf(columns, from, to)

export const copyLasting = (target: Lasting, at: number, source: Lasting): void => {
  target.uids.set(source.uids, at)
  target.sizes.set(source.sizes, at)
  target.dates.set(source.dates, at)
  target.ids.set(source.ids, at * idBytes)
  target.saveDates.set(source.saveDates, at)
  target.threads.set(source.threads, at * threadBytes)
}

const slice = ({ modSeqs, low, high }: Changing, from: number, to: number): Changing =>
  ({ modSeqs: modSeqs.subarray(from, to), low: low.subarray(from, to), high: high.subarray(from, to) })

const copyChanging = (target: Changing, at: number, source: Changing): void => {
  target.modSeqs.set(source.modSeqs, at)
  target.low.set(source.low, at)
  target.high.set(source.high, at)
}

/** Writes entries into pages from position `at` on. */
export const putChanging = (pages: readonly Changing[], at: number, source: Changing): void => {
  const count = source.low.length
  for (let done = 0; done < count; ) {
    const place = placeOf(at + done)
    const next = Math.min(count, done + pageSize - place)
    const page = pages[pageOf(at + done)]
    if (page !== undefined) copyChanging(page, place, slice(source, done, next))
    done = next
  }
}

/** Entries `from` up to `to` of the pages in one piece, copied. */
export const changingOf = (pages: readonly Changing[], from: number, to: number): Changing => {
  const whole = newChanging(to - from)
  for (let at = from; at < to; ) {
    const place = placeOf(at)
    const next = Math.min(to, at + pageSize - place)
    const page = pages[pageOf(at)]
    if (page !== undefined) copyChanging(whole, at - from, slice(page, place, place + next - at))
    at = next
  }
  return whole
}

/** Copies entries `from` up to `to` to position `at` of other columns. */
export const copyEntries = (target: Columns, at: number, source: Columns, from: number, to: number): void => {
  copyLasting(target, at, lastingOf(source, from, to))
  for (let next = from; next < to; next += pageSize) {
    putChanging(target.pages, at + next - from, changingOf(source.pages, next, Math.min(to, next + pageSize)))
  }
}

/** First position in the ascending `uids` below `count` whose UID is at least `uid`. */
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
