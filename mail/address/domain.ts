/**
 * Domain names as we compare, store and look them up: lower-case A-labels, in ASCII. Of the two forms of an
 * internationalised name we keep this one because DNS, certificates and databases compare it byte for byte, and Node's
 * own URL parser makes it from the other by UTS 46 (case, NFC, full-width letters and dots), so no decoder is ours.
 */

export const domainOctetsMax = 253

/** A letter, digit or underscore at both ends (RFC 1035; `_` occurs in mail domains of real Japanese subscribers). */
const label = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/
const digits = /^[0-9]+$/
const hostCharacters = /^[A-Za-z0-9._\-\u0080-\u{10ffff}]+$/u
const nonAscii = /[^\x00-\x7f]/

const byUts46 = (text: string): string | undefined => {
  const url = URL.parse(`http://${text}/`)
  return url === null || url.hostname === '' ? undefined : url.hostname
}

/** The canonical form of a domain name, or undefined where it is none. Address literals and numbers are none. */
export const domainName = (text: string): string | undefined => {
  if (text.length === 0 || text.length > domainOctetsMax || !hostCharacters.test(text)) return undefined
  const lower = text.toLowerCase()
  const ascii = nonAscii.test(lower) || lower.includes('xn--') ? byUts46(lower) : lower
  if (ascii === undefined || ascii.length > domainOctetsMax) return undefined
  const labels = ascii.split('.')
  if (digits.test(labels.at(-1) ?? '')) return undefined
  return labels.every((one) => label.test(one)) ? ascii : undefined
}
