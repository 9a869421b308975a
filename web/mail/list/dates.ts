/** Dates of the list: the time today, the day this year, else the whole date; and the groups under which days stand. Pure. */
import type { Language } from '../../kit/language.ts'

const two = (value: number): string => String(value).padStart(2, '0')

const startOf = (date: Date, daysBack = 0): Date => new Date(date.getFullYear(), date.getMonth(), date.getDate() - daysBack)

const english = new Intl.DateTimeFormat('en', { month: 'short', day: 'numeric' })

export const shortDate = (date: Date, now: Date, language: Language): string => {
  if (date >= startOf(now) && date < startOf(now, -1)) return `${two(date.getHours())}:${two(date.getMinutes())}`
  if (date.getFullYear() !== now.getFullYear()) return `${date.getFullYear()}/${two(date.getMonth() + 1)}/${two(date.getDate())}`
  return language === 'ja' ? `${date.getMonth() + 1}月${date.getDate()}日` : english.format(date)
}

const full = {
  ja: new Intl.DateTimeFormat('ja', { dateStyle: 'full', timeStyle: 'short' }),
  en: new Intl.DateTimeFormat('en', { dateStyle: 'full', timeStyle: 'short' }),
}

export const fullDate = (date: Date, language: Language): string => full[language].format(date)

const days = { ja: new Intl.DateTimeFormat('ja', { weekday: 'short' }), en: new Intl.DateTimeFormat('en', { weekday: 'short' }) }

/** Over a message: the short date, with the weekday and the time where it is not of today. */
export const dayAndTime = (date: Date, now: Date, language: Language): string => {
  const short = shortDate(date, now, language)
  const time = `${two(date.getHours())}:${two(date.getMinutes())}`
  if (short === time) return time
  const day = days[language].format(date)
  return language === 'ja' ? `${short}(${day}) ${time}` : `${day}, ${short}, ${time}`
}

export type DateGroup =
  | { readonly is: 'today' | 'yesterday' | 'thisWeek' | 'lastWeek' | 'thisMonth' | 'older' }
  | { readonly is: 'month'; readonly year: number; readonly month: number; readonly sameYear: boolean }

/** Weeks begin on Monday: on a Sunday the days before it are still this week's to everybody. Years before the last one are not told apart. */
export const dateGroup = (date: Date, now: Date): DateGroup => {
  if (date >= startOf(now)) return { is: 'today' }
  if (date >= startOf(now, 1)) return { is: 'yesterday' }
  const sinceMonday = (now.getDay() + 6) % 7
  if (date >= startOf(now, sinceMonday)) return { is: 'thisWeek' }
  if (date >= startOf(now, sinceMonday + 7)) return { is: 'lastWeek' }
  if (date.getFullYear() === now.getFullYear() && date.getMonth() === now.getMonth()) return { is: 'thisMonth' }
  if (date.getFullYear() < now.getFullYear() - 1) return { is: 'older' }
  return { is: 'month', year: date.getFullYear(), month: date.getMonth() + 1, sameYear: date.getFullYear() === now.getFullYear() }
}
