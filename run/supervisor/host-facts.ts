/** What DNS has to say of a cell's host, from its configuration and certificate. */
import { createHash, X509Certificate } from 'node:crypto'
import { BlockList, isIPv6 } from 'node:net'
import type { HostFacts, TlsMaterial } from '@bulkhead/door/contracts/start.ts'
import type { CellConfig } from '../config/config.ts'
import { stsPolicyText } from '../config/mta-sts.ts'

/** RFC 1918, 6598, 4193, 3927, 4291: nobody outside can reach these; a router in front has the address that DNS shows. */
const inside = new BlockList()
for (const [network, bits] of [['10.0.0.0', 8], ['172.16.0.0', 12], ['192.168.0.0', 16], ['100.64.0.0', 10], ['169.254.0.0', 16], ['0.0.0.0', 32]] as const) {
  inside.addSubnet(network, bits, 'ipv4')
}
for (const [network, bits] of [['fc00::', 7], ['fe80::', 10], ['::', 128]] as const) inside.addSubnet(network, bits, 'ipv6')
const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8, 'ipv4')
loopback.addAddress('::1', 'ipv6')

const stsIdChars = 20

/** In demonstration the machine itself is all the outside there is. */
const shownAddress = (address: string, demo: boolean): string | null => {
  const family = isIPv6(address) ? 'ipv6' : 'ipv4'
  return inside.check(address, family) || (!demo && loopback.check(address, family)) ? null : address
}

export const hostFacts = (cell: CellConfig, tls: TlsMaterial, demo: boolean): HostFacts => {
  const key = new X509Certificate(tls.certificate).publicKey.export({ type: 'spki', format: 'der' })
  const policy = stsPolicyText(cell.mtaSts, cell.hostName)
  return {
    hostName: cell.hostName.toLowerCase(),
    address: shownAddress(cell.address, demo),
    egress: cell.egress.map(({ brands, sources }) => ({
      brands,
      sources: sources.map(({ v4, v6, hostName }) => ({ v4: v4 && shownAddress(v4, demo), v6: v6 && shownAddress(v6, demo), hostName })),
    })),
    portBase: cell.portBase,
    stsId: cell.mtaSts.listen ? createHash('sha256').update(policy).digest('hex').slice(0, stsIdChars) : null,
    keyDigest: createHash('sha256').update(key).digest('base64'),
  }
}
