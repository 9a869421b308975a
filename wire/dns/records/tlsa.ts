/** TLSA (RFC 6698 section 2.1). `data` is standard base64. */
import { base64, fromBase64 } from '@bulkhead/base/bytes.ts'
import type { RecordType } from './record-type.ts'

/** A whole certificate is the longest there is. */
const dataBytesMax = 16_384

export const tlsa: RecordType<{ readonly usage: number; readonly selector: number; readonly matching: number; readonly data: string }> = {
  number: 52,
  read(message, start, end) {
    if (end - start < 4 || end - start - 3 > dataBytesMax) return undefined
    const [usage = 0, selector = 0, matching = 0] = message.subarray(start, start + 3)
    return { usage, selector, matching, data: base64(message.subarray(start + 3, end)) }
  },
  encode({ usage, selector, matching, data }) {
    const bytes = fromBase64(data, dataBytesMax)
    return bytes === undefined || bytes.length === 0 ? undefined : Buffer.concat([Buffer.from([usage, selector, matching]), bytes])
  },
}
