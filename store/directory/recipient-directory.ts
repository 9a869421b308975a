/** What intake may ask of the directory: one address at a time. */
import { accountStates } from '@bulkhead/door/contracts/desk.ts'
import type { RecipientDirectory } from '@bulkhead/mail/ports/directory.ts'
import { accountColumn, bool, bytea, only, row, word } from '../sql/columns.ts'
import type { Database } from '../sql/database.ts'
import { sql } from '../sql/sql.ts'

const resolvedRow = row({ account: accountColumn, state: word(accountStates), publicKey: bytea })
const yes = only(bool)

export const isLocalDomain = (database: Database, domain: string): Promise<boolean> =>
  database.one(yes, sql`select ask.is_local_domain(${domain})`)

export const recipientDirectory = (database: Database): RecipientDirectory => ({
  resolve: (index) => database.maybeOne(resolvedRow, sql`
    select account, state, public_key
      from ask.resolve(${index})`),
  isLocalDomain: (domain) => isLocalDomain(database, domain),
})
