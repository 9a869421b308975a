/** The VacationResponse object (RFC 8621 section 8). */
import { vacationId, type OwnVacation } from '@bulkhead/mail/rules/own-rules.ts'
import type { JsonObject } from '@bulkhead/wire/jmap/json.ts'
import { boolean, optional, orNull, text, utcDate, utcDateText } from '@bulkhead/wire/jmap/readers.ts'

export const vacationProperties = ['id', 'isEnabled', 'fromDate', 'toDate', 'subject', 'textBody', 'htmlBody'] as const

const subjectCharsMax = 200
const bodyCharsMax = 16_384

export const vacationShape = {
  isEnabled: optional(boolean, false),
  fromDate: orNull(utcDate),
  toDate: orNull(utcDate),
  subject: orNull(text(subjectCharsMax)),
  textBody: orNull(text(bodyCharsMax)),
  htmlBody: orNull(text(bodyCharsMax)),
}

const dateOf = (ms: number | null): string | null => (ms === null ? null : utcDateText(ms))

export const vacationJson = ({ isEnabled, fromMs, toMs, subject, text: textBody, html }: OwnVacation): JsonObject =>
  ({ id: vacationId, isEnabled, fromDate: dateOf(fromMs), toDate: dateOf(toMs), subject, textBody, htmlBody: html })
