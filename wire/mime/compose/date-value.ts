/** `date-time` of RFC 5322 section 3.3 at the offset of whoever wrote it. */
import { dateTime } from '../../trace/date-time.ts'

const minuteMs = 60_000
const two = (value: number): string => String(value).padStart(2, '0')

/** `offsetMinutes` east of Greenwich. */
export const dateValue = (atMs: number, offsetMinutes: number): string => {
  const local = dateTime(atMs + offsetMinutes * minuteMs)
  const east = Math.abs(offsetMinutes)
  return `${local.slice(0, -5)}${offsetMinutes < 0 ? '-' : '+'}${two(Math.floor(east / 60))}${two(east % 60)}`
}
