/** `web:` of a cell: the names its webmail is at, the name for what strangers wrote, and how long a session lasts. */
import { times } from './measures.ts'
import type { MapReader, Reader } from './reader.ts'

/** Not 80: with the demonstration's 10000 before it that is 10080, which browsers refuse to open (Fetch standard, "bad port"). */
export const plainWebPort = 81

export interface WebConfig {
  /** Beside the cell's own name and those of its brands. */
  readonly hosts: readonly string[]
  /** Null: what strangers wrote is shown under the page's own name, in frames without an origin. */
  readonly contentHost: string | null
  readonly idleMs: number
  readonly lifetimeMs: number
  /** Whom a push service may ask about our pushes (RFC 8292 section 2.1): `mailto:` or `https:`; null: nobody is named. */
  readonly pushContact: string | null
  /** HTTP in plain on `plainWebPort`: in demonstration mode, on loopback. */
  readonly plain: boolean
}

export const defaultWeb: Omit<WebConfig, 'plain'> = { hosts: [], contentHost: null, idleMs: 7_200_000, lifetimeMs: 86_400_000, pushContact: null }

const hostsMax = 100
const hostPattern = /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}$/i
const contactPattern = /^(?:mailto:[^\s@<>"]{1,64}@|https:\/\/)[a-z0-9][^\s<>"]{0,200}$/i
const contactMust = 'where push services can ask about pushes, such as mailto:postmaster@isp.example or https://isp.example/contact'
const hostMust = 'a host name such as mail.isp.example'

/** `own`: the name of the cell. */
export const readWeb = (cell: MapReader, reader: Reader, own: string, plain: boolean): WebConfig =>
  cell.map('web', ['hosts', 'contentHost', 'idle', 'lifetime', 'pushContact'], (map) => {
    const hosts = map.list('hosts', (place) => reader.textAt(place, hostPattern, hostMust).toLowerCase())
    if (hosts.length > hostsMax) map.mistake('hosts', `web.hosts has ${hosts.length} names; ${hostsMax} are the most`)
    const contentHost = map.text('contentHost', { otherwise: '', pattern: hostPattern, must: 'a host name such as mail-content.isp.example' }).toLowerCase()
    if (contentHost !== '' && [own.toLowerCase(), ...hosts].includes(contentHost)) {
      map.mistake('contentHost', 'web.contentHost must be a name of its own, not hostName or one of web.hosts: what strangers wrote is kept apart by it')
    }
    const pushContact = map.text('pushContact', { otherwise: '', pattern: contactPattern, must: contactMust })
    return {
      hosts, plain,
      pushContact: pushContact === '' ? null : pushContact,
      contentHost: contentHost === '' ? null : contentHost,
      idleMs: map.measure('idle', defaultWeb.idleMs, times, '2h', ['1m', '30d']),
      lifetimeMs: map.measure('lifetime', defaultWeb.lifetimeMs, times, '1d', ['5m', '90d']),
    }
  }) ?? { ...defaultWeb, plain }
