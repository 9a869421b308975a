/** First and last day of a vacation as people choose them, and the moments the server keeps. By the clock of this device. */

const two = (value: number): string => String(value).padStart(2, '0')

/** `2026-12-28` of the day the moment is in; empty for null. */
export const dayOf = (moment: string | null): string => {
  if (moment === null) return ''
  const at = new Date(moment)
  return Number.isNaN(at.getTime()) ? '' : `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`
}

/** The last whole day before the moment, which is the end. */
export const lastDayOf = (moment: string | null): string => (moment === null ? '' : dayOf(new Date(Date.parse(moment) - 1).toISOString()))

const startOf = (day: string, later: number): string | null => {
  const found = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day)
  if (found === null) return null
  const at = new Date(Number(found[1]), Number(found[2]) - 1, Number(found[3]) + later)
  return Number.isNaN(at.getTime()) ? null : at.toISOString().replace('.000', '')
}

/** Midnight at its beginning. */
export const firstMoment = (day: string): string | null => startOf(day, 0)
/** Midnight at its end. */
export const endMoment = (day: string): string | null => startOf(day, 1)
