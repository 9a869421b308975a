/** Delivery rules in the directory. */
import type { AccountHandle } from '@bulkhead/base/ids.ts'
import { marksMax, type RulesReader, type RulesWriter } from '@bulkhead/mail/ports/rules.ts'
import { askedTogether } from '../sql/asked-together.ts'
import { accountColumn, bool, bytea, int8, only, orNull, row } from '../sql/columns.ts'
import type { Database } from '../sql/database.ts'
import { uuidArray } from '../sql/parameters.ts'
import { sql } from '../sql/sql.ts'

const yes = only(bool)
const versionRow = row({ account: accountColumn, version: int8 })
const sealedOrNull = only(orNull(bytea))

export const rulesWriter = (database: Database): RulesWriter => ({
  setRules: (account, sealed) => database.run(sql`select from ask.set_rules(${account}, ${sealed})`),
})

export const rulesReader = (database: Database): RulesReader => ({
  versionsOf: askedTogether<AccountHandle, number>(async (accounts) => {
    const rows = await database.many(versionRow, sql`select account, version from ask.rules_versions(${uuidArray(accounts)})`)
    return new Map(rows.map(({ account, version }) => [account, version]))
  }),
  rulesOf: async (account) => (await database.one(sealedOrNull, sql`select ask.rules_of(${account})`)) ?? undefined,
  isMarked: (account, mark) => database.one(yes, sql`select ask.is_marked(${account}, ${mark})`),
  mark: (account, mark, seconds, again) => database.one(yes, sql`select ask.mark(${account}, ${mark}, ${seconds}, ${again}, ${marksMax})`),
  countSentOn: (account, messages, perHourMax) => database.one(yes, sql`select ask.count_sent_on(${account}, ${messages}, ${perHourMax})`),
})
