/**
 * Values on their way to PostgreSQL. Bytes travel as they are (binary format), never as hexadecimal text; so do arrays,
 * which PostgreSQL would otherwise have to parse. Everything else is short and goes as text.
 */
import { isUuid, uuidBytes } from '@bulkhead/base/ids.ts'
import { assert } from '@bulkhead/base/assert.ts'

export type Parameter = string | number | bigint | boolean | Uint8Array | null

/** Type numbers from PostgreSQL's catalogue, the same in every version. */
const typeNumber = { bytea: 17, int8: 20, text: 25, uuid: 2950 } as const

const arrayHeaderBytes = 20

/** PostgreSQL's binary form of a one-dimensional array. */
const arrayOf = (type: keyof typeof typeNumber, elements: readonly (Uint8Array | null)[]): Buffer => {
  const hasNulls = elements.includes(null)
  let length = arrayHeaderBytes
  for (const element of elements) length += 4 + (element?.length ?? 0)
  const bytes = Buffer.allocUnsafe(elements.length === 0 ? 12 : length)
  bytes.writeInt32BE(elements.length === 0 ? 0 : 1, 0)
  bytes.writeInt32BE(hasNulls ? 1 : 0, 4)
  bytes.writeInt32BE(typeNumber[type], 8)
  if (elements.length === 0) return bytes
  bytes.writeInt32BE(elements.length, 12)
  bytes.writeInt32BE(1, 16)
  let at = arrayHeaderBytes
  for (const element of elements) {
    at = bytes.writeInt32BE(element === null ? -1 : element.length, at)
    if (element === null) continue
    bytes.set(element, at)
    at += element.length
  }
  return bytes
}

export const byteaArray = (values: readonly (Uint8Array | null)[]): Buffer => arrayOf('bytea', values)

export const textArray = (values: readonly (string | null)[]): Buffer =>
  arrayOf('text', values.map((value) => (value === null ? null : Buffer.from(value, 'utf8'))))

export const uuidArray = (values: readonly string[]): Buffer =>
  arrayOf('uuid', values.map((value) => {
    assert(isUuid(value), 'a handle is a UUID')
    return uuidBytes(value)
  }))

export const bigInt8Array = (values: readonly bigint[]): Buffer =>
  arrayOf('int8', values.map((value) => {
    const bytes = Buffer.allocUnsafe(8)
    bytes.writeBigInt64BE(value)
    return bytes
  }))

export const int8Array = (values: readonly number[]): Buffer => bigInt8Array(values.map(BigInt))
