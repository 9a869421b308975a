/** The parallel arrays in which a mailbox keeps its messages: 60 bytes each, and no object. */

export interface Columns {
  readonly uids: Uint32Array<ArrayBuffer>
  readonly modSeqs: Float64Array<ArrayBuffer>
  readonly sizes: Uint32Array<ArrayBuffer>
  readonly dates: Float64Array<ArrayBuffer>
  readonly low: Uint32Array<ArrayBuffer>
  readonly high: Uint32Array<ArrayBuffer>
  /** 16 bytes each. */
  readonly ids: Uint8Array<ArrayBuffer>
  /** Seconds since the epoch when it came here; 0: not known. */
  readonly saveDates: Uint32Array<ArrayBuffer>
  /** 8 bytes each; all zero: not known. */
  readonly threads: Uint8Array<ArrayBuffer>
}

/** UIDs of one snapshot segment: an expunge touches its own segment only. */
export const uidsPerSegment = 4_096
export const idBytes = 16
export const threadBytes = 8
export const bytesPerMessage = 4 + 8 + 4 + 8 + 4 + 4 + idBytes + 4 + threadBytes

export const newColumns = (capacity: number): Columns => ({
  uids: new Uint32Array(capacity),
  modSeqs: new Float64Array(capacity),
  sizes: new Uint32Array(capacity),
  dates: new Float64Array(capacity),
  low: new Uint32Array(capacity),
  high: new Uint32Array(capacity),
  ids: new Uint8Array(capacity * idBytes),
  saveDates: new Uint32Array(capacity),
  threads: new Uint8Array(capacity * threadBytes),
})

/** Entries `from` up to `to` as views of the same memory. */
export const sliceOf = (columns: Columns, from: number, to: number): Columns => ({
  uids: columns.uids.subarray(from, to),
  modSeqs: columns.modSeqs.subarray(from, to),
  sizes: columns.sizes.subarray(from, to),
  dates: columns.dates.subarray(from, to),
  low: columns.low.subarray(from, to),
  high: columns.high.subarray(from, to),
  ids: columns.ids.subarray(from * idBytes, to * idBytes),
  saveDates: columns.saveDates.subarray(from, to),
  threads: columns.threads.subarray(from * threadBytes, to * threadBytes),
})

export const copyInto = (target: Columns, at: number, source: Columns): void => {
  target.uids.set(source.uids, at)
  target.modSeqs.set(source.modSeqs, at)
  target.sizes.set(source.sizes, at)
  target.dates.set(source.dates, at)
  target.low.set(source.low, at)
  target.high.set(source.high, at)
  target.ids.set(source.ids, at * idBytes)
  target.saveDates.set(source.saveDates, at)
  target.threads.set(source.threads, at * threadBytes)
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
