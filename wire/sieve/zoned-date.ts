/** A date of a header field with the zone it was written in. */
import { sentDate } from '../mime/date-field.ts'
import { zoneMinutesOf } from './date-parts.ts'

export interface ZonedDate {
  readonly atMs: number
  /** 0 where the field names none. */
  readonly zoneMinutes: number
}

const latestMs = 253_402_300_799_000

export const zonedDate = (value: string): ZonedDate | undefined => {
  const text = value.slice(0, 200).trim()
  const found = sentDate(text)
  if (found === undefined || Math.abs(found.atMs) > latestMs) return undefined
  const zone = /[+-][0-9]{4}/.exec(text.replace(/\([^)]*\)/g, ' '))?.[0]
  return { atMs: found.atMs, zoneMinutes: zone === undefined ? 0 : zoneMinutesOf(zone) ?? 0 }
}
