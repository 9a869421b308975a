/** TXT (RFC 1035 section 3.3.14): its strings joined without anything between (RFC 7208 section 3.3), one character an octet. */
import { ascii, latin1 } from '@bulkhead/base/bytes.ts'
import type { RecordType } from './record-type.ts'

const stringBytesMax = 255
const dataBytesMax = 65_535

export const txt: RecordType<string> = {
  number: 16,
  read(message, start, end) {
    if (start >= end) return undefined
    let text = ''
    let at = start
    while (at < end) {
      const next = at + 1 + (message[at] ?? 0)
      if (next > end) return undefined
      text += latin1(message.subarray(at + 1, next))
      at = next
    }
    return text
  },
  encode(text) {
    const bytes = ascii(text)
    const strings: Buffer[] = []
    for (let at = 0; at === 0 || at < bytes.length; at += stringBytesMax) {
      const string = bytes.subarray(at, at + stringBytesMax)
      strings.push(Buffer.from([string.length]), string)
    }
    const wire = Buffer.concat(strings)
    return wire.length <= dataBytesMax ? wire : undefined
  },
}
