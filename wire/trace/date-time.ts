/** `date-time` of RFC 5322 section 3.3, in UTC: what trace and Date fields carry. */
const dayNames = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const
const monthNames = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const

const two = (value: number): string => String(value).padStart(2, '0')

export const dateTime = (atMs: number): string => {
  const at = new Date(atMs)
  const day = `${dayNames[at.getUTCDay()]}, ${two(at.getUTCDate())} ${monthNames[at.getUTCMonth()]} ${at.getUTCFullYear()}`
  return `${day} ${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())} +0000`
}
