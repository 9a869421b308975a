/**
 * Which hosts take a domain's mail, in the order to try them (RFC 5321 section 5.1, null MX RFC 7505). The decision is
 * pure.
 */
import type { DnsAnswer, DnsRecords } from '@bulkhead/door/contracts/scout.ts'
import { isDomain } from '@bulkhead/wire/smtp/path.ts'
import { exchangersMax } from './limits.ts'
import { deferred, failed, type Outcome } from './outcome.ts'

export type Exchanger = DnsRecords['MX']

/** `secure`: DNSSEC vouches for these being the hosts. */
export type Hosts = { readonly is: 'hosts'; readonly hosts: readonly string[]; readonly secure: boolean } | Outcome

const bare = (host: string): string => host.toLowerCase().replace(/\.$/, '')

/** By preference, those of one preference in random order. */
const sorted = (exchangers: readonly Exchanger[], random: () => number): readonly Exchanger[] =>
  exchangers
    .map((exchanger) => ({ exchanger, tie: random() }))
    .sort((a, b) => a.exchanger.preference - b.exchanger.preference || a.tie - b.tie)
    .map(({ exchanger }) => exchanger)

export const hostsFor = (domain: string, answer: DnsAnswer<Exchanger>, ownHost: string, random: () => number): Hosts => {
  if (answer.is === 'away') return deferred('4.4.3', 'DNS does not answer for the domain')
  if (answer.is === 'noSuchName') return failed('5.1.2', 'The domain does not exist')
  const { secure } = answer
  const named = answer.is === 'found' ? answer.records.map(({ host, preference }) => ({ host: bare(host), preference })) : []
  const all = named.filter(({ host }) => host === '' || isDomain(host))
  if (all.length === 0) return { is: 'hosts', hosts: [domain], secure }
  if (all.every(({ host }) => host === '')) return failed('5.1.10', 'The domain accepts no mail')
  const own = all.find(({ host }) => host === bare(ownHost))
  const better = all.filter(({ host, preference }) => host !== '' && (own === undefined || preference < own.preference))
  if (better.length === 0) return failed('5.4.6', 'The domain says that its mail comes here, and it does not')
  const hosts = [...new Set(sorted(better, random).map(({ host }) => host))]
  return { is: 'hosts', hosts: hosts.slice(0, exchangersMax), secure }
}
