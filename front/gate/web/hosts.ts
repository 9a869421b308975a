/** Whose pages a Host asks for, and where what strangers wrote is shown for them. A name that is not ours is nobody's. */
import type { WebServing } from '@bulkhead/door/contracts/start.ts'
import type { PlainRequest } from './request-rules.ts'

export interface Place {
  /** `pages`: the webmail. `content`: only what strangers wrote. `both`: loopback of a demonstration. */
  readonly is: 'pages' | 'content' | 'both'
  /** `scheme://host[:port]`. */
  readonly origin: string
  readonly contentOrigin: string
}

const loopback: Readonly<Record<string, string>> = { localhost: '127.0.0.1', '127.0.0.1': 'localhost', '[::1]': 'localhost' }

const withHost = (origin: string, host: string, other: string): string => origin.replace(`//${host}`, `//${other}`)

export const placeOf = ({ host, authority }: PlainRequest, secure: boolean, { hosts, contentHost, onLoopback }: WebServing): Place | undefined => {
  const scheme = secure ? 'https' : 'http'
  const origin = `${scheme}://${authority.replace(secure ? /:443$/ : /:80$/, '')}`
  if (host === contentHost) return { is: 'content', origin, contentOrigin: origin }
  const other = onLoopback ? loopback[host] : undefined
  if (other !== undefined) return { is: 'both', origin, contentOrigin: withHost(origin, host, other) }
  if (!hosts.includes(host)) return undefined
  return { is: 'pages', origin, contentOrigin: contentHost === null ? origin : withHost(origin, host, contentHost) }
}
