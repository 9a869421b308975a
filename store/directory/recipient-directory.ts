/** What intake may ask of the directory: one address at a time. */
import { accountStates } from '@bulkhead/door/contracts/desk.ts'
import { choicesOf, decidedOf } from '@bulkhead/mail/filtering/settings.ts'
import { noFilter, type FilterBook, type RecipientDirectory } from '@bulkhead/mail/ports/directory.ts'
import { accountColumn, bool, bytea, only, orNull, row, text, word } from '../sql/columns.ts'
import type { Database } from '../sql/database.ts'
import { sql } from '../sql/sql.ts'

const resolvedRow = row({
  account: accountColumn, state: word(accountStates), publicKey: bytea, brand: text,
  choices: orNull(text), allow: orNull(bytea), deny: orNull(bytea),
})
const policyRow = row({ scope: text, settings: text })
const listsRow = row({ allow: orNull(bytea), deny: orNull(bytea) })
const none = Buffer.alloc(0)
const yes = only(bool)

export const filterBook = async (database: Database): Promise<FilterBook> => {
  const [policies, lists] = await Promise.all([
    database.many(policyRow, sql`select scope, settings from ask.filter_policies()`),
    database.one(listsRow, sql`select allow, deny from ask.isp_filter_lists()`),
  ])
  const decided = new Map(policies.map(({ scope, settings }) => [scope, decidedOf(JSON.parse(settings))] as const))
  return { isp: decided.get('') ?? {}, brands: decided, allow: lists.allow ?? none, deny: lists.deny ?? none }
}

export const isLocalDomain = (database: Database, domain: string): Promise<boolean> =>
  database.one(yes, sql`select ask.is_local_domain(${domain})`)

export const recipientDirectory = (database: Database): RecipientDirectory => ({
  async resolve(index) {
    const found = await database.maybeOne(resolvedRow, sql`
      select account, state, public_key, brand, choices, allow, deny
        from ask.resolve(${index})`)
    if (found === undefined) return undefined
    const { choices, allow, deny, ...resolved } = found
    if (choices === null && allow === null && deny === null) return { ...resolved, filter: noFilter }
    return { ...resolved, filter: { choices: choicesOf(JSON.parse(choices ?? '{}')), allow: allow ?? none, deny: deny ?? none } }
  },
  filterBook: () => filterBook(database),
  isLocalDomain: (domain) => isLocalDomain(database, domain),
})
