/**
 * `rotate`: a new account key (`rekey`, then `settle` once the rows are stored), which turns every stolen copy of the old
 * rows into noise; or the permit for one stale unwrap of a person who was identified by other means.
 */
import { base64 } from '@bulkhead/base/bytes.ts'
import { Fault } from '@bulkhead/base/fault.ts'
import type { AccountHandle } from '@bulkhead/base/ids.ts'
import type { Secret } from '@bulkhead/base/secret.ts'
import { accountOf, oneOf } from '@bulkhead/door/ask.ts'
import { answered, refused } from '@bulkhead/door/verbs.ts'
import { sealedRowsOf } from '../ask.ts'
import { hourMs } from '../budgets.ts'
import type { HeldKeys } from '../key-table.ts'
import { accountKey, newAccountKey, opened, wrapKey, type Vault, type VerbOf } from '../vault.ts'

/** Each row sealed anew, or undefined where one is not this account's. */
const resealed = (
  rows: readonly Buffer[],
  reseal: (row: Buffer) => Buffer | undefined,
): readonly string[] | undefined => {
  const anew = rows.map(reseal).filter((row) => row !== undefined)
  return anew.length === rows.length ? anew.map(base64) : undefined
}

/** A rekey that was not settled is taken up again: no third key, so rows under either of the two still open. */
const nextKey = ({ root }: Vault, account: AccountHandle, held: HeldKeys): Secret<Buffer> =>
  held.previous === null ? newAccountKey() : accountKey(root, account, held.wrapped)

const rekey = (vault: Vault, account: AccountHandle, held: HeldKeys, ask: Readonly<Record<string, unknown>>) => {
  const { rows, root, table } = vault
  const next = nextKey(vault, account, held)
  const credentials = resealed(sealedRowsOf(ask, 'credentials'), (row) => {
    const credential = opened(vault, account, held, (key) => rows.openCredential(key, account, row))
    return credential && rows.sealCredential(next, account, credential)
  })
  const addresses = resealed(sealedRowsOf(ask, 'addresses'), (row) => {
    const address = opened(vault, account, held, (key) => rows.openAddress(key, account, row))
    return address === undefined ? undefined : rows.sealAddress(next, account, address)
  })
  if (credentials === undefined || addresses === undefined) return refused('foreign')
  if (held.previous === null) table.replace(account, wrapKey(root, account, next))
  return answered({ credentials, addresses })
}

export const rotate: VerbOf<'rotate'> = (vault, ask) => {
  const account = accountOf(ask)
  const step = oneOf(ask, 'step', ['rekey', 'settle', 'permit'])
  const held = vault.table.held(account)
  if (held === undefined) return refused('noSuchAccount')
  switch (step) {
    case 'rekey':
      return rekey(vault, account, held, ask)
    case 'settle':
      vault.table.forgetPrevious(account)
      break
    case 'permit':
      vault.table.permit(account, vault.clock.now() + hourMs)
      break
    default:
      throw new Fault('misconfigured', 'no such step')
  }
  return answered({ credentials: [], addresses: [] })
}
