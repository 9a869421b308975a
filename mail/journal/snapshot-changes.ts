/**
 * The log of changes as snapshot segments: one that says where it begins and how much of it there is, and one for every
 * 2,048 records. Where they do not add up the log is forgotten and begins anew: then a client reads more than it had to.
 */
import { byteReader, byteWriter } from './binary.ts'
import { changesMax, changesPerSegment, mailboxWent, messageCame, nothingChanged, roomForChanges, type ChangeRecords } from './change-log.ts'
import { idBytes, threadBytes } from './columns.ts'

export const changesHeadSegment = 'changes'
export const changesSegment = (number: number): string => `c.${number}`

const originBytes = 8
const recordBytes = 8 + 1 + idBytes + threadBytes

export const changesNumbers = (first: number, count: number): readonly number[] => {
  const from = Math.floor(first / changesPerSegment)
  const to = Math.ceil((first + count) / changesPerSegment)
  return count === 0 ? [] : Array.from({ length: to - from }, (_, at) => from + at)
}

export const encodeChangesHead = ({ origin, floor, first, count }: ChangeRecords): Buffer => {
  const writer = byteWriter(64)
  for (const number of [origin, floor, first, count]) writer.number(number)
  return writer.done()
}

/** Places, in the arrays, of the records that belong to segment `number`. */
const placesIn = ({ first, count }: Pick<ChangeRecords, 'first' | 'count'>, number: number): { readonly from: number; readonly to: number } => ({
  from: Math.max(number * changesPerSegment - first, 0),
  to: Math.min((number + 1) * changesPerSegment - first, count),
})

/** The log's origin, then its records with the numbers of this segment. */
export const encodeChanges = (records: ChangeRecords, number: number): Buffer => {
  const { from, to } = placesIn(records, number)
  const bytes = Buffer.allocUnsafe(originBytes + (to - from) * recordBytes)
  let at = bytes.writeDoubleLE(records.origin, 0)
  for (let place = from; place < to; place += 1) {
    at = bytes.writeDoubleLE(records.seqs[place] ?? 0, at)
    at = bytes.writeUInt8(records.kinds[place] ?? 0, at)
    bytes.set(records.ids.subarray(place * idBytes, (place + 1) * idBytes), at)
    bytes.set(records.threads.subarray(place * threadBytes, (place + 1) * threadBytes), at + idBytes)
    at += idBytes + threadBytes
  }
  return bytes
}

/** False where the bytes are none of this log. */
const readInto = (records: ChangeRecords, number: number, bytes: Uint8Array | undefined): boolean => {
  const { from, to } = placesIn(records, number)
  if (bytes?.length !== originBytes + (to - from) * recordBytes) return false
  const source = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (source.readDoubleLE(0) !== records.origin) return false
  let at = originBytes
  let last = from === 0 ? 0 : (records.seqs[from - 1] ?? 0)
  for (let place = from; place < to; place += 1) {
    const seq = source.readDoubleLE(at)
    const kind = source[at + 8] ?? 0
    if (!(seq >= last) || kind < messageCame || kind > mailboxWent) return false
    last = seq
    records.seqs[place] = seq
    records.kinds[place] = kind
    records.ids.set(source.subarray(at + 9, at + 9 + idBytes), place * idBytes)
    records.threads.set(source.subarray(at + 9 + idBytes, at + recordBytes), place * threadBytes)
    at += recordBytes
  }
  return last <= Number.MAX_SAFE_INTEGER
}

/** `seq`: where the snapshot stands. */
export const decodeChanges = (segmentOf: (name: string) => Uint8Array | undefined, seq: number): ChangeRecords => {
  const head = segmentOf(changesHeadSegment)
  const forgotten = nothingChanged(seq)
  if (head === undefined) return forgotten
  const reader = byteReader(head)
  const [origin, floor, first, count] = [reader.number(), reader.number(), reader.number(), reader.number()]
  if (!reader.complete() || count > changesMax || floor > seq) return forgotten
  const records = roomForChanges({ origin, floor, first, count })
  return changesNumbers(first, count).every((number) => readInto(records, number, segmentOf(changesSegment(number)))) ? records : forgotten
}
