/** What others' reports said of our domains. */
import { createHash } from 'node:crypto'
import { receivedKinds, type ReceivedReports, type ReceivedReportsReader } from '@bulkhead/mail/ports/reports.ts'
import { bool, int8, only, row, text, word } from '../sql/columns.ts'
import type { Database } from '../sql/database.ts'
import { sql } from '../sql/sql.ts'

const readMax = 5_000

const became = only(word(['kept', 'known', 'tooMany']))
const reportRow = row({ kind: word(receivedKinds), beginMs: int8, authenticated: bool, from: text, id: text, summary: text })

export const receivedReports = (database: Database): ReceivedReports => ({
  add({ kind, domain, beginMs, authenticated, from, id, summary }) {
    const digest = createHash('sha256').update(`${authenticated ? '' : '?'}${from}\0${id}\0${kind === 'arf' ? '' : beginMs}`).digest()
    return database.one(became, sql`
      select ask.report_received(${kind}, ${domain}, ${digest}, ${beginMs}, ${authenticated}, ${from}, ${id}, ${summary})`)
  },
})

export const receivedReportsReader = (database: Database): ReceivedReportsReader => ({
  of: (domain, sinceMs, limit) => database.many(reportRow, sql`
    select kind, begin_ms, authenticated, made_by, report_id, summary from ask.reports_of(${domain}, ${sinceMs}, ${Math.min(limit, readMax)})`),
})
