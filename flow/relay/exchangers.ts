/**
 * Which hosts take a domain's mail, in the order to try them (RFC 5321 section 5.1, null MX RFC 7505). The decision is
 * pure; `Resolver` is the port to DNS.
 */
import { deferred, failed, type Outcome } from './outcome.ts'
import { exchangersMax } from './limits.ts'

export interface Exchanger {
  readonly host: string
  readonly preference: number
}

/** `none`: the domain exists and has no such record. `away`: DNS can't say now. */
export type MxAnswer =
  | { readonly is: 'found'; readonly exchangers: readonly Exchanger[] }
  | { readonly is: 'none' | 'noSuchDomain' | 'away' }
export type AddressAnswer =
  | { readonly is: 'found'; readonly addresses: readonly string[] }
  | { readonly is: 'none' | 'away' }

export interface Resolver {
  mx(domain: string): Promise<MxAnswer>
  /** `route`: a host the operator named, which the machine may know though DNS does not. */
  addresses(host: string, from: 'route' | 'dns'): Promise<AddressAnswer>
}

export type Hosts = { readonly is: 'hosts'; readonly hosts: readonly string[] } | Outcome

const bare = (host: string): string => host.toLowerCase().replace(/\.$/, '')

/** By preference, those of one preference in random order. */
const sorted = (exchangers: readonly Exchanger[], random: () => number): readonly Exchanger[] =>
  exchangers
    .map((exchanger) => ({ exchanger, tie: random() }))
    .sort((a, b) => a.exchanger.preference - b.exchanger.preference || a.tie - b.tie)
    .map(({ exchanger }) => exchanger)

export const hostsFor = (domain: string, answer: MxAnswer, ownHost: string, random: () => number): Hosts => {
  if (answer.is === 'away') return deferred('4.4.3', 'DNS does not answer for the domain')
  if (answer.is === 'noSuchDomain') return failed('5.1.2', 'The domain does not exist')
  if (answer.is !== 'found' || answer.exchangers.length === 0) return { is: 'hosts', hosts: [domain] }
  const all = answer.exchangers.map(({ host, preference }) => ({ host: bare(host), preference }))
  if (all.every(({ host }) => host === '')) return failed('5.1.10', 'The domain accepts no mail')
  const own = all.find(({ host }) => host === bare(ownHost))
  const better = all.filter(({ host, preference }) => host !== '' && (own === undefined || preference < own.preference))
  if (better.length === 0) return failed('5.4.6', 'The domain says that its mail comes here, and it does not')
  return { is: 'hosts', hosts: sorted(better, random).slice(0, exchangersMax).map(({ host }) => host) }
}
