/** The queue as the desk shows and steers it. */
import type { QueueAdmin } from '@bulkhead/mail/ports/queue-admin.ts'
import { int4, int8, only, orNull, queueColumn, row, text, word } from '../sql/columns.ts'
import type { Database } from '../sql/database.ts'
import { sql } from '../sql/sql.ts'

const listMax = 1_000

const lineRow = row({
  id: queueColumn,
  domain: text,
  state: word(['queued', 'deferred', 'held', 'sending']),
  attempts: int4,
  nextAttemptAtMs: int8,
  queuedAtMs: int8,
  sizeBytes: int8,
  lastStatus: orNull(text),
})
const touched = only(int8)

const iso = (ms: number): string => new Date(ms).toISOString()

export const queueAdmin = (database: Database): QueueAdmin => ({
  async list(limit) {
    const lines = await database.many(lineRow, sql`
      select id, domain, state, attempts, next_attempt_at_ms, queued_at_ms, size_bytes, last_status
        from ask.queue_list(${Math.min(limit, listMax)})`)
    return lines.map(({ nextAttemptAtMs, queuedAtMs, ...line }) => ({ ...line, nextAttemptAt: iso(nextAttemptAtMs), queuedAt: iso(queuedAtMs) }))
  },

  holdSender: (sender, held) => database.one(touched, sql`select ask.hold_sender(${sender}, ${held})`),

  async act(id, act) {
    const recipients = await database.one(touched, sql`select ask.queue_act(${id}, ${act})`)
    return recipients < 0 ? undefined : recipients
  },
})
