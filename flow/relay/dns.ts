/** DNS as the courier asks it. Answers are checked here: a host name or address that is none is left out. */
import { lookup, Resolver as DnsResolver } from 'node:dns/promises'
import { isIP } from 'node:net'
import { isDomain } from '@bulkhead/wire/smtp/path.ts'
import type { AddressAnswer, MxAnswer, Resolver } from './exchangers.ts'

const queryTimeoutMs = 5_000
const triesMax = 2

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''

const orNothing = async (query: Promise<readonly string[]>): Promise<readonly string[] | 'away'> => {
  try {
    return await query
  } catch (error) {
    return codeOf(error) === 'ENOTFOUND' || codeOf(error) === 'ENODATA' ? [] : 'away'
  }
}

/** The machine's own names, which DNS need not know: for hosts the operator named. */
const known = async (host: string): Promise<readonly string[]> => {
  try {
    return (await lookup(host, { all: true })).map(({ address }) => address)
  } catch {
    return []
  }
}

export const dnsResolver = (): Resolver => {
  const dns = new DnsResolver({ timeout: queryTimeoutMs, tries: triesMax })
  return {
    async mx(domain): Promise<MxAnswer> {
      try {
        const records = await dns.resolveMx(domain)
        const exchangers = records.map(({ exchange, priority }) => ({ host: exchange, preference: priority }))
        return { is: 'found', exchangers: exchangers.filter(({ host }) => host === '' || host === '.' || isDomain(host)) }
      } catch (error) {
        if (codeOf(error) === 'ENOTFOUND') return { is: 'noSuchDomain' }
        return { is: codeOf(error) === 'ENODATA' ? 'none' : 'away' }
      }
    },
    async addresses(host, from): Promise<AddressAnswer> {
      if (isIP(host) !== 0) return { is: 'found', addresses: [host] }
      const [v4, v6] = await Promise.all([orNothing(dns.resolve4(host)), orNothing(dns.resolve6(host))])
      const found = [...(v4 === 'away' ? [] : v4), ...(v6 === 'away' ? [] : v6)]
      if (found.length > 0) return { is: 'found', addresses: found }
      const local = from === 'route' ? await known(host) : []
      if (local.length > 0) return { is: 'found', addresses: local }
      return { is: v4 === 'away' || v6 === 'away' ? 'away' : 'none' }
    },
  }
}
