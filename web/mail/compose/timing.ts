/** Times of sending: how long a send can be taken back, and when scheduled mail goes (RFC 4865 FUTURERELEASE through RFC 8621 section 7). */

/** Seconds to choose from; 0 sends at once. */
export const undoSecondsChoices = [0, 5, 10, 20, 30] as const
export type UndoSeconds = (typeof undoSecondsChoices)[number]

export const isUndoSeconds = (value: unknown): value is UndoSeconds => undoSecondsChoices.some((choice) => choice === value)

/** Nobody means the same minute: a scheduled mail goes a minute from now at the earliest. */
const scheduleLeadMs = 60_000

export interface SchedulePreset {
  readonly name: 'laterToday' | 'tomorrowMorning' | 'tomorrowAfternoon' | 'mondayMorning'
  readonly at: Date
}

const atHour = (from: Date, days: number, hour: number): Date => new Date(from.getFullYear(), from.getMonth(), from.getDate() + days, hour, 0, 0, 0)

/** What is offered with one press, in the time zone of the person's device. */
export const schedulePresets = (now: Date): SchedulePreset[] => {
  const toMonday = (8 - now.getDay()) % 7 || 7
  const presets: SchedulePreset[] = [
    { name: 'tomorrowMorning', at: atHour(now, 1, 8) },
    { name: 'tomorrowAfternoon', at: atHour(now, 1, 13) },
  ]
  if (toMonday > 1) presets.push({ name: 'mondayMorning', at: atHour(now, toMonday, 8) })
  if (now.getHours() < 15) presets.unshift({ name: 'laterToday', at: atHour(now, 0, 17) })
  return presets
}

export type ScheduleAnswer = { readonly is: 'at'; readonly at: Date } | { readonly is: 'unreadable' | 'past' | 'tooFar' }

/** `text`: what `<input type=datetime-local>` holds. `delayMaxSeconds`: maxDelayedSend of the account's capability (RFC 8621 section 1.3.2). */
export const readSchedule = (text: string, now: Date, delayMaxSeconds: number): ScheduleAnswer => {
  const found = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})/.exec(text)
  if (found === null) return { is: 'unreadable' }
  const [year, month, day, hour, minute] = found.slice(1).map(Number) as [number, number, number, number, number]
  const at = new Date(year, month - 1, day, hour, minute)
  if (at.getMonth() !== month - 1 || at.getDate() !== day) return { is: 'unreadable' }
  if (at.getTime() < now.getTime() + scheduleLeadMs) return { is: 'past' }
  return at.getTime() > now.getTime() + delayMaxSeconds * 1000 ? { is: 'tooFar' } : { is: 'at', at }
}

/** For `<input type=datetime-local>`, in the device's zone. */
export const writeLocal = (at: Date): string => {
  const two = (number: number) => String(number).padStart(2, '0')
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}`
}

/** Parameters of MAIL FROM that hold the message (RFC 4865 section 5); none sends at once. */
export const holdParameters = (hold: { readonly seconds: number } | { readonly until: Date }): { HOLDFOR: string } | { HOLDUNTIL: string } | null => {
  if ('until' in hold) return { HOLDUNTIL: hold.until.toISOString().replace(/\.\d{3}Z$/u, 'Z') }
  return hold.seconds > 0 ? { HOLDFOR: String(hold.seconds) } : null
}
