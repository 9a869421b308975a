/** `raiseEpoch`: one write, and every credential of an account, a set or the cell is dead, whatever their number. */
import { accountOf, oneOf } from '@bulkhead/door/ask.ts'
import { answered, refused } from '@bulkhead/door/verbs.ts'
import { setOf } from '../ask.ts'
import type { Vault, VerbOf } from '../vault.ts'

const raise = {
  account: ({ table }: Vault, ask: Readonly<Record<string, unknown>>) => table.raiseAccountEpoch(accountOf(ask, 'of')),
  set: ({ table }: Vault, ask: Readonly<Record<string, unknown>>) => table.raiseSetEpoch(setOf(ask, 'of')),
  cell: ({ table }: Vault) => table.raiseCellEpoch(),
} as const

export const raiseEpoch: VerbOf<'raiseEpoch'> = (vault, ask) => {
  const epoch = raise[oneOf(ask, 'scope', ['account', 'set', 'cell'])](vault, ask)
  return epoch === undefined ? refused('noSuchAccount') : answered({ epoch })
}
