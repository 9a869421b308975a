/** Which TLSA records hold for a host, and whether any do: only what DNSSEC vouches for counts (RFC 7672 section 2.2). */
import type { Dns } from '../../resolving/dns.ts'
import type { FoundAddresses } from '../addresses.ts'
import { usableRecords, type Tlsa } from './tlsa.ts'

export type DaneAnswer =
  /** No TLSA record that could be believed: the host does without DANE. */
  | { readonly is: 'none' }
  /** DNS can't say, or lies: the host is not to be spoken to (RFC 7672 section 2.1.2). */
  | { readonly is: 'away' }
  /** Records that can't be used: TLS is a must, whoever answers (RFC 7672 section 2.2). */
  | { readonly is: 'unusable'; readonly base: string }
  | { readonly is: 'dane'; readonly base: string; readonly records: readonly Tlsa[] }

const tlsaOf = async (dns: Dns, base: string, port: number): Promise<DaneAnswer> => {
  const answer = await dns.query(`_${port}._tcp.${base}`, 'TLSA')
  if (answer.is === 'away') return { is: 'away' }
  if (answer.is !== 'found' || !answer.secure) return { is: 'none' }
  const records = usableRecords(answer.records)
  return records.length === 0 ? { is: 'unusable', base } : { is: 'dane', base, records }
}

/** RFC 7672 section 2.2.2: an alias that is secure though what it leads to is not keeps its own name as base. */
const aliasIsSecure = async (dns: Dns, host: string): Promise<boolean | 'away'> => {
  const alias = await dns.query(host, 'CNAME')
  return alias.is === 'away' ? 'away' : alias.is === 'found' && alias.secure
}

/** `host` is one that a secure MX, the operator, or a domain without MX named. */
export const daneOf = async (dns: Dns, host: string, port: number, addresses: FoundAddresses): Promise<DaneAnswer> => {
  const isAlias = addresses.name !== host
  if (!addresses.secure) {
    const secure = isAlias && (await aliasIsSecure(dns, host))
    if (secure === 'away') return { is: 'away' }
    return secure ? tlsaOf(dns, host, port) : { is: 'none' }
  }
  const expanded = await tlsaOf(dns, addresses.name, port)
  return expanded.is === 'none' && isAlias ? tlsaOf(dns, host, port) : expanded
}
