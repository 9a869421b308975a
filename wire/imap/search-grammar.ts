/** `search-key` of RFC 9051 section 9 with RFC 3501's older keys, and ESEARCH's return options (RFC 4731). */
import { nestingMax, searchKeysMax } from './limits.ts'
import { date } from './date.ts'
import { sequenceSet, type SequenceSet } from './sequence-set.ts'
import {
  ahead, astring, atom, bad, isAtEnd, keyword, list, need, number, peek, skipped, space, type Parser, type Scan,
} from './scan.ts'

export type SearchKey =
  | { readonly key: 'all' }
  | { readonly key: 'none' }
  | { readonly key: 'flag'; readonly flag: string; readonly set: boolean }
  /** Days as midnight in UTC. `date` looks at INTERNALDATE, `sent` at the Date field. */
  | { readonly key: 'date' | 'sent'; readonly compare: 'before' | 'on' | 'since'; readonly dayMs: number }
  | { readonly key: 'larger' | 'smaller'; readonly sizeBytes: number }
  | { readonly key: 'numbers' | 'uids'; readonly set: SequenceSet }
  /** `field` in lower case; `text` as the client sent it, in the command's charset. */
  | { readonly key: 'header'; readonly field: string; readonly text: Buffer }
  | { readonly key: 'body' | 'text'; readonly text: Buffer }
  | { readonly key: 'and'; readonly keys: readonly SearchKey[] }
  | { readonly key: 'or'; readonly left: SearchKey; readonly right: SearchKey }
  | { readonly key: 'not'; readonly negated: SearchKey }

export const returnOptions = ['MIN', 'MAX', 'ALL', 'COUNT'] as const
export type ReturnOption = (typeof returnOptions)[number]

export interface SearchProgram {
  /** In capitals; undefined where the client named none. */
  readonly charset: string | undefined
  /** Null: answer with SEARCH; else with ESEARCH. */
  readonly returns: readonly ReturnOption[] | null
  readonly key: SearchKey
}

interface Budget {
  keysLeft: number
  depth: number
}

type KeyParser = (scan: Scan, budget: Budget) => SearchKey

const flagKey = (flag: string, set: boolean): KeyParser => () => ({ key: 'flag', flag, set })
const fixed = (key: SearchKey): KeyParser => () => key
const after = <T>(parser: Parser<T>, make: (value: T) => SearchKey): KeyParser => (scan) => {
  space(scan)
  return make(parser(scan))
}
const dateKey = (key: 'date' | 'sent', compare: 'before' | 'on' | 'since'): KeyParser =>
  after(date, (dayMs) => ({ key, compare, dayMs }))
const headerKey = (field: string): KeyParser => after(astring, (text) => ({ key: 'header', field, text }))

const fieldName = (bytes: Buffer): string => {
  const name = bytes.toString('latin1')
  return /^[!-9;-~]+$/.test(name) ? name.toLowerCase() : bad('Malformed header field name')
}

