/** Conditions of an Email's filter (RFC 8621 section 4.4.1) as terms that all have to hold, and what Emails are sorted by (section 4.4.2). */
import type { Filter } from '../filter.ts'
import { propertyOf, type JsonObject } from '../json.ts'
import { BadValue, boolean, id, listOf, text, unsignedInt, utcDate, type Reader } from '../readers.ts'

export type EmailTerm =
  | { readonly is: 'inMailbox'; readonly mailbox: string }
  | { readonly is: 'inMailboxOtherThan'; readonly mailboxes: readonly string[] }
  | { readonly is: 'received'; readonly fromMs: number; readonly beforeMs: number }
  | { readonly is: 'size'; readonly least: number; readonly most: number }
  | { readonly is: 'threadKeyword'; readonly which: 'all' | 'some' | 'none'; readonly keyword: string }
  | { readonly is: 'keyword'; readonly keyword: string; readonly set: boolean }
  | { readonly is: 'hasAttachment'; readonly set: boolean }
  | { readonly is: 'text' | 'body'; readonly text: string }
  /** A field of the header, its name in lower case, that holds the text; null: that is there. */
  | { readonly is: 'field'; readonly name: string; readonly text: string | null }

export type EmailFilter = Filter<readonly EmailTerm[]>

const searchedCharsMax = 1_024
const mailboxesMax = 2_000
const searched = text(searchedCharsMax)
const namePattern = /^[!-9;-~]{1,255}$/
const keywordPattern = /^[!#$&'+,\-./0-9:;<=>?@A-Z[^_`a-z|}~]{1,255}$/

const keyword: Reader<string> = (value, path) => {
  if (typeof value !== 'string' || !keywordPattern.test(value)) throw new BadValue(path, 'a keyword is wanted')
  return value.toLowerCase()
}

const headerTerm: Reader<EmailTerm> = (value, path) => {
  const [name = '', wanted] = listOf(searched, 2)(value, path)
  if (!namePattern.test(name)) throw new BadValue(path, 'a field name, and perhaps a text, is wanted')
  return { is: 'field', name: name.toLowerCase(), text: wanted ?? null }
}

const field = (name: string): Reader<EmailTerm> => (value, path) => ({ is: 'field', name, text: searched(value, path) })
const threadKeyword = (which: 'all' | 'some' | 'none'): Reader<EmailTerm> => (value, path) => ({ is: 'threadKeyword', which, keyword: keyword(value, path) })

const infinite = Number.POSITIVE_INFINITY

const terms: Readonly<Record<string, Reader<EmailTerm>>> = {
  inMailbox: (value, path) => ({ is: 'inMailbox', mailbox: id(value, path) }),
  inMailboxOtherThan: (value, path) => ({ is: 'inMailboxOtherThan', mailboxes: listOf(id, mailboxesMax)(value, path) }),
  before: (value, path) => ({ is: 'received', fromMs: -infinite, beforeMs: utcDate(value, path) }),
  after: (value, path) => ({ is: 'received', fromMs: utcDate(value, path), beforeMs: infinite }),
  minSize: (value, path) => ({ is: 'size', least: unsignedInt(value, path), most: infinite }),
  maxSize: (value, path) => ({ is: 'size', least: 0, most: unsignedInt(value, path) - 1 }),
  allInThreadHaveKeyword: threadKeyword('all'),
  someInThreadHaveKeyword: threadKeyword('some'),
  noneInThreadHaveKeyword: threadKeyword('none'),
  hasKeyword: (value, path) => ({ is: 'keyword', keyword: keyword(value, path), set: true }),
  notKeyword: (value, path) => ({ is: 'keyword', keyword: keyword(value, path), set: false }),
  hasAttachment: (value, path) => ({ is: 'hasAttachment', set: boolean(value, path) }),
  text: (value, path) => ({ is: 'text', text: searched(value, path) }),
  from: field('from'),
  to: field('to'),
  cc: field('cc'),
  bcc: field('bcc'),
  subject: field('subject'),
  body: (value, path) => ({ is: 'body', text: searched(value, path) }),
  header: headerTerm,
}

/** Of an empty condition there are none: it holds. */
export const emailCondition = (condition: JsonObject, path: string): readonly EmailTerm[] =>
  Object.keys(condition).map((name) => {
    const read = Object.hasOwn(terms, name) ? terms[name] : undefined
    if (read === undefined) throw new BadValue(`${path}/${name}`, 'is no condition of an Email')
    return read(propertyOf(condition, name), `${path}/${name}`)
  })

export const emailSorts = [
  'receivedAt', 'size', 'from', 'to', 'subject', 'sentAt', 'hasKeyword', 'allInThreadHaveKeyword', 'someInThreadHaveKeyword',
] as const
export type EmailSort = (typeof emailSorts)[number]
/** Those that need a keyword. */
export const keywordSorts: readonly EmailSort[] = ['hasKeyword', 'allInThreadHaveKeyword', 'someInThreadHaveKeyword']

const immutableTerms: ReadonlySet<EmailTerm['is']> = new Set(['received', 'size', 'hasAttachment', 'text', 'body', 'field'])

const everyTerm = (filter: EmailFilter | null, holds: (term: EmailTerm) => boolean): boolean => {
  if (filter === null) return true
  return filter.is === 'condition' ? filter.condition.every(holds) : filter.of.every((one) => everyTerm(one, holds))
}

/** Whether it depends on nothing of an Email that can change (RFC 8620 section 5.6). */
export const isImmutableFilter = (filter: EmailFilter | null): boolean => everyTerm(filter, ({ is }) => immutableTerms.has(is))
/** Whether it depends on other Emails of the thread. */
export const looksAtThreads = (filter: EmailFilter | null): boolean => !everyTerm(filter, ({ is }) => is !== 'threadKeyword')

/** What is the text of a search: phrases between double quotes, and words (section 4.4.1); all have to be found. */
const phrasesMax = 32

export const phrasesOf = (searchedText: string): readonly string[] => {
  const found = Array.from(searchedText.matchAll(/"([^"]*)"?|[^\s"]+/g), ([whole, quoted]) => (quoted ?? whole).trim()).filter((phrase) => phrase !== '')
  return found.length <= phrasesMax ? found : [searchedText.trim()]
}
