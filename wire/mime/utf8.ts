/** Whether bytes are UTF-8, a character cut off at their end allowed. */
import { latin1, utf8Text } from '@bulkhead/base/bytes.ts'

const eightBit = /[\x80-\xff]/

/** Bytes at the end that begin a character which is not all there. */
const cutOff = (bytes: Buffer): number => {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0
    if (byte < 0x80) return 0
    if (byte < 0xc0) continue
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2
    return length > back ? back : 0
  }
  return 0
}

export const isUtf8Text = (bytes: Buffer): 'ascii' | 'utf-8' | 'no' => {
  if (!eightBit.test(latin1(bytes))) return 'ascii'
  const whole = bytes.subarray(0, bytes.length - cutOff(bytes))
  // What is cut off alone proves nothing.
  if (!eightBit.test(latin1(whole))) return 'no'
  return utf8Text(whole) === undefined ? 'no' : 'utf-8'
}
