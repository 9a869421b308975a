/** From a message to an answer: the alias chain in it, lifetimes, what its absence of records means. Pure. */
import type { DnsAnswer, DnsRecords, DnsType } from '@bulkhead/door/contracts/scout.ts'
import { responseCodes } from '@bulkhead/wire/dns/header.ts'
import type { Message, ResourceRecord } from '@bulkhead/wire/dns/message.ts'
import { aliasesMax, lifetimeSeconds } from './limits.ts'
import type { Said } from './servers.ts'

/** `alias`: the message ends at a name of which it says nothing more. */
export type Read<T extends DnsType> =
  | { readonly is: 'answer'; readonly answer: DnsAnswer<DnsRecords[T]> }
  | { readonly is: 'alias'; readonly name: string; readonly aliases: number; readonly secure: boolean; readonly ttlSeconds: number }

const within = (seconds: number, min: number, max: number): number => Math.min(Math.max(seconds, min), max)

const valuesOf = <T extends DnsType>(records: readonly ResourceRecord[], name: string, type: T): readonly ResourceRecord[] =>
  records.filter((record) => record.data.type === type && record.name === name)

const shortest = (records: readonly ResourceRecord[]): number => Math.min(...records.map(({ ttlSeconds }) => ttlSeconds))

/** RFC 2308 section 5; without an SOA an absence is not worth remembering for long. */
const absentSeconds = ({ authorities }: Message): number => {
  for (const { data, ttlSeconds } of authorities) if (data.type === 'SOA') return Math.min(ttlSeconds, data.value.minimumSeconds)
  return 0
}

interface Chain {
  readonly name: string
  readonly aliases: number
  readonly ttlSeconds: number
}

/** Where the aliases of the message lead from `name`; undefined where they are too many or go round. */
const followed = (message: Message, name: string): Chain | undefined => {
  let chain: Chain = { name, aliases: 0, ttlSeconds: lifetimeSeconds.foundMax }
  for (;;) {
    const [alias] = valuesOf(message.answers, chain.name, 'CNAME')
    if (alias === undefined || alias.data.type !== 'CNAME') return chain
    chain = { name: alias.data.value, aliases: chain.aliases + 1, ttlSeconds: Math.min(chain.ttlSeconds, alias.ttlSeconds) }
    if (chain.aliases > aliasesMax) return undefined
  }
}

export const readAnswer = <T extends DnsType>({ message, secure }: Said, asked: string, type: T): Read<T> => {
  const chain = type === 'CNAME' ? { name: asked, aliases: 0, ttlSeconds: lifetimeSeconds.foundMax } : followed(message, asked)
  if (chain === undefined) return { is: 'answer', answer: { is: 'away' } }
  const { name, aliases } = chain
  const records = valuesOf(message.answers, name, type)
  if (records.length > 0) {
    const ttlSeconds = within(Math.min(chain.ttlSeconds, shortest(records)), lifetimeSeconds.foundMin, lifetimeSeconds.foundMax)
    const values: readonly DnsRecords[DnsType][] = records.map(({ data }) => data.value)
    return { is: 'answer', answer: { is: 'found', secure, ttlSeconds, name, records: values as readonly DnsRecords[T][] } }
  }
  const missing = message.header.responseCode === responseCodes.nameError
  const hasSoa = message.authorities.some(({ data }) => data.type === 'SOA')
  if (aliases > 0 && !missing && !hasSoa) return { is: 'alias', name, aliases, secure, ttlSeconds: Math.max(chain.ttlSeconds, lifetimeSeconds.foundMin) }
  const ttlSeconds = within(Math.min(chain.ttlSeconds, absentSeconds(message)), lifetimeSeconds.absentMin, lifetimeSeconds.absentMax)
  return { is: 'answer', answer: { is: missing ? 'noSuchName' : 'none', secure, ttlSeconds } }
}
