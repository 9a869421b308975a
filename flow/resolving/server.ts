/** A resolver of the operator's, and the texts that name one: `192.0.2.53`, `192.0.2.53:5353`, `2001:db8::53`, `[2001:db8::53]:5353`. */
import { isIP } from 'node:net'

export interface DnsServer {
  readonly address: string
  readonly port: number
  /** Its AD bit counts: the operator named it, or it is on this machine (RFC 4035 section 4.9.3). */
  readonly trusted: boolean
}

const dnsPort = 53

const portOf = (text: string): number | undefined => {
  const port = /^[0-9]{1,5}$/.test(text) ? Number(text) : 0
  return port > 0 && port < 65_536 ? port : undefined
}

/** Undefined where the text names no server. */
export const dnsServer = (text: string, trusted: boolean): DnsServer | undefined => {
  if (isIP(text) !== 0) return { address: text, port: dnsPort, trusted }
  const parts = /^(?:\[([^\]]*)\]|([^:]*)):([0-9]+)$/.exec(text)
  const address = parts?.[1] ?? parts?.[2] ?? ''
  const port = portOf(parts?.[3] ?? '')
  const bracketed = parts?.[1] !== undefined
  return port !== undefined && isIP(address) === (bracketed ? 6 : 4) ? { address, port, trusted } : undefined
}

const serversMax = 3

const isLoopback = (address: string): boolean => address === '::1' || address.startsWith('127.')

/**
 * The servers of a resolv.conf (resolv.conf(5)): three at most. AD counts where the server is on this machine or
 * `options trust-ad` says so.
 */
export const resolvConfServers = (text: string): readonly DnsServer[] => {
  const words = text.split('\n').map((line) => line.trim().split(/\s+/))
  const trustsAd = words.some(([key, ...rest]) => key === 'options' && rest.includes('trust-ad'))
  return words
    .filter(([key, address = '']) => key === 'nameserver' && isIP(address) !== 0)
    .slice(0, serversMax)
    .map(([, address = '']) => ({ address, port: dnsPort, trusted: trustsAd || isLoopback(address) }))
}
