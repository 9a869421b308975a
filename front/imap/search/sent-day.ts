/** The day of the Date field, as its sender wrote it: SENTON and its like disregard time and zone (RFC 9051 section 6.4.4). */
import { fieldText, headerFields } from '@bulkhead/wire/mime/header.ts'
import type { MessageIndex } from '@bulkhead/wire/mime/message-index.ts'

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']

/** `[day-name ","] day month year`, two-digit years as RFC 5322 section 4.3 reads them. */
const yearOf = (text: string): number => {
  const year = Number(text)
  if (text.length === 2) return year < 50 ? 2000 + year : 1900 + year
  return text.length === 3 ? 1900 + year : year
}

export const dayOfDate = (text: string): number | undefined => {
  const words = text.replace(/^[^,]{0,32},/, '').trim().split(/[ \t-]+/, 3)
  const [day = '', month = '', year = ''] = words
  const monthAt = months.indexOf(month.slice(0, 3).toLowerCase())
  if (!/^\d{1,2}$/.test(day) || !/^\d{2,4}$/.test(year) || monthAt < 0) return undefined
  return Date.UTC(yearOf(year), monthAt, Number(day))
}

/** Midnight in UTC of that day; undefined where the field is missing or no date. */
export const sentDay = (index: MessageIndex | undefined): number | undefined => {
  if (index === undefined) return undefined
  const field = headerFields(index.header).find(({ name }) => name === 'date')
  return field === undefined ? undefined : dayOfDate(fieldText(index.header, field))
}
