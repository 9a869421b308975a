/** Keeps notes of the trace, many at once. */
import type { TraceWriter } from '@bulkhead/mail/ports/trace-store.ts'
import type { Database } from '../sql/database.ts'
import { bigInt8Array, byteaArray, int8Array, uuidArray } from '../sql/parameters.ts'
import { sql } from '../sql/sql.ts'

export const traceWriter = (database: Database): TraceWriter => ({
  async add(notes) {
    let end = 0
    const ends = notes.map(({ keys }) => (end += keys.length))
    await database.run(sql`
      select from ask.trace_add(
        ${int8Array(notes.map(({ atMs }) => atMs))}, ${uuidArray(notes.map(({ message }) => message))},
        ${int8Array(ends)}, ${bigInt8Array(notes.flatMap(({ keys }) => keys))}, ${byteaArray(notes.map(({ sealed }) => sealed))})`)
  },
})

/** Lets go of what is older than it may become, also where nothing is added any more. */
export const turnTrace = (database: Database): Promise<void> => database.run(sql`select from ask.trace_turn()`)
