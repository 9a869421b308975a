/**
 * A brand's look, checked: what is wrong is said in words for whoever set it. Everybody at a name of the brand sees it, so colours have to be
 * readable, links lead to pages, and a picture can do nothing.
 */
import { confirmRecipientsChoices, type BrandLink, type BrandLook, type ConfirmRecipients, type InBoth } from '@bulkhead/door/contracts/brand.ts'
import { canonicalAddress } from '../address/address.ts'
import { colourPattern, contrast } from './contrast.ts'

export const contrastMin = 4.5
/** What pages are drawn on (`web/kit/tokens.css`: `--pane`), and the text on an accent of the dark page. */
export const lightGround = '#ffffff'
export const darkGround = '#171c24'
export const darkAccentText = '#0c1c33'

const nameMax = 60
const titleMax = 60
const noticeMax = 500
const urlMax = 500
const legalMax = 6
const hostsMax = 20
const officialMax = 20
const addressMax = 254
/** Of a logo as it stands in the look: a `data:` URL. */
export const logoMax = 65_536

const hostPattern = /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}$/
const officialPattern = /^(?:[^\s@"<>()]{1,64}@)?(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}$/
const logoPattern = /^data:image\/(?:svg\+xml|png|webp);base64,[A-Za-z0-9+/]+=*$/
const urlPattern = /^(?:https:\/\/[^\s"<>\\]+|mailto:[^\s"<>\\]+)$/
const control = /[\p{Cc}\p{Cf}]/u

class Flaw extends Error {}
const flaw = (what: string): never => {
  throw new Flaw(what)
}

type Fields = Readonly<Record<string, unknown>>
const fieldsOf = (value: unknown, name: string): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : flaw(`${name} is not an object`)

const line = (value: unknown, name: string, lengthMax: number, breaks = false): string => {
  if (typeof value !== 'string' || value.trim() === '') return flaw(`${name} is empty`)
  if (value.length > lengthMax) return flaw(`${name} is longer than ${lengthMax} characters`)
  return control.test(breaks ? value.replaceAll('\n', '') : value) ? flaw(`${name} has characters that can't be seen`) : value.trim()
}

const inBoth = (value: unknown, name: string, lengthMax: number, breaks = false): InBoth => {
  const { ja, en } = fieldsOf(value, name)
  return { ja: line(ja, `${name} in Japanese`, lengthMax, breaks), en: line(en, `${name} in English`, lengthMax, breaks) }
}

const linkOf = (value: unknown, name: string): BrandLink => {
  const { title, url } = fieldsOf(value, name)
  const address = line(url, `the address of ${name}`, urlMax)
  if (!urlPattern.test(address)) flaw(`the address of ${name} must begin with https:// or mailto:, not "${address.slice(0, 60)}"`)
  return { title: inBoth(title, `the title of ${name}`, titleMax), url: address }
}

const listOf = (value: unknown, name: string, countMax: number): readonly unknown[] =>
  Array.isArray(value) && value.length <= countMax ? value : flaw(`${name}: at most ${countMax}`)

const addressOf = (value: unknown, name: string): string => canonicalAddress(line(value, name, addressMax)) ?? flaw(`${name} is no address`)

const names = (value: unknown, name: string, countMax: number, pattern: RegExp): readonly string[] =>
  [...new Set(listOf(value, name, countMax).map((one) => {
    const text = typeof one === 'string' ? one.toLowerCase() : ''
    return pattern.test(text) ? text : flaw(`${name}: "${String(one).slice(0, 60)}" is none`)
  }))]

/** `#rrggbb` that is readable on each of `grounds`. */
const colour = (value: unknown, name: string, grounds: Readonly<Record<string, string>>): string => {
  const text = typeof value === 'string' ? value.toLowerCase() : ''
  if (!colourPattern.test(text)) return flaw(`${name} must be a colour such as #0b5cad`)
  for (const [what, ground] of Object.entries(grounds)) {
    const ratio = contrast(text, ground)
    if (ratio >= contrastMin) continue
    flaw(`${name} ${text} has a contrast of ${ratio.toFixed(2)} with ${what} (${ground}); at least ${contrastMin} is needed to be readable`)
  }
  return text
}

const logoOf = (value: unknown): string | null => {
  if (value === null) return null
  if (typeof value !== 'string' || !logoPattern.test(value)) return flaw('the logo must be an SVG, a PNG or a WebP')
  return value.length > logoMax ? flaw(`the logo is too large; ${Math.floor((logoMax * 3) / 4 / 1024)} KB are the most`) : value
}

/** Looks of before it could be set ask for nothing. */
const confirmOf = (value: unknown = 'off'): ConfirmRecipients =>
  confirmRecipientsChoices.find((choice) => choice === value) ?? flaw(`the check of recipients is one of ${confirmRecipientsChoices.join(', ')}`)

/** The look, or what is wrong with it. */
export const checkedLook = (value: unknown): { readonly is: 'look'; readonly look: BrandLook } | { readonly is: 'flawed'; readonly what: string } => {
  try {
    const { brand, name, accent, accentDark, logo, help, legal, notice, official, abuse, confirmRecipients, hosts } = fieldsOf(value, 'the look')
    const look = {
      brand: line(brand, 'the brand', 63),
      name: inBoth(name, 'the name', nameMax),
      accent: colour(accent, 'the accent', { 'the white page': lightGround }),
      accentDark: colour(accentDark, 'the accent of dark pages', { 'the dark page': darkGround, 'the text on buttons': darkAccentText }),
      logo: logoOf(logo),
      help: help === null ? null : linkOf(help, 'the help page'),
      legal: listOf(legal, 'legal texts', legalMax).map((one) => linkOf(one, 'a legal text')),
      notice: notice === null ? null : inBoth(notice, 'the notice', noticeMax, true),
      abuse: abuse === undefined || abuse === null ? null : addressOf(abuse, 'the address for phishing'),
      official: names(official, 'official senders', officialMax, officialPattern),
      confirmRecipients: confirmOf(confirmRecipients),
      hosts: names(hosts, 'host names', hostsMax, hostPattern),
    }
    return { is: 'look', look }
  } catch (error) {
    if (error instanceof Flaw) return { is: 'flawed', what: error.message }
    throw error
  }
}
