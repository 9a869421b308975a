/** `openAddress`: shows one address, for a reason that goes to the ledger, at most so many an hour, restarts included. */
import { accountOf } from '@bulkhead/door/ask.ts'
import { answered, refused } from '@bulkhead/door/verbs.ts'
import { reasonOf, sealedRowOf } from '../ask.ts'
import { hourOf } from '../budgets.ts'
import { opened, type VerbOf } from '../vault.ts'

export const openAddress: VerbOf<'openAddress'> = (vault, ask) => {
  const account = accountOf(ask)
  const sealed = sealedRowOf(ask, 'sealed')
  reasonOf(ask)
  const held = vault.table.held(account)
  if (held === undefined) return refused('noSuchAccount')
  if (vault.table.countAddress(hourOf(vault.clock.now())) > vault.budgets.addressesPerHour) return refused('overBudget')
  const address = opened(vault, account, held, (key) => vault.rows.openAddress(key, account, sealed))
  return address === undefined ? refused('foreign') : answered({ address })
}
