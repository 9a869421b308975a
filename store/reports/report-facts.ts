/** Counts what reports are made from, and gives out the reports that are due. */
import { factTextMax, reportKinds, type DueReports, type ReportFacts } from '@bulkhead/mail/ports/reports.ts'
import { bool, int8, only, row, text, word } from '../sql/columns.ts'
import type { Database } from '../sql/database.ts'
import { byteaArray, int8Array, textArray } from '../sql/parameters.ts'
import { sql } from '../sql/sql.ts'

const factsMax = 5_000

const dropped = only(int8)
const dueRow = row({ kind: word(reportKinds), day: int8, domain: text, published: text, lease: int8 })
const factRow = row({ value: text, count: int8 })
const yes = only(bool)

export const reportFacts = (database: Database): ReportFacts => ({
  async add(facts) {
    const given = facts.filter(({ value, published }) => value.length <= factTextMax && published.length <= factTextMax)
    if (given.length === 0) return facts.length
    const tooLong = facts.length - given.length
    return tooLong + (await database.one(dropped, sql`
      select ask.report_add(
        ${textArray(given.map(({ kind }) => kind))}, ${int8Array(given.map(({ day }) => day))}, ${textArray(given.map(({ domain }) => domain))},
        ${textArray(given.map(({ published }) => published))}, ${textArray(given.map(({ value }) => value))}, ${int8Array(given.map(({ count }) => count))})`))
  },
})

export const dueReports = (database: Database): DueReports => ({
  claim: (leaseMs) => database.maybeOne(dueRow, sql`select kind, day, domain, published, lease from ask.report_claim(${leaseMs})`),

  facts: ({ kind, day, domain }) => database.many(factRow, sql`select value, count from ask.report_facts(${kind}, ${day}, ${domain}, ${factsMax})`),

  settle: ({ kind, day, domain, lease }, mail) => database.one(yes, sql`
    select ask.report_settle(
      ${kind}, ${day}, ${domain}, ${lease}, ${mail?.id ?? null}, ${mail?.sizeBytes ?? null}, ${mail?.envelope ?? null}, ${mail?.body ?? null},
      ${mail && textArray(mail.recipients.map((recipient) => recipient.domain))}, ${mail && byteaArray(mail.recipients.map(({ sealed }) => sealed))})`),
})
