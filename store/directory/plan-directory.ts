/** Plans, who has which, and what an account sent lately, for the desk. */
import type { PlanDirectory } from '@bulkhead/mail/ports/plan-directory.ts'
import { bool, bytea, int8, only, row, text, word } from '../sql/columns.ts'
import type { Database } from '../sql/database.ts'
import { sql } from '../sql/sql.ts'
import { planColumns } from './sending-ledger.ts'

const planRow = row({ name: text, ...planColumns, brands: text, accounts: int8 })
const removed = only(word(['removed', 'noSuchPlan', 'notEmpty']))
const given = only(word(['given', 'noSuchPlan', 'noSuchBrand']))
const sendingRow = row({ plan: text, held: bool, messagesThisHour: int8, messagesToday: int8, recipientsThisHour: int8, recipientsToday: int8 })
const yes = only(bool)
const publicKey = only(bytea)
const identityAdded = only(word(['added', 'exists', 'noSuchAddress', 'tooMany']))

export const planDirectory = (database: Database): PlanDirectory => ({
  async plans() {
    const rows = await database.many(planRow, sql`
      select plan, recipients_per_message, messages_per_hour, messages_per_day, recipients_per_hour, recipients_per_day,
             priority_max, holds_bursts, files_sent, brands, accounts
        from ask.plans()`)
    return rows.map(({ name, brands, accounts, ...plan }) => ({ plan: name, limits: plan, brands: brands === '' ? [] : brands.split(' '), accounts }))
  },
  setPlan: (name, plan) => database.run(sql`
    select from ask.set_plan(
      ${name}, ${plan.recipientsPerMessage}, ${plan.messagesPerHour}, ${plan.messagesPerDay}, ${plan.recipientsPerHour},
      ${plan.recipientsPerDay}, ${plan.priorityMax}, ${plan.holdsBursts}, ${plan.filesSent})`),
  removePlan: (name) => database.one(removed, sql`select ask.remove_plan(${name})`),
  givePlan: (name, to) => database.one(given, sql`
    select ask.give_plan(${name}, ${'brand' in to ? to.brand : null}, ${'account' in to ? to.account : null})`),
  sendingOf: (account) => database.one(sendingRow, sql`
    select plan, held, messages_hour, messages_day, recipients_hour, recipients_day from ask.sending_of(${account})`),
  publicKeyOf: (account) => database.maybeOne(publicKey, sql`select public_key from ask.account_state(${account})`),
  addIdentity: (account, index, sealed) => database.one(identityAdded, sql`select ask.add_identity(${account}, ${index}, ${sealed})`),
  removeIdentity: (account, index) => database.one(yes, sql`select ask.remove_identity(${account}, ${index})`),
  hold: (account, held) => database.one(yes, sql`select ask.hold_sending(${account}, ${held})`),
})
