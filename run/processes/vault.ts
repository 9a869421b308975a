/** The vault of a cell. Reaches `base`, `door`, `seal` and `vault` alone, and nothing from npm. */
import { fromBase64 } from '@bulkhead/base/bytes.ts'
import { Fault } from '@bulkhead/base/fault.ts'
import { secret } from '@bulkhead/base/secret.ts'
import { vaultCallers } from '@bulkhead/door/contracts/vault.ts'
import { serveDoor } from '@bulkhead/door/server.ts'
import { realRows, type RowSealing } from '@bulkhead/seal/rows.ts'
import { guarded } from '@bulkhead/vault/guard.ts'
import { openKeyTable } from '@bulkhead/vault/key-table.ts'
import { openRootFile } from '@bulkhead/vault/root.ts'
import { openVault } from '@bulkhead/vault/vault.ts'
import type { Role } from './role.ts'

const unsealSecretBytesMax = 1_024
const flushEveryMs = 1_000

/** `rows` is a value so that the drill's negative control can run a vault that does not seal. */
export const vaultWith =
  (rows: RowSealing): Role<'vault'> =>
  async (start, { log, meter, clock, tell }) => {
    const unsealSecret = fromBase64(start.unsealSecret, unsealSecretBytesMax)
    if (unsealSecret === undefined || unsealSecret.length === 0) throw new Fault('misconfigured', 'unsealSecret')
    const root = openRootFile(start.rootFile, secret(unsealSecret), start.keyTable)
    const table = openKeyTable(start.keyTable)
    const vault = openVault({ table, root, rows, clock, budgets: start.budgets })
    const { handlers, flush } = guarded(vault, { meter, tell })
    const doors = vaultCallers.flatMap((caller) => {
      const path = start.serves[caller]
      return path === undefined ? [] : [{ caller, path }]
    })
    const door = await serveDoor(doors, handlers, log)
    const flushing = setInterval(flush, flushEveryMs)
    return {
      publicKey: vault.tracePublicKey.toString('base64'),
      apply() {},
      async [Symbol.asyncDispose]() {
        clearInterval(flushing)
        await door[Symbol.asyncDispose]()
        flush()
        table[Symbol.dispose]()
      },
    }
  }

export const vault: Role<'vault'> = vaultWith(realRows)
