/** One check: what DNS should say and what to think of what it says. Texts are whole sentences: nobody should need a manual. */
import type { DomainLine } from '@bulkhead/door/contracts/desk.ts'
import type { DnsAnswer, DnsRecords, DnsType } from '@bulkhead/door/contracts/scout.ts'
import type { HostFacts } from '@bulkhead/door/contracts/start.ts'
import type { Signer } from '@bulkhead/door/contracts/vault.ts'
import { presented, presentedData } from '@bulkhead/wire/dns/presentation.ts'
import type { Data } from '@bulkhead/wire/dns/records.ts'
import type { Outside } from './outside.ts'

export interface DomainFacts {
  readonly domain: string
  readonly brand: string | null
  readonly host: HostFacts
  readonly signers: readonly Signer[]
  readonly nowMs: number
}

export interface Verdict {
  readonly state: DomainLine['state']
  readonly advice: string
  /** Where what was found makes it more pressing than it was. */
  readonly need?: DomainLine['need']
}

export type Found<T extends DnsType> = Extract<DnsAnswer<DnsRecords[T]>, { is: 'found' }>

export interface RecordCheck<T extends DnsType> {
  readonly what: string
  readonly rfc: string
  readonly need: DomainLine['need']
  readonly name: string
  readonly type: T
  readonly wanted: readonly DnsRecords[T][]
  /** What to say where there is no such record. */
  readonly missing: string
  judge(found: Found<T>, outside: Outside): Verdict | Promise<Verdict>
}

/** A line for now, and the line once somebody was asked. */
export interface Check {
  readonly unasked: DomainLine
  ask(outside: Outside): Promise<DomainLine>
}

export const good = (advice = ''): Verdict => ({ state: 'good', advice })
export const wrong = (advice: string): Verdict => ({ state: 'wrong', advice })
export const missing = (advice: string): Verdict => ({ state: 'missing', advice })
export const away = (name: string): Verdict =>
  ({ state: 'away', advice: `DNS could not be asked about ${name}, or its signatures are wrong; try again, and see dns.servers if it stays so.` })

const ttlSeconds = 3_600

const dataOf = <T extends DnsType>(type: T, value: DnsRecords[T]): Data => ({ type, value }) as unknown as Data

/** As in a zone file. */
export const shown = <T extends DnsType>(type: T, value: DnsRecords[T]): string => presentedData(dataOf(type, value))

export const recordCheck = <T extends DnsType>(check: RecordCheck<T>): Check => {
  const { what, rfc, need, name, type, wanted } = check
  const unasked: DomainLine = {
    what, rfc, need, name, type, found: [], state: 'unasked', advice: '',
    wanted: wanted.map((value) => shown(type, value)),
    zone: wanted.map((value) => presented(name, ttlSeconds, dataOf(type, value))),
  }
  return {
    unasked,
    async ask(outside) {
      const answer = await outside.query(name, type)
      if (answer.is === 'away') return { ...unasked, ...away(name) }
      if (answer.is !== 'found') return { ...unasked, ...missing(check.missing) }
      return { ...unasked, found: answer.records.map((value) => shown(type, value)), ...(await check.judge(answer, outside)) }
    },
  }
}
