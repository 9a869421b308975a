/** Whom a check of a domain asks: DNS, and HTTPS for its MTA-STS policy. */
import type { DnsAnswer, DnsRecords, DnsType, ScoutVerbs } from '@bulkhead/door/contracts/scout.ts'

export interface Outside {
  /** Never rejects: `away` instead. */
  query<T extends DnsType>(name: string, type: T): Promise<DnsAnswer<DnsRecords[T]>>
  /** Never rejects: a problem instead. */
  policy(domain: string): Promise<ScoutVerbs['policy']['answer']>
}
