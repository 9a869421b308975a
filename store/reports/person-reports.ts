/** What people of the cell reported of their mail. */
import { personReportKinds, type PersonReports, type PersonReportsReader } from '@bulkhead/mail/ports/person-reports.ts'
import { bool, int8, row, text, word } from '../sql/columns.ts'
import type { Database } from '../sql/database.ts'
import { textArray } from '../sql/parameters.ts'
import { sql } from '../sql/sql.ts'

const readMax = 1_000
const saidRow = row({ isNew: bool })
const lineRow = row({ day: text, kind: word(personReportKinds), domain: text, campaign: text, reports: int8 })

export const personReports = (database: Database): PersonReports => ({
  async say(sayings) {
    const rows = await database.many(saidRow, sql`
      select is_new
        from ask.person_say(
          ${textArray(sayings.map(({ mark }) => mark))}, ${textArray(sayings.map(({ says }) => says))},
          ${textArray(sayings.map(({ domain }) => domain))}, ${textArray(sayings.map(({ campaign }) => campaign))})`)
    return rows.map(({ isNew }) => isNew)
  },
})

export const personReportsReader = (database: Database): PersonReportsReader => ({
  async of(days, limit) {
    const rows = await database.many(lineRow, sql`
      select day, kind, domain, campaign, reports
        from ask.person_reports(${days}, ${Math.min(limit, readMax)})`)
    return rows.map(({ reports, ...line }) => ({ ...line, count: reports }))
  },
})
