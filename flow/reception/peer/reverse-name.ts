/** Forward-confirmed reverse DNS (RFC 8601 section 2.7.3, `iprev`): the names of an address, and whether one leads back to it. */
import { ipAddress, reverseName as arpaName } from '@bulkhead/wire/mailauth/ip-address.ts'
import type { Dns } from '../../resolving/dns.ts'
import type { ReverseName } from './facts.ts'

/** Names of an address that are followed; who has more of them gains nothing by it. */
export const namesMax = 5

const sameAddress = (left: readonly number[], right: string): boolean => {
  const other = ipAddress(right)
  return other !== undefined && other.length === left.length && left.every((byte, at) => byte === other[at])
}

type Confirmation = 'yes' | 'no' | 'away'

const leadsBack = async (dns: Dns, name: string, address: readonly number[]): Promise<Confirmation> => {
  const answer = await dns.query(name, address.length === 4 ? 'A' : 'AAAA')
  if (answer.is === 'away') return 'away'
  return answer.is === 'found' && answer.records.some((record) => sameAddress(address, record)) ? 'yes' : 'no'
}

export const reverseNameOf = async (dns: Dns, address: readonly number[]): Promise<ReverseName> => {
  const answer = await dns.query(arpaName(address), 'PTR')
  if (answer.is === 'away') return { is: 'away' }
  const names = answer.is === 'found' ? answer.records.slice(0, namesMax) : []
  const [first] = names
  if (first === undefined) return { is: 'none' }
  const confirmations = await Promise.all(names.map((name) => leadsBack(dns, name, address)))
  const confirmed = names[confirmations.indexOf('yes')]
  if (confirmed !== undefined) return { is: 'confirmed', name: confirmed }
  return confirmations.includes('away') ? { is: 'away' } : { is: 'unconfirmed', name: first }
}
