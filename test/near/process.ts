/**
 * The program of every process of a platform whose scout speaks to this machine alone, at any port, and believes the test's certificates,
 * where production's speaks to public addresses alone. All else is production's. Started in place of `run/process.ts`.
 */
import type { ProcessName } from '@bulkhead/door/contracts/start.ts'
import { testCertificate } from '@bulkhead/flow/testing/certificate.ts'
import { trustOnly } from '@bulkhead/flow/relay/trust.ts'
import { host, loadRole } from '@bulkhead/run/host.ts'
import type { Role } from '@bulkhead/run/processes/role.ts'
import { realSealing } from '@bulkhead/seal/real-sealing.ts'

const near: { readonly [P in ProcessName]?: () => Promise<Role<P>> } = {
  async scout() {
    const { scoutWith } = await import('@bulkhead/run/processes/scout.ts')
    return scoutWith({ trust: trustOnly([testCertificate]), mayReach: (address) => address === '127.0.0.1', mayUse: () => true })
  },
}

const nearRole = <P extends ProcessName>(name: P): Promise<Role<P>> | undefined => near[name]?.()

host(realSealing, async (name) => (await nearRole(name)) ?? loadRole(name))
