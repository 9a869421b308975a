/** What `doctor` finds out about the resolvers of the cells: whether there are any, whether they answer, whether they validate. */
import { systemClock } from '@bulkhead/base/clock.ts'
import { meter } from '@bulkhead/base/meter.ts'
import type { DnsServer } from '@bulkhead/flow/resolving/server.ts'
import { validationOf, type Validation } from '@bulkhead/flow/resolving/validation.ts'
import type { PlatformConfig } from '../config/config.ts'
import { serversOf } from '../config/dns.ts'
import type { Finding } from './finding.ts'

const patience = { waitsMs: [2_000, 2_000], tcpWaitMs: 2_000 }
const remedy = 'apt-get install unbound, then dns: { servers: [127.0.0.1] }'

const findingOf = (where: string, validation: Validation): Finding => {
  switch (validation) {
    case 'validates': return { is: 'right', what: `the resolver ${where} validates`, mend: '' }
    case 'doesNotValidate': return { is: 'warning', what: `the resolver ${where} does not validate, or is too far to be believed: no DANE`, mend: remedy }
    case 'away': return { is: 'wrong', what: `the resolver ${where} does not answer`, mend: `name another one in dns.servers, or: ${remedy}` }
  }
}

export const checkResolvers = async ({ cells, demo }: PlatformConfig): Promise<readonly Finding[]> => {
  const asked = new Map<string, { readonly server: DnsServer; readonly probe: string }>()
  for (const { dns } of cells) {
    for (const server of serversOf(dns, demo)) asked.set(`${server.address} port ${server.port}`, { server, probe: dns.probe })
  }
  if (asked.size === 0 && !demo && cells.length > 0) return [{ is: 'wrong', what: 'there is no resolver, so no mail leaves', mend: remedy }]
  return Promise.all([...asked].map(async ([where, { server, probe }]) =>
    findingOf(where, await validationOf({ servers: [server], patience, clock: systemClock, meter: meter() }, probe))))
}
