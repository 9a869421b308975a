/** The name under which DNS keeps an address's name (RFC 1035 section 3.5, RFC 3596 section 2.5). */
import { recordTypes } from '@bulkhead/wire/dns/records.ts'

export const reverseName = (address: string): string => {
  if (!address.includes(':')) return `${address.split('.').reverse().join('.')}.in-addr.arpa`
  const nibbles = recordTypes.AAAA.encode(address)?.toString('hex') ?? ''
  return `${[...nibbles].reverse().join('.')}.ip6.arpa`
}
