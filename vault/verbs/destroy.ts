/**
 * `destroy`: crypto-shredding. When it answers, the account's key is in no file of the vault, and what it sealed is
 * noise in every copy and backup of the directory. It may be repeated.
 */
import { accountOf } from '@bulkhead/door/ask.ts'
import { answered } from '@bulkhead/door/verbs.ts'
import type { VerbOf } from '../vault.ts'

export const destroy: VerbOf<'destroy'> = ({ table, clock }, ask) => {
  table.destroy(accountOf(ask), clock.now())
  return answered({ destroyed: true })
}
