/** Where a host is, as DNS or the operator's own machine says it, and whether DNSSEC vouches for it. */
import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import type { DnsAnswer } from '@bulkhead/door/contracts/scout.ts'
import type { Dns } from '../resolving/dns.ts'
import { addressesMax } from './limits.ts'

export interface FoundAddresses {
  readonly is: 'found'
  /** IPv6 and IPv4 in turns, IPv6 first (RFC 8305 section 4). */
  readonly addresses: readonly string[]
  readonly secure: boolean
  /** The host after its aliases. */
  readonly name: string
}

/** `none`: the host has no address. `away`: DNS can't say now, or what it says does not validate. */
export type AddressAnswer = FoundAddresses | { readonly is: 'none' | 'away' }

/** The machine's own names, which DNS need not know: for hosts the operator named. */
const known = async (host: string): Promise<readonly string[]> => {
  try {
    return (await lookup(host, { all: true })).map(({ address }) => address)
  } catch {
    return []
  }
}

const inTurns = (first: readonly string[], second: readonly string[]): readonly string[] =>
  Array.from({ length: Math.max(first.length, second.length) }, (_, at) => [first[at], second[at]])
    .flat()
    .filter((address) => address !== undefined)

const recordsOf = (answer: DnsAnswer<string>, family: 4 | 6): readonly string[] =>
  answer.is === 'found' ? answer.records.filter((address) => isIP(address) === family).slice(0, addressesMax) : []

/** `route`: a host the operator named, which the machine may know though DNS does not. */
export const addressesOf = async (dns: Dns, host: string, from: 'route' | 'dns'): Promise<AddressAnswer> => {
  if (isIP(host) !== 0) return { is: 'found', addresses: [host], secure: false, name: host }
  const [v6, v4] = await Promise.all([dns.query(host, 'AAAA'), dns.query(host, 'A')])
  const addresses = inTurns(recordsOf(v6, 6), recordsOf(v4, 4))
  const found = [v6, v4].filter((answer) => answer.is === 'found')
  const [first] = found
  if (first !== undefined && addresses.length > 0) return { is: 'found', addresses, secure: found.every(({ secure }) => secure), name: first.name }
  const local = from === 'route' ? await known(host) : []
  if (local.length > 0) return { is: 'found', addresses: local, secure: false, name: host }
  return { is: v6.is === 'away' || v4.is === 'away' ? 'away' : 'none' }
}
