/** DNS as flow asks it. The scout answers it in a running cell; tests answer from a table. */
import type { DnsAnswer, DnsRecords, DnsType } from '@bulkhead/door/contracts/scout.ts'

export interface Dns {
  /** Never rejects: where nobody can be asked the answer is `away`. */
  query<T extends DnsType>(name: string, type: T): Promise<DnsAnswer<DnsRecords[T]>>
}
