/** What a mailroom may ask of the directory: about the account it serves. */
import { accountStates } from '@bulkhead/door/contracts/desk.ts'
import type { SessionDirectory } from '@bulkhead/mail/ports/directory.ts'
import { bool, bytea, only, row, word } from '../sql/columns.ts'
import type { Database } from '../sql/database.ts'
import type { Gathered } from '../sql/gathered.ts'
import { sql } from '../sql/sql.ts'
import { isLocalDomain } from './recipient-directory.ts'

const stateRow = row({ state: word(accountStates), publicKey: bytea })
const yes = only(bool)
const sealed = only(bytea)

export const sessionDirectory = (database: Database, small: Gathered): SessionDirectory => ({
  async accountState(account) {
    const [found] = await small(`state ${account}`, sql`
      select state, public_key
        from ask.account_state(${account})`)
    return found === undefined ? undefined : stateRow(found)
  },
  maySendAs: (account, index) => database.one(yes, sql`select ask.may_send_as(${account}, ${index})`),
  identities: (account) => database.many(sealed, sql`select sealed from ask.identities(${account})`),
  isLocalDomain: (domain) => isLocalDomain(database, domain),
})
