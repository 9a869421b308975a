/** The `dns` settings, of the platform and of a cell: whom to ask, and by which name to find out whether they validate. */
import { readFileSync } from 'node:fs'
import { dnsServer, resolvConfServers, type DnsServer } from '@bulkhead/flow/resolving/server.ts'
import type { MapReader, Reader } from './reader.ts'

export interface DnsConfig {
  /** Empty: those of /etc/resolv.conf. */
  readonly servers: readonly DnsServer[]
  /** A signed name; '' is the root. */
  readonly probe: string
}

export const defaultDns: DnsConfig = { servers: [], probe: '' }

const serversMax = 8
const namePattern = /^(?:\.|[a-z0-9_.-]{1,253})$/i
const serverMust = 'the address of a resolver, such as 127.0.0.1 or [2001:db8::53]:5353'

/** Undefined where there are none. */
export const readDns = (map: MapReader, reader: Reader): DnsConfig | undefined =>
  map.map('dns', ['servers', 'probe'], (dns) => {
    const servers = dns.list('servers', (place) => {
      const text = reader.textAt(place, /./, serverMust)
      const server = dnsServer(text, true)
      if (text !== '' && server === undefined) reader.mistakes.push({ line: place.line, what: `${place.path} must be ${serverMust}, not "${text}"` })
      return server === undefined ? [] : [server]
    }).flat()
    if (servers.length > serversMax) dns.mistake('servers', `${serversMax} resolvers are enough; the first that answers counts`)
    const probe = dns.text('probe', { otherwise: '.', pattern: namePattern, must: 'a name that is signed, such as . or example.org' })
    return { servers, probe: probe === '.' ? '' : probe }
  })

const resolvConf = '/etc/resolv.conf'

/** Whom a cell asks. In demonstration nobody but those that are named: nothing leaves the machine unasked. */
export const serversOf = (dns: DnsConfig, demo: boolean): readonly DnsServer[] => {
  if (dns.servers.length > 0 || demo) return dns.servers
  try {
    return resolvConfServers(readFileSync(resolvConf, 'utf8'))
  } catch {
    return []
  }
}
