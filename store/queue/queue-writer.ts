/** Mail on its way out enters the queue; who sent it may still change their mind. */
import { submissionFates, submissionsAskedMax, undoStates, type SubmissionFacts, type SubmissionQueue } from '@bulkhead/mail/ports/queue.ts'
import { bool, int4, int8, only, orNull, queueColumn, row, text, word } from '../sql/columns.ts'
import type { Database } from '../sql/database.ts'
import { byteaArray, textArray, uuidArray } from '../sql/parameters.ts'
import { sql } from '../sql/sql.ts'

const yes = only(bool)
const touched = only(int8)
const factsRow = row({ id: queueColumn, undo: word(undoStates), number: orNull(int4), fate: orNull(word(submissionFates)), status: orNull(text) })

type FactsRow = ReturnType<typeof factsRow>

const asFacts = (rows: readonly FactsRow[]): readonly SubmissionFacts[] =>
  [...Map.groupBy(rows, ({ id }) => id)].map(([id, facts]) => ({
    id,
    undo: facts[0]?.undo ?? 'final',
    fates: facts.flatMap(({ number, fate, status }) => (number === null || fate === null ? [] : [{ number, fate, status }])),
  }))

export const queueWriter = (database: Database): SubmissionQueue => ({
  enqueue: ({ id, sizeBytes, envelope, body, recipients, sender, priority, releaseAtMs, held }) => database.run(sql`
    select from ask.enqueue(
      ${id}, ${sizeBytes}, ${envelope}, ${body},
      ${textArray(recipients.map(({ domain }) => domain))},
      ${byteaArray(recipients.map(({ sealed }) => sealed))},
      ${sender}, ${priority}, ${releaseAtMs}, ${held})`),

  submit: ({ id, sizeBytes, envelope, body, recipients, sender, priority, releaseAtMs, held }) => database.one(yes, sql`
    select ask.submit(
      ${id}, ${sizeBytes}, ${envelope}, ${body},
      ${textArray(recipients.map(({ domain }) => domain))},
      ${byteaArray(recipients.map(({ sealed }) => sealed))},
      ${sender}, ${priority}, ${releaseAtMs}, ${held})`),

  cancel: (id, sender) => database.one(yes, sql`select ask.cancel(${id}, ${sender})`),
  forgo: (id, sender) => database.one(yes, sql`select ask.forgo(${id}, ${sender})`),

  submissions: async (ids, sender) => asFacts(await database.many(factsRow, sql`
    select id, undo, number, fate, status
      from ask.submissions(${uuidArray(ids.slice(0, submissionsAskedMax))}, ${sender})`)),

  holdSender: (sender) => database.one(touched, sql`select ask.hold_sender(${sender}, true)`),
  releaseSender: (sender) => database.one(touched, sql`select ask.hold_sender(${sender}, false)`),
})
