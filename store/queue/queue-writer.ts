/** Mail on its way out enters the queue; who sent it may still change their mind. */
import type { SubmissionQueue } from '@bulkhead/mail/ports/queue.ts'
import { bool, int8, only } from '../sql/columns.ts'
import type { Database } from '../sql/database.ts'
import { byteaArray, textArray } from '../sql/parameters.ts'
import { sql } from '../sql/sql.ts'

const yes = only(bool)
const touched = only(int8)

export const queueWriter = (database: Database): SubmissionQueue => ({
  enqueue: ({ id, sizeBytes, envelope, body, recipients, sender, priority, releaseAtMs, held }) => database.run(sql`
    select from ask.enqueue(
      ${id}, ${sizeBytes}, ${envelope}, ${body},
      ${textArray(recipients.map(({ domain }) => domain))},
      ${byteaArray(recipients.map(({ sealed }) => sealed))},
      ${sender}, ${priority}, ${releaseAtMs}, ${held})`),

  cancel: (id) => database.one(yes, sql`select ask.cancel(${id})`),
  holdSender: (sender) => database.one(touched, sql`select ask.hold_sender(${sender}, true)`),
  releaseSender: (sender) => database.one(touched, sql`select ask.hold_sender(${sender}, false)`),
})
