/** The queue as the desk shows and steers it. */
import type { QueueTotals } from '@bulkhead/door/contracts/desk.ts'
import { queueStates } from '@bulkhead/door/contracts/desk.ts'
import type { QueueAdmin } from '@bulkhead/mail/ports/queue-admin.ts'
import { int4, int8, only, orNull, queueColumn, row, text, word } from '../sql/columns.ts'
import type { Database } from '../sql/database.ts'
import { sql } from '../sql/sql.ts'

const listMax = 1_000
const actsAtOnceMax = 500

const lineRow = row({
  id: queueColumn,
  domain: text,
  state: word(queueStates),
  attempts: int4,
  nextAttemptAtMs: orNull(int8),
  queuedAtMs: int8,
  sizeBytes: int8,
  lastStatus: orNull(text),
  sender: orNull(text),
  priority: int4,
})
const totalsRow = row({
  domain: text, waiting: int8, deferred: int8, held: int8, bounced: int8, oldestMs: orNull(int8), pausedUntilMs: orNull(int8),
})
const actedRow = row({ last: orNull(queueColumn), messages: int8, recipients: int8 })
const touched = only(int8)

const iso = (ms: number): string => new Date(ms).toISOString()
const isoOrNull = (ms: number | null): string | null => (ms === null ? null : iso(ms))

export const queueAdmin = (database: Database): QueueAdmin => ({
  async list({ id, domain, state, sender, queuedBeforeMs }, limit) {
    const lines = await database.many(lineRow, sql`
      select id, domain, state, attempts, next_attempt_at_ms, queued_at_ms, size_bytes, last_status, sender, priority
        from ask.queue_list(${id}, ${domain}, ${state}, ${sender}, ${queuedBeforeMs}, ${Math.min(limit, listMax)})`)
    return lines.map(({ nextAttemptAtMs, queuedAtMs, ...line }) =>
      ({ ...line, nextAttemptAt: isoOrNull(nextAttemptAtMs), queuedAt: iso(queuedAtMs) }))
  },

  async summary(limit) {
    const lines = await database.many(totalsRow, sql`
      select domain, waiting, deferred, held, bounced, oldest_ms, paused_until_ms
        from ask.queue_summary(${Math.min(limit, listMax)})`)
    return lines.map(({ oldestMs, pausedUntilMs, ...line }): QueueTotals =>
      ({ ...line, oldestAt: isoOrNull(oldestMs), pausedUntil: isoOrNull(pausedUntilMs) }))
  },

  holdSender: (sender, held) => database.one(touched, sql`select ask.hold_sender(${sender}, ${held})`),

  async act(id, act) {
    const recipients = await database.one(touched, sql`select ask.queue_act(${id}, ${act}, null)`)
    return recipients < 0 ? undefined : recipients
  },

  async actOnAll({ domain, sender }, act, after) {
    const acted = await database.one(actedRow, sql`
      select last_id, messages, recipients
        from ask.queue_act_all(${domain}, ${sender}, ${act}, ${after}, ${actsAtOnceMax})`)
    return { last: acted.messages < actsAtOnceMax ? null : acted.last, recipients: acted.recipients }
  },

  pause: (domain, untilMs) => database.run(sql`select from ask.queue_pause(${domain}, ${untilMs})`),
})