const keys: ReadonlyMap<string, KeyParser> = new Map<string, KeyParser>([
  ['ALL', fixed({ key: 'all' })],
  ['ANSWERED', flagKey('\\Answered', true)],
  ['UNANSWERED', flagKey('\\Answered', false)],
  ['DELETED', flagKey('\\Deleted', true)],
  ['UNDELETED', flagKey('\\Deleted', false)],
  ['DRAFT', flagKey('\\Draft', true)],
  ['UNDRAFT', flagKey('\\Draft', false)],
  ['FLAGGED', flagKey('\\Flagged', true)],
  ['UNFLAGGED', flagKey('\\Flagged', false)],
  ['SEEN', flagKey('\\Seen', true)],
  ['UNSEEN', flagKey('\\Seen', false)],
  // No session ever owns \Recent here (RFC 9051 dropped it), so nothing is recent and everything is old.
  ['RECENT', fixed({ key: 'none' })],
  ['NEW', fixed({ key: 'none' })],
  ['OLD', fixed({ key: 'all' })],
  ['KEYWORD', after(atom, (flag) => ({ key: 'flag', flag, set: true }))],
  ['UNKEYWORD', after(atom, (flag) => ({ key: 'flag', flag, set: false }))],
  ['BEFORE', dateKey('date', 'before')],
  ['ON', dateKey('date', 'on')],
  ['SINCE', dateKey('date', 'since')],
  ['SENTBEFORE', dateKey('sent', 'before')],
  ['SENTON', dateKey('sent', 'on')],
  ['SENTSINCE', dateKey('sent', 'since')],
  ['LARGER', after(number, (sizeBytes) => ({ key: 'larger', sizeBytes }))],
  ['SMALLER', after(number, (sizeBytes) => ({ key: 'smaller', sizeBytes }))],
  ['UID', after(sequenceSet, (set) => ({ key: 'uids', set }))],
  ['BCC', headerKey('bcc')],
  ['CC', headerKey('cc')],
  ['FROM', headerKey('from')],
  ['SUBJECT', headerKey('subject')],
  ['TO', headerKey('to')],
  ['BODY', after(astring, (text) => ({ key: 'body', text }))],
  ['TEXT', after(astring, (text) => ({ key: 'text', text }))],
  ['HEADER', (scan) => {
    space(scan)
    const field = fieldName(astring(scan))
    space(scan)
    return { key: 'header', field, text: astring(scan) }
  }],
  ['NOT', (scan, budget) => {
    space(scan)
    return { key: 'not', negated: searchKey(scan, budget) }
  }],
  ['OR', (scan, budget) => {
    space(scan)
    const left = searchKey(scan, budget)
    space(scan)
    return { key: 'or', left, right: searchKey(scan, budget) }
  }],
])

/** `"(" search-key *(SP search-key) ")"` */
const parenthesised: KeyParser = (scan, budget) => {
  need(scan, '(')
  const inside = [searchKey(scan, budget)]
  while (!skipped(scan, ')')) {
    space(scan)
    inside.push(searchKey(scan, budget))
  }
  return inside.length === 1 && inside[0] !== undefined ? inside[0] : { key: 'and', keys: inside }
}

const startsSet = (byte: number): boolean => byte === 0x2a || (byte >= 0x30 && byte <= 0x39)

const searchKey: KeyParser = (scan, budget) => {
  if ((budget.keysLeft -= 1) < 0) bad('Too many search keys')
  if ((budget.depth += 1) > nestingMax) bad('Nested too deeply')
  const key = oneKey(scan, budget)
  budget.depth -= 1
  return key
}

const oneKey: KeyParser = (scan, budget) => {
  if (peek(scan) === 0x28) return parenthesised(scan, budget)
  if (startsSet(peek(scan))) return { key: 'numbers', set: sequenceSet(scan) }
  const parser = keys.get(keyword(scan)) ?? bad('Unknown search key')
  return parser(scan, budget)
}

/** `search-return-opts = SP "RETURN" SP "(" [search-return-opt *(SP search-return-opt)] ")"` */
const returns = (scan: Scan): readonly ReturnOption[] | null => {
  if (ahead(scan) !== 'RETURN') return null
  keyword(scan)
  space(scan)
  const asked = list((inner) => {
    const word = keyword(inner)
    return returnOptions.find((option) => option === word) ?? bad('Unknown return option')
  })(scan)
  space(scan)
  return asked.length === 0 ? ['ALL'] : asked
}

const charset = (scan: Scan): string | undefined => {
  if (ahead(scan) !== 'CHARSET') return undefined
  keyword(scan)
  space(scan)
  const name = astring(scan).toString('latin1', ).toUpperCase()
  space(scan)
  return name
}

/** `search-program = ["CHARSET" SP charset SP] search-key *(SP search-key)` */
export const searchProgram: Parser<SearchProgram> = (scan) => {
  const asked = returns(scan)
  const named = charset(scan)
  const budget: Budget = { keysLeft: searchKeysMax, depth: 0 }
  const inside = [searchKey(scan, budget)]
  while (!isAtEnd(scan)) {
    space(scan)
    if (isAtEnd(scan)) break
    inside.push(searchKey(scan, budget))
  }
  const key: SearchKey = inside.length === 1 && inside[0] !== undefined ? inside[0] : { key: 'and', keys: inside }
  return { charset: named, returns: asked, key }
}
