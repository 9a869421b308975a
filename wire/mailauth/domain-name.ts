/** Domain names as the mechanisms of authentication compare and ask for them: lower-case A-labels (RFC 8616, 5890). */
import { utf8Text } from '@bulkhead/base/bytes.ts'

export const domainOctetsMax = 253
const labelOctetsMax = 63
const asciiText = /^[\x21-\x7e]+$/
const printable = /^[\x20-\x7e]+$/
const unfitForUrl = /[\x00-\x20/?#@:[\]\\%<>^|]/

const fits = (name: string): boolean => name.length <= domainOctetsMax && name.split('.').every((label) => label.length > 0 && label.length <= labelOctetsMax)

const byUts46 = (text: string): string | undefined => {
  if (text.length > domainOctetsMax || unfitForUrl.test(text)) return undefined
  const host = URL.parse(`http://${text}/`)?.hostname
  return host === undefined || host === '' || !/[a-z]/.test(host) ? undefined : host
}

/** Canonical form of a name that DNS can be asked for, or undefined where it is none. Takes U-labels, and a final dot. */
export const domainOf = (text: string): string | undefined => {
  if (text.length === 0 || text.length > domainOctetsMax + 1) return undefined
  const bare = text.endsWith('.') ? text.slice(0, -1) : text
  const name = asciiText.test(bare) ? bare.toLowerCase() : byUts46(bare)
  return name !== undefined && fits(name) ? name : undefined
}

/** The same of a header's text, which has a character for each byte: UTF-8 in it is undone first. */
export const domainOfBytes = (latin1Text: string): string | undefined => {
  if (latin1Text.length > domainOctetsMax * 4) return undefined
  const text = asciiText.test(latin1Text) ? latin1Text : utf8Text(Buffer.from(latin1Text, 'latin1'))
  return text === undefined ? undefined : domainOf(text)
}

/** A name made by macros (RFC 7208 section 7): any printable ASCII, spaces too, as far as labels can hold it. */
export const queryName = (text: string): string | undefined => {
  const name = text.toLowerCase()
  return printable.test(name) && fits(name) ? name : undefined
}

/** A domain is within itself and within every domain above it. */
export const isWithin = (name: string, above: string): boolean => name === above || name.endsWith(`.${above}`)
