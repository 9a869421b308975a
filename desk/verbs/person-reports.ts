/** What people reported of their mail in the last days: counts by sender's domain and campaign. */
import { wholeOf } from '@bulkhead/door/ask.ts'
import { answered } from '@bulkhead/door/verbs.ts'
import type { DeskVerb } from '../desk.ts'

const daysMax = 90
const linesMax = 500

export const personReports: DeskVerb<'personReports'> = async ({ personReports: reports }, ask) =>
  answered({ lines: await reports.of(wholeOf(ask, 'days', 1, daysMax), linesMax) })
