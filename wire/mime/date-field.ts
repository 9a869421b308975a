/** The Date field (RFC 5322 section 3.3, obsolete forms of section 4.3) as tolerantly as mail needs it. */

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']

/** Minutes east of UTC of the names RFC 5322 section 4.3 still knows. */
const zones: Readonly<Record<string, number>> = {
  ut: 0, utc: 0, gmt: 0, z: 0, est: -300, edt: -240, cst: -360, cdt: -300, mst: -420, mdt: -360, pst: -480, pdt: -420, jst: 540,
}

const yearOf = (text: string): number => {
  const year = Number(text)
  if (text.length === 2) return year < 50 ? 2000 + year : 1900 + year
  return text.length === 3 ? 1900 + year : year
}

const datePart = String.raw`(?:[^,]{0,32},)?\s*(\d{1,2})[\s-]+([a-z]{3})[a-z]{0,6}\.?[\s-]+(\d{2,4})`
const timePart = String.raw`(?:[,\s]+(\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?)?\s*([+-]\d{4}|[a-z]{1,5})?`
const pattern = new RegExp(`^${datePart}${timePart}`, 'i')

export interface SentDate {
  /** Midnight of the day as its sender wrote it, in UTC: SENTON and its like disregard time and zone. */
  readonly dayMs: number
  /** The moment, milliseconds since the epoch. */
  readonly atMs: number
  /** Minutes east of UTC of its zone. */
  readonly offsetMinutes: number
}

const offsetOf = (zone: string): number => {
  if (zone === '') return 0
  const named = zones[zone.toLowerCase()]
  if (named !== undefined) return named
  const digits = /^([+-])(\d{2})(\d{2})$/.exec(zone)
  if (digits === null) return 0
  const minutes = Number(digits[2]) * 60 + Number(digits[3])
  return digits[1] === '-' ? -minutes : minutes
}

/** `value`: the field's text, unfolded. Undefined where it is no date. */
export const sentDate = (value: string): SentDate | undefined => {
  const found = pattern.exec(value.slice(0, 200).replace(/\([^)]*\)/g, ' ').trim())
  if (found === null) return undefined
  const [, day = '', month = '', year = '', hour = '0', minute = '0', second = '0', zone = ''] = found
  const monthAt = months.indexOf(month.toLowerCase())
  if (monthAt < 0 || Number(day) < 1 || Number(day) > 31 || Number(hour) > 24 || Number(minute) > 59) return undefined
  const dayMs = Date.UTC(yearOf(year), monthAt, Number(day))
  const offsetMinutes = offsetOf(zone)
  const ofDayMs = ((Number(hour) * 60 + Number(minute) - offsetMinutes) * 60 + Math.min(59, Number(second))) * 1000
  return { dayMs, atMs: dayMs + ofDayMs, offsetMinutes }
}
