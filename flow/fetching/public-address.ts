/**
 * Addresses of everybody's internet (IANA's special-purpose registries, RFC 6890): what strangers' mail may make us speak to.
 * Everything that is not plainly public is not, and neither is what carries another address inside.
 */
import { ipAddress, sameNetwork } from '@bulkhead/wire/mailauth/ip-address.ts'

const networks = (list: string): readonly (readonly [readonly number[], number])[] =>
  list.trim().split(/\s+/).map((network) => {
    const [address = '', bits = ''] = network.split('/')
    return [ipAddress(address) ?? [], Number(bits)] as const
  })

/** This network, private, CGNAT, loopback, link-local, IETF, test, 6to4's relay, benchmarking, multicast, reserved, broadcast. */
const notPublicV4 = networks(`
  0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24 192.31.196.0/24 192.52.193.0/24
  192.88.99.0/24 192.168.0.0/16 192.175.48.0/24 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4`)

const globalV6 = networks('2000::/3')
/** Teredo, ORCHID, benchmarking and others of 2001::/23, documentation, 6to4, documentation (RFC 9637). */
const notPublicV6 = networks('2001::/23 2001:db8::/32 2002::/16 3fff::/20 2620:4f:8000::/48')

const within = (address: readonly number[], list: readonly (readonly [readonly number[], number])[]): boolean =>
  list.some(([network, bits]) => sameNetwork(address, network, bits))

/** An IPv4 address inside IPv6 (mapped) is judged as itself; NAT64 (64:ff9b::/96, RFC 6052) is outside 2000::/3. */
export const isPublicAddress = (text: string): boolean => {
  const address = ipAddress(text)
  if (address === undefined) return false
  return address.length === 4 ? !within(address, notPublicV4) : within(address, globalV6) && !within(address, notPublicV6)
}
