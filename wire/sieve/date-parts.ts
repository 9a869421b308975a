/** Parts of a date as text (RFC 5260 section 4.2). */

const two = (value: number): string => String(value).padStart(2, '0')
const zoneText = (minutes: number): string => `${minutes < 0 ? '-' : '+'}${two(Math.floor(Math.abs(minutes) / 60))}${two(Math.abs(minutes) % 60)}`

const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const dayMs = 86_400_000
/** Of 1970-01-01. */
const julianOfEpoch = 40_587

/** `local`: the moment moved by its zone, so that UTC getters say what the clock there shows. */
type Part = (local: Date, zoneMinutes: number) => string

const year: Part = (local) => String(local.getUTCFullYear()).padStart(4, '0')
const month: Part = (local) => two(local.getUTCMonth() + 1)
const day: Part = (local) => two(local.getUTCDate())
const time: Part = (local) => [local.getUTCHours(), local.getUTCMinutes(), local.getUTCSeconds()].map(two).join(':')
const dateText: Part = (local, zone) => `${year(local, zone)}-${month(local, zone)}-${day(local, zone)}`
const isoZone = (zone: number): string => (zone === 0 ? 'Z' : `${zoneText(zone).slice(0, 3)}:${zoneText(zone).slice(3)}`)

const parts: Readonly<Record<string, Part>> = {
  year, month, day, time,
  date: dateText,
  julian: (local) => String(Math.floor(local.getTime() / dayMs) + julianOfEpoch),
  hour: (local) => two(local.getUTCHours()),
  minute: (local) => two(local.getUTCMinutes()),
  second: (local) => two(local.getUTCSeconds()),
  iso8601: (local, zone) => `${dateText(local, zone)}T${time(local, zone)}${isoZone(zone)}`,
  std11: (local, zone) =>
    `${days[local.getUTCDay()]}, ${local.getUTCDate()} ${months[local.getUTCMonth()]} ${year(local, zone)} ${time(local, zone)} ${zoneText(zone)}`,
  zone: (_, zone) => zoneText(zone),
  weekday: (local) => String(local.getUTCDay()),
}

export const isDatePart = (name: string): boolean => Object.hasOwn(parts, name)

export const datePart = (name: string, atMs: number, zoneMinutes: number): string =>
  parts[name]?.(new Date(atMs + zoneMinutes * 60_000), zoneMinutes) ?? ''

/** `+0900` as minutes east of UTC; undefined where it is no zone. */
export const zoneMinutesOf = (text: string): number | undefined => {
  const found = /^([+-])([0-9]{2})([0-5][0-9])$/.exec(text)
  if (found === null) return undefined
  const minutes = Number(found[2]) * 60 + Number(found[3])
  return minutes > 24 * 60 ? undefined : found[1] === '-' ? -minutes : minutes
}
