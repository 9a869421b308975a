/** In which account an Email is: its row says by its mailbox; one that came by its address alone is in that of the list. */
import { accountId } from '../jmap/account.ts'
import type { Id } from '../jmap/types.ts'
import { current } from './current.ts'
import { knownRow } from './emails.ts'
import { accountOfRow } from './shares.ts'

export const accountOfEmail = (id: Id): Id => {
  const row = knownRow(id)
  return row === undefined ? (current.peek()?.query.accountId ?? accountId()) : accountOfRow(row)
}
