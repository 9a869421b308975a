/**
 * Compact bytes for records of ours: LEB128 numbers up to 2^53-1, length-prefixed text and bytes. The reader never
 * throws: whatever does not fit sets `failed` and reads as nothing, and the caller asks once at the end.
 */
import { uuidBytes, uuidFromBytes } from '@bulkhead/base/ids.ts'
import { utf8Text, view } from '@bulkhead/base/bytes.ts'

const startBytes = 128
const varintBytesMax = 8
const uuidLength = 16

export const byteWriter = (sizeHint = startBytes) => {
  let buffer = Buffer.allocUnsafe(sizeHint)
  let length = 0
  const room = (bytes: number): void => {
    if (length + bytes <= buffer.length) return
    const larger = Buffer.allocUnsafe(Math.max(buffer.length * 2, length + bytes))
    buffer.copy(larger, 0, 0, length)
    buffer = larger
  }
  const writer = {
    byte(value: number): void {
      room(1)
      buffer[length++] = value
    },
    /** A whole number, 0 … 2^53-1. */
    number(value: number): void {
      room(varintBytesMax)
      let left = value
      while (left >= 0x80) {
        buffer[length++] = (left % 0x80) | 0x80
        left = Math.floor(left / 0x80)
      }
      buffer[length++] = left
    },
    raw(bytes: Uint8Array): void {
      room(bytes.length)
      buffer.set(bytes, length)
      length += bytes.length
    },
    bytes(bytes: Uint8Array): void {
      writer.number(bytes.length)
      writer.raw(bytes)
    },
    text(text: string): void {
      writer.bytes(Buffer.from(text, 'utf8'))
    },
    uuid(uuid: string): void {
      writer.raw(uuidBytes(uuid))
    },
    done: (): Buffer => buffer.subarray(0, length),
  }
  return writer
}

export type ByteWriter = ReturnType<typeof byteWriter>

export const byteReader = (bytes: Uint8Array) => {
  const source = view(bytes)
  let at = 0
  let failed = false
  const none = Buffer.alloc(0)
  const fail = (): 0 => {
    failed = true
    at = source.length
    return 0
  }
  const reader = {
    byte(): number {
      return at < source.length ? (source[at++] ?? 0) : fail()
    },
    number(): number {
      let value = 0
      let scale = 1
      for (let count = 0; count < varintBytesMax; count += 1) {
        if (at >= source.length) return fail()
        const byte = source[at++] ?? 0
        value += (byte & 0x7f) * scale
        if (byte < 0x80) return value <= Number.MAX_SAFE_INTEGER ? value : fail()
        scale *= 0x80
      }
      return fail()
    },
    raw(length: number): Buffer {
      if (length > source.length - at) {
        fail()
        return none
      }
      at += length
      return source.subarray(at - length, at)
    },
    bytes(bytesMax: number): Buffer {
      const length = reader.number()
      if (length <= bytesMax) return reader.raw(length)
      fail()
      return none
    },
    text(bytesMax: number): string {
      const text = utf8Text(reader.bytes(bytesMax))
      if (text !== undefined) return text
      fail()
      return ''
    },
    uuid(): string {
      const raw = reader.raw(uuidLength)
      return failed ? '' : uuidFromBytes(raw)
    },
    /** How many of at least `bytesEach` bytes may follow: a count that could not be true fails at once. */
    count(countMax: number, bytesEach = 1): number {
      const count = reader.number()
      return count <= countMax && count * bytesEach <= source.length - at ? count : fail()
    },
    /** One byte, the place of a value in a list. */
    choice<T>(values: readonly T[]): T | undefined {
      const place = reader.byte()
      if (place >= values.length) fail()
      return values[place]
    },
    /** The caller found what was read impossible. */
    refuse: (): void => void fail(),
    failed: (): boolean => failed,
    /** Everything was read and nothing failed. */
    complete: (): boolean => !failed && at === source.length,
  }
  return reader
}

export type ByteReader = ReturnType<typeof byteReader>
