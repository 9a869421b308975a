/** Seven-bit Korean and Chinese mail: ISO-2022-KR (RFC 1557), ISO-2022-CN (RFC 1922, its first set) and HZ (RFC 1843). */
import { view } from '@bulkhead/base/bytes.ts'

const esc = 0x1b
const shiftOut = 0x0e
const shiftIn = 0x0f
const lineFeed = 0x0a
const tilde = 0x7e
const openBrace = 0x7b
const closeBrace = 0x7d
/** `ESC $ ) C` and its like: which set SO means. */
const designationLength = 4

const korean = new TextDecoder('euc-kr')
const chinese = new TextDecoder('gb18030')

const raised = (byte: number): number => (byte > 0x20 && byte < 0x7f ? byte | 0x80 : byte)

const locked = (input: Uint8Array, decoder: TextDecoder): string => {
  const bytes = view(input)
  const out = Buffer.allocUnsafe(bytes.length)
  let length = 0
  let shifted = false
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0
    if (byte === esc && bytes[at + 1] === 0x24) {
      at += designationLength - 1
      continue
    }
    if (byte === shiftOut || byte === shiftIn) {
      shifted = byte === shiftOut
      continue
    }
    if (byte === lineFeed) shifted = false
    out[length] = shifted ? raised(byte) : byte
    length += 1
  }
  return decoder.decode(out.subarray(0, length))
}

export const decodedIso2022Kr = (input: Uint8Array): string => locked(input, korean)
export const decodedIso2022Cn = (input: Uint8Array): string => locked(input, chinese)

export const decodedHz = (input: Uint8Array): string => {
  const bytes = view(input)
  const out = Buffer.allocUnsafe(bytes.length)
  let length = 0
  let shifted = false
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0
    const next = bytes[at + 1]
    if (byte === tilde && (next === (shifted ? closeBrace : openBrace) || (!shifted && (next === tilde || next === lineFeed)))) {
      at += 1
      if (next === openBrace || next === closeBrace) shifted = !shifted
      if (next === tilde) {
        out[length] = tilde
        length += 1
      }
      continue
    }
    if (byte === lineFeed) shifted = false
    out[length] = shifted ? raised(byte) : byte
    length += 1
  }
  return chinese.decode(out.subarray(0, length))
}
