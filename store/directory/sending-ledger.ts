/** What accounts sent, in the directory, where every mailroom of a cell counts. */
import type { SendingLedger } from '@bulkhead/mail/ports/sending.ts'
import { rateLimits } from '@bulkhead/mail/sending/plan.ts'
import { bool, int4, int8, only, orNull, row, text, word } from '../sql/columns.ts'
import type { Database } from '../sql/database.ts'
import type { Gathered } from '../sql/gathered.ts'
import { int8Array } from '../sql/parameters.ts'
import { sql } from '../sql/sql.ts'

export const planColumns = {
  recipientsPerMessage: orNull(int4),
  messagesPerHour: orNull(int4),
  messagesPerDay: orNull(int4),
  recipientsPerHour: orNull(int4),
  recipientsPerDay: orNull(int4),
  priorityMax: int4,
  holdsBursts: bool,
  filesSent: bool,
}

const over = orNull(word(rateLimits))
const standingRow = row({ brand: text, ...planColumns, held: bool, limit: over, againAtMs: orNull(int8) })
const countedRow = row({
  limit: over, againAtMs: orNull(int8), messages: int4, recipients: int4, strangers: int4, usualRecipients: int4, newPeer: bool, held: bool,
})
const yes = only(bool)

/** `small` asks with what others ask at the moment. */
export const sendingLedger = (database: Database, small: Gathered): SendingLedger => ({
  async standing(account) {
    const [found] = await small(`standing ${account}`, sql`
      select brand, recipients_per_message, messages_per_hour, messages_per_day, recipients_per_hour, recipients_per_day,
             priority_max, holds_bursts, files_sent, held, over, again_ms
        from ask.sending_standing(${account})`)
    if (found === undefined) return undefined
    const { brand, held, limit, againAtMs, ...plan } = standingRow(found)
    return { brand, plan, held, over: limit === null ? null : { limit, againAtMs } }
  },

  async count(account, { recipients, marks }) {
    const { limit, againAtMs, ...pace } = await database.one(countedRow, sql`
      select over, again_ms, messages, recipients, strangers, usual, new_peer, held
        from ask.count_sent(${account}, ${recipients}, ${int8Array(marks)})`)
    return limit === null ? { is: 'counted', pace } : { is: 'over', limit, againAtMs }
  },

  hold: (account) => database.one(yes, sql`select ask.hold_sending(${account}, true)`),
})
