/**
 * `esmtp-param = esmtp-keyword ["=" esmtp-value]` (RFC 5321 section 4.1.2), a limited list without repetitions, checked
 * against the table a verb gives.
 */
import { reply, type Reply } from './reply.ts'

export const parametersMax = 12
const keywordPattern = /^[A-Za-z0-9][A-Za-z0-9-]*$/

/** Each known keyword's reader: the values it adds to the command, or undefined where the value is no good. */
export type ParameterTable<T> = Readonly<Record<string, (value: string | undefined) => Partial<T> | undefined>>

const bad = (text: string): Reply => reply(501, '5.5.4', text)

/** Reads the parameters in `text` (what follows the path) on top of `defaults`. */
export const readParameters = <T extends object>(
  text: string,
  table: ParameterTable<T>,
  defaults: T,
): { readonly values: T } | { readonly refusal: Reply } => {
  if (text === '') return { values: defaults }
  if (text[0] !== ' ') return { refusal: bad('Space expected after the path') }
  const words = text.split(' ').filter((word) => word !== '')
  if (words.length > parametersMax) return { refusal: bad('Too many parameters') }
  const seen = new Set<string>()
  let values = defaults
  for (const word of words) {
    const equals = word.indexOf('=')
    const keyword = (equals === -1 ? word : word.slice(0, equals)).toUpperCase()
    if (!keywordPattern.test(keyword)) return { refusal: bad('Malformed parameter') }
    if (seen.has(keyword)) return { refusal: bad('Parameter given twice') }
    seen.add(keyword)
    const read = Object.hasOwn(table, keyword) ? table[keyword] : undefined
    if (read === undefined) return { refusal: reply(555, '5.5.4', 'Parameter not recognized') }
    const value = read(equals === -1 ? undefined : word.slice(equals + 1))
    if (value === undefined) return { refusal: bad('Parameter value not understood') }
    values = { ...values, ...value }
  }
  return { values }
}
