/**
 * A typed search to a filter of Email/query. Words stand together with AND, `OR` between two, `-` before one, parentheses.
 * Anything can be typed: what is not understood is a word to look for. Trash and junk are left out unless named.
 */
import type { Args } from '../jmap/types.ts'
import { bareCondition, conditionOf, operatorNames, type SearchWorld } from './operators.ts'
import { tokensOf, type Token } from './tokens.ts'

const depthMax = 8

interface Parsed {
  /** Null: no condition. */
  readonly filter: Args | null
  readonly at: number
}

interface Reading extends SearchWorld {
  readonly tokens: readonly Token[]
  /** Says where to look itself: then nothing is left out. */
  namesPlace: boolean
}

const both = (operator: 'AND' | 'OR' | 'NOT', conditions: readonly Args[]): Args | null => {
  const [only] = conditions
  if (only === undefined) return null
  return conditions.length === 1 && operator !== 'NOT' ? only : { operator, conditions }
}

const termFilter = (token: Extract<Token, { is: 'term' }>, reading: Reading): Args | null => {
  const operator = operatorNames[token.key]
  if (operator === undefined) return token.quoted ? { text: `"${token.value}"` } : (bareCondition(token.value) ?? { text: token.value })
  // Half typed, as in `from:`.
  if (token.value === '') return null
  if (operator === 'in' || operator === 'label') reading.namesPlace = true
  return conditionOf(operator, token.value, reading)
}

const readOne = (reading: Reading, at: number, depth: number): Parsed => {
  const token = reading.tokens[at]
  if (token === undefined) return { filter: null, at: at + 1 }
  if (token.is === 'not') {
    const inner = readOne(reading, at + 1, depth)
    return { filter: inner.filter === null ? null : both('NOT', [inner.filter]), at: inner.at }
  }
  if (token.is === 'open' && depth < depthMax) {
    const inner = readAll(reading, at + 1, depth + 1)
    return { filter: inner.filter, at: inner.at + 1 }
  }
  return { filter: token.is === 'term' ? termFilter(token, reading) : null, at: at + 1 }
}

/** Up to a closing parenthesis, or the end. */
const readAll = (reading: Reading, from: number, depth: number): Parsed => {
  const all: Args[] = []
  let at = from
  while (at < reading.tokens.length && !(depth > 0 && reading.tokens[at]?.is === 'close')) {
    const group: Args[] = []
    do {
      if (reading.tokens[at]?.is === 'or') at += 1
      const one = readOne(reading, at, depth)
      if (one.filter !== null) group.push(one.filter)
      at = one.at
    } while (reading.tokens[at]?.is === 'or')
    const filter = both('OR', group)
    if (filter !== null) all.push(filter)
  }
  return { filter: both('AND', all), at }
}

/** Undefined where nothing is looked for. */
export const parseSearch = (search: string, world: SearchWorld): Args | undefined => {
  const reading: Reading = { ...world, tokens: tokensOf(search, (word) => Object.hasOwn(operatorNames, word)), namesPlace: false }
  if (reading.tokens.length === 0) return undefined
  const { filter } = readAll(reading, 0, 0)
  const leftOut = world.mailboxes.filter(({ role }) => role === 'trash' || role === 'junk').map(({ id }) => id)
  const elsewhere: Args | null = reading.namesPlace || leftOut.length === 0 ? null : { inMailboxOtherThan: leftOut }
  return both('AND', [filter, elsewhere].filter((one) => one !== null)) ?? undefined
}
