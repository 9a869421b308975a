/** The roles that the drill's images change; undefined for those that stay as they are. */
import type { ProcessName } from '@bulkhead/door/contracts/start.ts'
import type { Role } from '@bulkhead/run/processes/role.ts'
import { plainRows } from './plain-rows.ts'

type Roles = { readonly [P in ProcessName]?: () => Promise<Role<P>> }

/** A warden that takes any password. */
const lenient: Roles = {
  async warden() {
    const { wardenWith } = await import('@bulkhead/run/processes/warden.ts')
    const { anyPassword } = await import('@bulkhead/warden/password-rule.ts')
    return wardenWith(anyPassword)
  },
}

/** And a vault that seals no row. */
const unsealed: Roles = {
  ...lenient,
  async vault() {
    const { vaultWith } = await import('@bulkhead/run/processes/vault.ts')
    return vaultWith(plainRows)
  },
}

export const lenientRole = <P extends ProcessName>(name: P): Promise<Role<P>> | undefined => lenient[name]?.()
export const unsealedRole = <P extends ProcessName>(name: P): Promise<Role<P>> | undefined => unsealed[name]?.()
