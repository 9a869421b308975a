/**
 * The index records of a run of messages in columns: `ids` (which messages, their sizes), `keys` (their message keys) and
 * one column for each section of an index. A column is one sealed segment, so that a listing of thousands opens a few
 * records and slices. Pure: records to columns and back.
 */
import { Fault } from '@bulkhead/base/fault.ts'
import { uuidBytes, type MessageId } from '@bulkhead/base/ids.ts'
import { decodeMessageIndex, factsOf, indexOfSections, indexSections, sectionOf } from '@bulkhead/wire/mime/index-codec.ts'
import type { IndexSection, MessageIndex } from '@bulkhead/wire/mime/message-index.ts'
import { encodeOverview } from '@bulkhead/wire/mime/overview-codec.ts'
import { IdRun } from './id-run.ts'

const version = 1
const idBytes = 16
export const messageKeyBytes = 32
const sizeBytesLength = 6
const headBytes = 5
const entryBytes = idBytes + sizeBytesLength + 1
const headerCompleteFlag = 1

export type ColumnName = 'ids' | 'keys' | IndexSection

/** An opened index record: `message key ‖ encoded index`. */
export interface PackEntry {
  readonly message: MessageId
  readonly record: Buffer
}

/** Whether an opened record is an index with its key; what a writer gone bad stored may be anything. */
export const isIndexRecord = (record: Buffer): boolean => {
  if (record.length < messageKeyBytes) return false
  try {
    decodeMessageIndex(record.subarray(messageKeyBytes))
    return true
  } catch {
    return false
  }
}

const encodeIds = (entries: readonly PackEntry[]): Buffer => {
  const bytes = Buffer.allocUnsafe(headBytes + entries.length * entryBytes)
  bytes[0] = version
  bytes.writeUInt32LE(entries.length, 1)
  let at = headBytes
  for (const { message } of entries) {
    bytes.set(uuidBytes(message), at)
    at += idBytes
  }
  for (const { record } of entries) {
    const { sizeBytes, headerComplete } = factsOf(record.subarray(messageKeyBytes))
    bytes.writeUIntLE(sizeBytes, at, sizeBytesLength)
    bytes[at + sizeBytesLength] = headerComplete ? headerCompleteFlag : 0
    at += sizeBytesLength + 1
  }
  return bytes
}

/** `offset of each ‖ end ‖ bytes`, offsets as 32 bits from the first byte. */
const encodeColumn = (cells: readonly Buffer[]): Buffer => {
  const offsetsBytes = 4 * (cells.length + 1)
  const bytes = Buffer.allocUnsafe(cells.reduce((sum, cell) => sum + cell.length, offsetsBytes))
  let at = 0
  cells.forEach((cell, number) => {
    bytes.writeUInt32LE(at, 4 * number)
    bytes.set(cell, offsetsBytes + at)
    at += cell.length
  })
  bytes.writeUInt32LE(at, 4 * cells.length)
  return bytes
}

/** Columns of entries that ascend by id, each made when its turn comes. Throws `Fault('corrupt')` on a record that is none. */
export function* encodePack(entries: readonly PackEntry[]): Generator<readonly [name: ColumnName, plain: Buffer]> {
  yield ['ids', encodeIds(entries)]
  yield ['keys', Buffer.concat(entries.map(({ record }) => record.subarray(0, messageKeyBytes)))]
  for (const section of indexSections) {
    yield [section, encodeColumn(entries.map(({ record }) => cellOf(record.subarray(messageKeyBytes), section)))]
  }
}

/** An index of version 1 has no overview of its own; in a pack it must not need the header for it. */
const cellOf = (encoded: Buffer, section: IndexSection): Buffer => {
  const cell = sectionOf(encoded, section)
  return section === 'overview' && cell.length === 0 ? encodeOverview(decodeMessageIndex(encoded).overview) : cell
}

const corrupt = (): Fault => new Fault('corrupt', 'index pack')

/** A column of a pack, opened. */
export class Column {
  readonly #bytes: Buffer
  readonly #offsets: Uint32Array
  readonly #start: number

  /** Throws `Fault('corrupt')`. */
  constructor(bytes: Buffer, count: number) {
    this.#start = 4 * (count + 1)
    if (bytes.length < this.#start) throw corrupt()
    this.#bytes = bytes
    this.#offsets = new Uint32Array(Uint8Array.prototype.slice.call(bytes, 0, this.#start).buffer)
    for (let at = 0; at < count; at += 1) if ((this.#offsets[at] ?? 0) > (this.#offsets[at + 1] ?? 0)) throw corrupt()
    if (this.#start + (this.#offsets[count] ?? 0) !== bytes.length) throw corrupt()
  }

  get sizeBytes(): number {
    return this.#bytes.length
  }

  cell(at: number): Buffer {
    return this.#bytes.subarray(this.#start + (this.#offsets[at] ?? 0), this.#start + (this.#offsets[at + 1] ?? 0))
  }

  wipe(): void {
    this.#bytes.fill(0)
  }
}

/** The column `ids`, opened. */
export class PackIds {
  readonly count: number
  readonly #bytes: Buffer
  readonly #run: IdRun

  /** Throws `Fault('corrupt')`. */
  constructor(bytes: Buffer) {
    if (bytes.length < headBytes || bytes[0] !== version) throw corrupt()
    this.count = bytes.readUInt32LE(1)
    if (bytes.length !== headBytes + this.count * entryBytes) throw corrupt()
    this.#bytes = bytes
    this.#run = new IdRun(this.idBytes)
  }

  get sizeBytes(): number {
    return this.#bytes.length + this.#run.sizeBytes
  }

  /** All of them, ascending. */
  get idBytes(): Buffer {
    return this.#bytes.subarray(headBytes, headBytes + this.count * idBytes)
  }

  /** Where the id is that stands at `place` of `words` (`id-run.ts`), or -1. */
  indexOf(words: Uint32Array, place: number): number {
    return this.#run.indexOf(words, place)
  }

  indexAt(at: number, cellOf: (section: IndexSection) => Buffer): MessageIndex {
    const start = headBytes + this.count * idBytes + at * (sizeBytesLength + 1)
    const facts = {
      sizeBytes: this.#bytes.readUIntLE(start, sizeBytesLength),
      headerComplete: ((this.#bytes[start + sizeBytesLength] ?? 0) & headerCompleteFlag) !== 0,
    }
    return indexOfSections(facts, cellOf)
  }
}
