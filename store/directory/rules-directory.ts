/** Delivery rules in the directory. */
import { marksMax, type RulesReader, type RulesWriter } from '@bulkhead/mail/ports/rules.ts'
import { bool, bytea, only, orNull } from '../sql/columns.ts'
import type { Database } from '../sql/database.ts'
import { sql } from '../sql/sql.ts'

const yes = only(bool)
const sealedOrNull = only(orNull(bytea))

export const rulesWriter = (database: Database): RulesWriter => ({
  setRules: (account, sealed) => database.run(sql`select from ask.set_rules(${account}, ${sealed})`),
})

export const rulesReader = (database: Database): RulesReader => ({
  rulesOf: async (account) => (await database.one(sealedOrNull, sql`select ask.rules_of(${account})`)) ?? undefined,
  isMarked: (account, mark) => database.one(yes, sql`select ask.is_marked(${account}, ${mark})`),
  mark: (account, mark, seconds, again) => database.one(yes, sql`select ask.mark(${account}, ${mark}, ${seconds}, ${again}, ${marksMax})`),
  countSentOn: (account, messages, perHourMax) => database.one(yes, sql`select ask.count_sent_on(${account}, ${messages}, ${perHourMax})`),
})
