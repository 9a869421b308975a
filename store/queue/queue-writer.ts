/** Mail on its way out enters the queue. */
import type { QueueWriter } from '@bulkhead/mail/ports/queue.ts'
import type { Database } from '../sql/database.ts'
import { byteaArray, textArray } from '../sql/parameters.ts'
import { sql } from '../sql/sql.ts'

export const queueWriter = (database: Database): QueueWriter => ({
  enqueue: ({ id, sizeBytes, envelope, body, recipients }) => database.run(sql`
    select from ask.enqueue(
      ${id}, ${sizeBytes}, ${envelope}, ${body},
      ${textArray(recipients.map(({ domain }) => domain))},
      ${byteaArray(recipients.map(({ sealed }) => sealed))})`),
})
