/**
 * Rows on their way from PostgreSQL, in its binary format. A row parser names its columns in the order of the statement;
 * a column that is not what it was declared to be is a bug.
 */
import { assert } from '@bulkhead/base/assert.ts'
import { uuidFromBytes, type AccountHandle, type MessageId, type ModSeq, type QueueId } from '@bulkhead/base/ids.ts'

export type RawRow = readonly (Buffer | null)[]
export type Column<T> = (bytes: Buffer | null) => T
export type Row<T> = (raw: RawRow) => T

const sized = (bytes: Buffer | null, length: number): Buffer => {
  assert(bytes !== null && bytes.length === length, `a column of ${length} bytes`)
  return bytes
}

export const int4: Column<number> = (bytes) => sized(bytes, 4).readInt32BE(0)

/** A bigint that a number can hold; ours can. */
export const int8: Column<number> = (bytes) => {
  const whole = sized(bytes, 8)
  const value = whole.readInt32BE(0) * 4_294_967_296 + whole.readUInt32BE(4)
  assert(Number.isSafeInteger(value), 'a whole number below 2^53')
  return value
}

export const bigInt8: Column<bigint> = (bytes) => sized(bytes, 8).readBigInt64BE(0)

export const bool: Column<boolean> = (bytes) => sized(bytes, 1)[0] === 1

/** A view of what arrived; never shared with another row. */
export const bytea: Column<Buffer> = (bytes) => {
  assert(bytes !== null, 'bytes, not null')
  return bytes
}

export const text: Column<string> = (bytes) => bytea(bytes).toString('utf8')

export const uuid: Column<string> = (bytes) => uuidFromBytes(sized(bytes, 16))
export const accountColumn: Column<AccountHandle> = (bytes) => uuid(bytes) as AccountHandle
export const messageColumn: Column<MessageId> = (bytes) => uuid(bytes) as MessageId
export const queueColumn: Column<QueueId> = (bytes) => uuid(bytes) as QueueId
export const modSeqColumn: Column<ModSeq> = (bytes) => int8(bytes) as ModSeq

export const orNull =
  <T>(column: Column<T>): Column<T | null> =>
  (bytes) =>
    bytes === null ? null : column(bytes)

/** One of a list of words. */
export const word =
  <const T extends string>(words: readonly T[]): Column<T> =>
  (bytes) => {
    const said = text(bytes)
    const found = words.find((candidate) => candidate === said)
    assert(found !== undefined, `one of ${words.join(', ')}`)
    return found
  }

type Columns = Readonly<Record<string, Column<unknown>>>
type RowOf<C extends Columns> = { readonly [K in keyof C]: C[K] extends Column<infer T> ? T : never }

export const row = <C extends Columns>(columns: C): Row<RowOf<C>> => {
  const entries = Object.entries(columns)
  return (raw) => {
    assert(raw.length === entries.length, `a row of ${entries.length} columns`)
    const values: Record<string, unknown> = {}
    for (let i = 0; i < entries.length; i += 1) {
      const entry = entries[i]
      if (entry !== undefined) values[entry[0]] = entry[1](raw[i] ?? null)
    }
    return values as RowOf<C>
  }
}

/** A row of one column. */
export const only =
  <T>(column: Column<T>): Row<T> =>
  (raw) => {
    assert(raw.length === 1, 'a row of one column')
    return column(raw[0] ?? null)
  }

const epochOf2000Ms = 946_684_800_000

/** A timestamptz (microseconds since 2000) as ISO 8601 in UTC, to the millisecond. */
export const timestamp: Column<string> = (bytes) => new Date(epochOf2000Ms + Math.floor(int8(bytes) / 1_000)).toISOString()
