/** Numbers and texts as an index's sections hold them: variable length, texts in UTF-8 behind their length. */
import { utf8 } from '@bulkhead/base/bytes.ts'
import { Fault } from '@bulkhead/base/fault.ts'

/** Numbers of a part are at most 2^48. */
const varintBytesMax = 7

export const sectionWriter = () => {
  let buffer = Buffer.allocUnsafe(256)
  let length = 0
  const room = (more: number): void => {
    if (length + more <= buffer.length) return
    const larger = Buffer.allocUnsafe(Math.max(buffer.length * 2, length + more))
    buffer.copy(larger, 0, 0, length)
    buffer = larger
  }
  const number = (value: number): void => {
    room(varintBytesMax)
    let rest = value
    while (rest >= 0x80) {
      buffer[length] = (rest % 0x80) | 0x80
      length += 1
      rest = Math.floor(rest / 0x80)
    }
    buffer[length] = rest
    length += 1
  }
  return {
    number,
    text(value: string): void {
      const bytes = utf8(value)
      number(bytes.length)
      room(bytes.length)
      bytes.copy(buffer, length)
      length += bytes.length
    },
    bytes: (): Buffer => buffer.subarray(0, length),
  }
}

export const corrupt = (): Fault => new Fault('corrupt', 'message index')

export const sectionReader = (bytes: Buffer) => {
  let at = 0
  const number = (): number => {
    let value = 0
    let scale = 1
    for (let read = 0; read < varintBytesMax; read += 1) {
      const byte = bytes[at]
      if (byte === undefined) throw corrupt()
      at += 1
      value += (byte & 0x7f) * scale
      if (byte < 0x80) return value
      scale *= 0x80
    }
    throw corrupt()
  }
  return {
    number,
    text(): string {
      const length = number()
      if (length > bytes.length - at) throw corrupt()
      const text = bytes.toString('utf8', at, at + length)
      at += length
      return text
    },
  }
}

export type SectionWriter = ReturnType<typeof sectionWriter>
export type SectionReader = ReturnType<typeof sectionReader>
