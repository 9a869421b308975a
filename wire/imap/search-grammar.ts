/**
 * `search-key` of RFC 9051 section 9 with RFC 3501's older keys, and those of RFC 5032 (WITHIN), 6203 (FUZZY), 7162
 * (MODSEQ), 8474 (EMAILID, THREADID) and 8514 (SAVEDBEFORE and its like).
 */
import { nestingMax, searchKeysMax, searchTextBytesMax } from './limits.ts'
import { date } from './date.ts'
import { modSeqOrZero } from './mod-seq.ts'
import { returnOptions, type ReturnOptions } from './search-return.ts'
import { sequenceSet, type SequenceSet } from './sequence-set.ts'
import {
  ahead, astring, atom, bad, isAtEnd, keyword, need, number, nzNumber, peek, skipped, space, string, type Parser, type Scan,
} from './scan.ts'

export type SearchKey =
  | { readonly key: 'all' }
  | { readonly key: 'none' }
  | { readonly key: 'flag'; readonly flag: string; readonly set: boolean }
  /** Days as midnight in UTC. `date` looks at INTERNALDATE, `sent` at the Date field, `saved` at the date of saving. */
  | { readonly key: 'date' | 'sent' | 'saved'; readonly compare: 'before' | 'on' | 'since'; readonly dayMs: number }
  /** Age of INTERNALDATE. */
  | { readonly key: 'within'; readonly older: boolean; readonly seconds: number }
  | { readonly key: 'modSeq'; readonly least: number }
  | { readonly key: 'emailId' | 'threadId'; readonly id: string }
  | { readonly key: 'fuzzy'; readonly inner: SearchKey }
  | { readonly key: 'larger' | 'smaller'; readonly sizeBytes: number }
  | { readonly key: 'numbers' | 'uids'; readonly set: SequenceSet }
  /** `field` in lower case; `text` as the client sent it, in the command's charset. */
  | { readonly key: 'header'; readonly field: string; readonly text: Buffer }
  | { readonly key: 'body' | 'text'; readonly text: Buffer }
  | { readonly key: 'and'; readonly keys: readonly SearchKey[] }
  | { readonly key: 'or'; readonly left: SearchKey; readonly right: SearchKey }
  | { readonly key: 'not'; readonly negated: SearchKey }

export interface SearchProgram {
  /** In capitals; undefined where the client named none. */
  readonly charset: string | undefined
  /** Null where there is no RETURN. */
  readonly returns: ReturnOptions | null
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
const dateKey = (key: 'date' | 'sent' | 'saved', compare: 'before' | 'on' | 'since'): KeyParser =>
  after(date, (dayMs) => ({ key, compare, dayMs }))
const searchText: Parser<Buffer> = (scan) => {
  const text = astring(scan)
  return text.length <= searchTextBytesMax ? text : bad('Search text is too long')
}
const headerKey = (field: string): KeyParser => after(searchText, (text) => ({ key: 'header', field, text }))

const fieldName = (bytes: Buffer): string => {
  const name = bytes.toString('latin1')
  return /^[!-9;-~]+$/.test(name) ? name.toLowerCase() : bad('Malformed header field name')
}

const objectId: Parser<string> = (scan) => astring(scan).toString('latin1')

/** `entry-name SP entry-type-req`, which only narrows by whose flags they are: ours are one person's. */
const modSeqEntry = (scan: Scan): void => {
  if (peek(scan) !== 0x22) return
  const entry = string(scan).toString('latin1').toLowerCase()
  if (!entry.startsWith('/flags/')) bad('Unknown entry')
  space(scan)
  if (!['priv', 'shared', 'all'].includes(keyword(scan).toLowerCase())) bad('Unknown entry type')
  space(scan)
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
  ['SAVEDBEFORE', dateKey('saved', 'before')],
  ['SAVEDON', dateKey('saved', 'on')],
  ['SAVEDSINCE', dateKey('saved', 'since')],
  // RFC 8514 section 4.2: whether this mailbox knows such dates, which all of ours do.
  ['SAVEDATESUPPORTED', fixed({ key: 'all' })],
  ['OLDER', after(nzNumber, (seconds) => ({ key: 'within', older: true, seconds }))],
  ['YOUNGER', after(nzNumber, (seconds) => ({ key: 'within', older: false, seconds }))],
  ['EMAILID', after(objectId, (id) => ({ key: 'emailId', id }))],
  ['THREADID', after(objectId, (id) => ({ key: 'threadId', id }))],
  ['MODSEQ', (scan) => {
    space(scan)
    modSeqEntry(scan)
    return { key: 'modSeq', least: modSeqOrZero(scan) }
  }],
  ['FUZZY', (scan, budget) => {
    space(scan)
    return { key: 'fuzzy', inner: searchKey(scan, budget) }
  }],
  ['LARGER', after(number, (sizeBytes) => ({ key: 'larger', sizeBytes }))],
  ['SMALLER', after(number, (sizeBytes) => ({ key: 'smaller', sizeBytes }))],
  ['UID', after(sequenceSet, (set) => ({ key: 'uids', set }))],
  ['BCC', headerKey('bcc')],
  ['CC', headerKey('cc')],
  ['FROM', headerKey('from')],
  ['SUBJECT', headerKey('subject')],
  ['TO', headerKey('to')],
  ['BODY', after(searchText, (text) => ({ key: 'body', text }))],
  ['TEXT', after(searchText, (text) => ({ key: 'text', text }))],
  ['HEADER', (scan) => {
    space(scan)
    const field = fieldName(astring(scan))
    space(scan)
    return { key: 'header', field, text: searchText(scan) }
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

const startsSet = (byte: number): boolean => byte === 0x2a || byte === 0x24 || (byte >= 0x30 && byte <= 0x39)

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

const charset = (scan: Scan): string | undefined => {
  if (ahead(scan) !== 'CHARSET') return undefined
  keyword(scan)
  space(scan)
  const name = astring(scan).toString('latin1', ).toUpperCase()
  space(scan)
  return name
}

/** `search-key *(SP search-key)` to the end of the command. */
export const searchKeys: Parser<SearchKey> = (scan) => {
  const budget: Budget = { keysLeft: searchKeysMax, depth: 0 }
  const inside = [searchKey(scan, budget)]
  while (!isAtEnd(scan)) {
    space(scan)
    if (isAtEnd(scan)) break
    inside.push(searchKey(scan, budget))
  }
  return inside.length === 1 && inside[0] !== undefined ? inside[0] : { key: 'and', keys: inside }
}

/** `[search-return-opts] ["CHARSET" SP charset SP] search-key *(SP search-key)` */
export const searchProgram: Parser<SearchProgram> = (scan) => {
  const returns = returnOptions(scan)
  return { returns, charset: charset(scan), key: searchKeys(scan) }
}
