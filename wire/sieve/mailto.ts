/** `mailto` URIs (RFC 6068) as notifications take them (RFC 5436): whom to tell, and in which words. Never throws. */
import { addressMistake } from './address.ts'

export interface Mailto {
  readonly to: readonly string[]
  readonly subject: string | null
  readonly body: string | null
}

const charsMax = 2_000
const addressesMax = 3
const textCharsMax = 1_000

const decoded = (text: string): string | undefined => {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

/** Undefined for what is none, or has no address. Fields but `to`, `subject` and `body` are left out (RFC 5436 section 2.3). */
export const parseMailto = (uri: string): Mailto | undefined => {
  if (uri.length > charsMax || !/^mailto:/i.test(uri)) return undefined
  const [path = '', query = ''] = uri.slice('mailto:'.length).split('?', 2)
  const fields = query.split('&').map((pair) => pair.split('=', 2).map(decoded))
  if (fields.some((pair) => pair.includes(undefined))) return undefined
  const valuesOf = (wanted: string): readonly string[] => fields.flatMap(([name = '', value = '']) => (name.toLowerCase() === wanted ? [value] : []))
  const written = [...path.split(',').map(decoded), ...valuesOf('to').flatMap((list) => list.split(','))]
  const to = [...new Set(written.map((address) => address?.trim() ?? '').filter((address) => address !== ''))]
  if (to.length === 0 || to.length > addressesMax || to.some((address) => addressMistake(address) !== undefined)) return undefined
  const short = (text: string | undefined): string | null => text?.slice(0, textCharsMax) ?? null
  return { to, subject: short(valuesOf('subject')[0]), body: short(valuesOf('body')[0]) }
}
