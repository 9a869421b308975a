/** Arguments of LIST and STATUS (RFC 9051 section 9; RFC 5258, RFC 5819, RFC 6154, RFC 8440, RFC 9590). */
import { mailboxName, mailboxPattern } from './mailbox-name.ts'
import { entries } from './metadata-grammar.ts'
import { bad, isAtEnd, keyword, list, peek, space, type Parser, type Scan } from './scan.ts'

export const statusItems = [
  'MESSAGES', 'RECENT', 'UIDNEXT', 'UIDVALIDITY', 'UNSEEN', 'DELETED', 'DELETED-STORAGE', 'SIZE', 'APPENDLIMIT', 'HIGHESTMODSEQ',
  'MAILBOXID',
] as const
export type StatusItem = (typeof statusItems)[number]

const selections = ['SUBSCRIBED', 'REMOTE', 'RECURSIVEMATCH', 'SPECIAL-USE'] as const
export type ListSelection = (typeof selections)[number]

export interface ListReturn {
  readonly subscribed: boolean
  readonly children: boolean
  readonly specialUse: boolean
  readonly status: readonly StatusItem[] | null
  readonly myRights: boolean
  /** Entry names, in lower case. */
  readonly metadata: readonly string[] | null
}

export interface ListArguments {
  /** Null: the plain LIST of RFC 3501. */
  readonly selection: readonly ListSelection[] | null
  readonly reference: string
  readonly patterns: readonly string[]
  readonly returns: ListReturn | null
}

const patternsMax = 100

const statusWords: ReadonlyMap<string, StatusItem> = new Map(statusItems.map((item) => [item, item]))

/** `status-att` */
const statusItem: Parser<StatusItem> = (scan) => statusWords.get(keyword(scan)) ?? bad('Unknown STATUS item')

const statusItemList = list(statusItem)

/** `"(" status-att *(SP status-att) ")"` */
export const statusList: Parser<readonly StatusItem[]> = (scan) => {
  const items = statusItemList(scan)
  return items.length > 0 ? items : bad('Missing STATUS item')
}

const selection: Parser<ListSelection> = (scan) => {
  const word = keyword(scan)
  return selections.find((option) => option === word) ?? bad('Unknown selection option')
}

const selectionList: Parser<readonly ListSelection[]> = (scan) => {
  const options = list(selection)(scan)
  const onlyRecursive = options.every((option) => option === 'RECURSIVEMATCH' || option === 'REMOTE')
  if (options.includes('RECURSIVEMATCH') && onlyRecursive) bad('RECURSIVEMATCH needs something to match')
  return options
}

/** `mbox-or-pat = list-mailbox / patterns` */
const patterns: Parser<readonly string[]> = (scan) => {
  if (peek(scan) !== 0x28) return [mailboxPattern(scan)]
  const found = list(mailboxPattern, patternsMax)(scan)
  return found.length > 0 ? found : bad('Missing pattern')
}

const returnNothing: ListReturn = {
  subscribed: false, children: false, specialUse: false, status: null, myRights: false, metadata: null,
}

const returnOption = (scan: Scan): Partial<ListReturn> => {
  const word = keyword(scan)
  if (word === 'SUBSCRIBED') return { subscribed: true }
  if (word === 'CHILDREN') return { children: true }
  if (word === 'SPECIAL-USE') return { specialUse: true }
  if (word === 'MYRIGHTS') return { myRights: true }
  if (word !== 'STATUS' && word !== 'METADATA') return bad('Unknown return option')
  space(scan)
  return word === 'STATUS' ? { status: statusList(scan) } : { metadata: entries(scan) }
}

/** `list-return-opts = "RETURN" SP "(" [return-option *(SP return-option)] ")"` */
const listReturn = (scan: Scan): ListReturn | null => {
  if (isAtEnd(scan)) return null
  space(scan)
  if (isAtEnd(scan)) return null
  if (keyword(scan) !== 'RETURN') bad('Unexpected text after the pattern')
  space(scan)
  return list(returnOption)(scan).reduce<ListReturn>((all, one) => ({ ...all, ...one }), returnNothing)
}

/** `list = "LIST" [SP list-select-opts] SP mailbox SP mbox-or-pat [SP list-return-opts]` */
export const listArguments: Parser<ListArguments> = (scan) => {
  const selected = peek(scan) === 0x28 ? selectionList(scan) : null
  if (selected !== null) space(scan)
  const reference = mailboxName(scan)
  space(scan)
  return { selection: selected, reference, patterns: patterns(scan), returns: listReturn(scan) }
}

/** `"LSUB" SP mailbox SP list-mailbox` (RFC 3501) */
export const lsubArguments: Parser<{ readonly reference: string; readonly pattern: string }> = (scan) => {
  const reference = mailboxName(scan)
  space(scan)
  return { reference, pattern: mailboxPattern(scan) }
}
