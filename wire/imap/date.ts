/** Dates of IMAP (RFC 9051 section 9): `date` of SEARCH, `date-time` of APPEND and INTERNALDATE. Numbers, no clock. */
import { bad, need, peek, skipped, type Parser, type Scan } from './scan.ts'

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const
const monthNumbers: ReadonlyMap<string, number> = new Map(months.map((name, at) => [name.toUpperCase(), at]))

const digits = (scan: Scan, least: number, most: number): number => {
  let value = 0
  let count = 0
  while (count < most && peek(scan) >= 0x30 && peek(scan) <= 0x39) {
    value = value * 10 + peek(scan) - 0x30
    scan.at += 1
    count += 1
  }
  return count < least ? bad('Malformed date') : value
}

/** `date-month = "Jan" / "Feb" / …` */
const month = (scan: Scan): number => {
  const name = scan.bytes.toString('latin1', scan.at, scan.at + 3).toUpperCase()
  scan.at += 3
  return monthNumbers.get(name) ?? bad('Malformed month')
}

const dayMs = 86_400_000
/** `Date.UTC` reads two-digit years as ours; nobody has mail from before. */
const yearMin = 1000

const dayOf = (year: number, monthAt: number, day: number): number => {
  const ms = Date.UTC(year, monthAt, day)
  return new Date(ms).getUTCDate() === day && year >= yearMin ? ms : bad('No such day')
}

/** `date = date-text / DQUOTE date-text DQUOTE`, `date-text = date-day "-" date-month "-" date-year`: midnight in UTC. */
export const date: Parser<number> = (scan) => {
  const isQuoted = skipped(scan, '"')
  const day = digits(scan, 1, 2)
  need(scan, '-')
  const monthAt = month(scan)
  need(scan, '-')
  const year = digits(scan, 4, 4)
  if (isQuoted) need(scan, '"')
  return dayOf(year, monthAt, day)
}

/** `date-time = DQUOTE date-day-fixed "-" date-month "-" date-year SP time SP zone DQUOTE`: milliseconds since the epoch. */
export const dateTime: Parser<number> = (scan) => {
  need(scan, '"')
  skipped(scan, ' ')
  const day = digits(scan, 1, 2)
  need(scan, '-')
  const monthAt = month(scan)
  need(scan, '-')
  const dayMidnight = dayOf(digits(scan, 4, 4), monthAt, day)
  need(scan, ' ')
  const hours = digits(scan, 2, 2)
  need(scan, ':')
  const minutes = digits(scan, 2, 2)
  need(scan, ':')
  const seconds = digits(scan, 2, 2)
  need(scan, ' ')
  const zoneMinutes = zone(scan)
  need(scan, '"')
  if (hours > 23 || minutes > 59 || seconds > 60) bad('No such time')
  return dayMidnight + ((hours * 60 + minutes - zoneMinutes) * 60 + seconds) * 1_000
}

/** `zone = ("+" / "-") 4DIGIT`, in minutes east. */
const zone = (scan: Scan): number => {
  const sign = skipped(scan, '-') ? -1 : 1
  if (sign === 1) need(scan, '+')
  const hours = digits(scan, 2, 2)
  return sign * (hours * 60 + digits(scan, 2, 2))
}

const two = (value: number): string => (value < 10 ? `0${value}` : `${value}`)

let lastDay = Number.NaN
let lastDayText = ''

/** The day's part of a date-time; mailboxes are in order of time, so the last answer is usually the next one. */
const dayText = (day: number): string => {
  if (day !== lastDay) {
    const at = new Date(day * dayMs)
    lastDay = day
    lastDayText = `${`${at.getUTCDate()}`.padStart(2)}-${months[at.getUTCMonth()]}-${`${at.getUTCFullYear()}`.padStart(4, '0')}`
  }
  return lastDayText
}

/** `date-time` in UTC, with its quotes. */
export const dateTimeText = (ms: number): string => {
  const day = Math.floor(ms / dayMs)
  const second = Math.floor((ms - day * dayMs) / 1_000)
  const hours = Math.floor(second / 3_600)
  const minutes = Math.floor(second / 60) % 60
  return `"${dayText(day)} ${two(hours)}:${two(minutes)}:${two(second % 60)} +0000"`
}
