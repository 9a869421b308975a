/** Finds notes of the trace by what only the cell can compute. */
import type { TraceReader } from '@bulkhead/mail/ports/trace-store.ts'
import { bytea, int8, only, row, uuid } from '../sql/columns.ts'
import type { Database } from '../sql/database.ts'
import { bigInt8Array, uuidArray } from '../sql/parameters.ts'
import { sql } from '../sql/sql.ts'

const messagesMax = 1_000
const notesMax = 10_000

const found = only(uuid)
const noteRow = row({ atMs: int8, message: uuid, sealed: bytea })

export const traceReader = (database: Database): TraceReader => ({
  find: (keys, sinceMs, untilMs, limit) => database.many(found, sql`
    select message from ask.trace_find(${bigInt8Array(keys)}, ${sinceMs}, ${untilMs}, ${Math.min(limit, messagesMax)})`),

  notesOf: (messages, limit) => database.many(noteRow, sql`
    select at_ms, message, sealed from ask.trace_of(${uuidArray(messages)}, ${Math.min(limit, notesMax)})`),
})
