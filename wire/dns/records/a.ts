/** A (RFC 1035 section 3.4.1): an IPv4 address as dotted text. */
import type { RecordType } from './record-type.ts'

const octetPattern = /^(?:0|[1-9][0-9]{0,2})$/

export const a: RecordType<string> = {
  number: 1,
  read: (message, start, end) => (end - start === 4 ? message.subarray(start, end).join('.') : undefined),
  encode(address) {
    const octets = address.split('.')
    const good = octets.length === 4 && octets.every((octet) => octetPattern.test(octet) && Number(octet) < 256)
    return good ? Buffer.from(octets.map(Number)) : undefined
  },
}
