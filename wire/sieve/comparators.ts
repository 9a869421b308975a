/** Comparators (RFC 4790): what text is the same, what holds what, what comes first. */
import { casemapKey } from '../text/casemap.ts'

export interface Comparator {
  readonly name: string
  /** Extension that has to be required; null: every script may use it. */
  readonly needs: string | null
  /** Whether it can say that one text is in another. */
  readonly substrings: boolean
  /** What making a key takes, for each character. */
  readonly cost: number
  /** Texts with the same key are the same. */
  keyOf(text: string): string
  /** Of keys. */
  compare(one: string, other: string): number
}

const order = (one: string, other: string): number => Buffer.compare(Buffer.from(one, 'utf8'), Buffer.from(other, 'utf8'))

export const asciiLower = (text: string): string => text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())

/** RFC 4790 section 9.1: digits at the start; what has none is more than every number, and all such are the same. */
const numericKey = (text: string): string => {
  const digits = /^[0-9]+/.exec(text)?.[0]
  return digits === undefined ? '' : digits.replace(/^0+(?=[0-9])/, '')
}

const numericOrder = (one: string, other: string): number => {
  if (one === '' || other === '') return Number(one === '') - Number(other === '')
  return one.length === other.length ? order(one, other) : one.length - other.length
}

export const comparators: readonly Comparator[] = [
  { name: 'i;octet', needs: null, substrings: true, cost: 1, keyOf: (text) => text, compare: order },
  { name: 'i;ascii-casemap', needs: null, substrings: true, cost: 1, keyOf: asciiLower, compare: order },
  { name: 'i;ascii-numeric', needs: 'comparator-i;ascii-numeric', substrings: false, cost: 1, keyOf: numericKey, compare: numericOrder },
  { name: 'i;unicode-casemap', needs: 'comparator-i;unicode-casemap', substrings: true, cost: 6, keyOf: casemapKey, compare: order },
]

export const compareNumbers = numericOrder
export const asciiCasemap = comparators[1] as Comparator
