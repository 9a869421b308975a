/** DNS by way of the machine's own resolver, for a courier without a scout. It can't see whether anything was validated. */
import { Resolver as DnsResolver } from 'node:dns/promises'
import type { DnsAnswer, DnsRecords, DnsType } from '@bulkhead/door/contracts/scout.ts'
import type { Dns } from '../resolving/dns.ts'

const queryTimeoutMs = 5_000
const triesMax = 2

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''

type Asked = Extract<DnsType, 'A' | 'AAAA' | 'MX' | 'TXT'>
type Asking = { readonly [T in Asked]: (name: string) => Promise<readonly DnsRecords[T][]> }

export const systemDns = (): Dns => {
  const dns = new DnsResolver({ timeout: queryTimeoutMs, tries: triesMax })
  const asking: Asking = {
    A: (name) => dns.resolve4(name),
    AAAA: (name) => dns.resolve6(name),
    MX: async (name) => (await dns.resolveMx(name)).map(({ exchange, priority }) => ({ host: exchange, preference: priority })),
    TXT: async (name) => (await dns.resolveTxt(name)).map((strings) => strings.join('')),
  }
  const ways: { readonly [T in DnsType]?: (name: string) => Promise<readonly DnsRecords[T][]> } = asking
  return {
    async query<T extends DnsType>(name: string, type: T): Promise<DnsAnswer<DnsRecords[T]>> {
      const way = ways[type]
      if (way === undefined) return { is: 'away' }
      try {
        return { is: 'found', secure: false, ttlSeconds: 0, name, records: await way(name) }
      } catch (error) {
        if (codeOf(error) === 'ENOTFOUND') return { is: 'noSuchName', secure: false, ttlSeconds: 0 }
        return codeOf(error) === 'ENODATA' ? { is: 'none', secure: false, ttlSeconds: 0 } : { is: 'away' }
      }
    },
  }
}
