/** A filter of JMAP as tests of the search that IMAP has too; what memory decides is decided of an Email as a whole, in all of its mailboxes. */
import type { EmailFilter, EmailTerm } from '@bulkhead/wire/jmap/mail/email-filter.ts'
import { phrasesOf } from '@bulkhead/wire/jmap/mail/email-filter.ts'
import { hasAttachment } from '@bulkhead/wire/jmap/mail/body-parts.ts'
import { folded } from '@bulkhead/wire/text/folded.ts'
import { allOf, headerTest, textTest, type Test } from '../search/test.ts'
import type { Emails } from './emails.ts'
import { flagOfKeyword } from './keywords.ts'
import { threadKeyword } from './thread-keywords.ts'

/** Of an entry, by its position in the mailbox that the test was made for. */
type Holds = (at: number) => boolean

/** `always`: known of all entries alike. */
type Compiled = { readonly is: 'memory'; readonly holds: Holds; readonly always?: boolean } | { readonly is: 'read'; readonly test: Test }

const memory = (holds: Holds): Compiled => ({ is: 'memory', holds })
const always = (verdict: boolean): Compiled => ({ is: 'memory', holds: () => verdict, always: verdict })

const phrases = (text: string, make: (phrase: string) => Test): Compiled => {
  const found = phrasesOf(text).map((phrase) => make(folded(phrase)))
  return found.length === 0 ? always(true) : { is: 'read', test: allOf(found) }
}

const inMailboxes = (emails: Emails, number: number, isWanted: (mailbox: string) => boolean): Compiled => {
  const here = isWanted(emails.mailboxes[number]?.id ?? '')
  const base = emails.bases[number] ?? 0
  const { copies } = emails
  if (copies.size === 0 || here) return always(here)
  return memory((at) => copies.has(base + at) && emails.mailboxIdsOf(base + at).some(isWanted))
}

const keywordHolds = (emails: Emails, number: number, keyword: string): Holds => {
  const flag = flagOfKeyword(keyword)
  const list = emails.mailboxes[number]?.messages
  const base = emails.bases[number] ?? 0
  const { copies } = emails
  if (flag === undefined || list === undefined) return () => false
  return copies.size === 0
    ? (at) => list.hasFlag(at, flag)
    : (at) => (copies.has(base + at) ? emails.hasFlag(base + at, flag) : list.hasFlag(at, flag))
}

const compiledTerm = (term: EmailTerm, emails: Emails, number: number): Compiled => {
  const messages = emails.mailboxes[number]?.messages ?? emails.state.inbox.messages
  switch (term.is) {
    case 'inMailbox':
      return inMailboxes(emails, number, (mailbox) => mailbox === term.mailbox)
    case 'inMailboxOtherThan': {
      const others = new Set(term.mailboxes)
      return inMailboxes(emails, number, (mailbox) => !others.has(mailbox))
    }
    case 'received':
      return memory((at) => (messages.internalDates[at] ?? 0) >= term.fromMs && (messages.internalDates[at] ?? 0) < term.beforeMs)
    case 'size':
      return memory((at) => (messages.sizes[at] ?? 0) >= term.least && (messages.sizes[at] ?? 0) <= term.most)
    case 'keyword': {
      const holds = keywordHolds(emails, number, term.keyword)
      return memory(term.set ? holds : (at) => !holds(at))
    }
    case 'threadKeyword': {
      const marks = threadKeyword(emails, flagOfKeyword(term.keyword))
      const threads = emails.threadsIn(number)
      return memory((at) => marks[term.which](threads[at] ?? 0))
    }
    case 'hasAttachment':
      return { is: 'read', test: { test: 'parts', holds: (root) => hasAttachment(root) === term.set } }
    case 'text':
    case 'body':
      return phrases(term.text, (phrase) => textTest(term.is, phrase))
    case 'field':
      return term.text === null ? { is: 'read', test: headerTest(term.name, '') } : phrases(term.text, (phrase) => headerTest(term.name, phrase))
  }
}

const asTest = (compiled: Compiled): Test =>
  compiled.is === 'read' ? compiled.test : { test: 'memory', holds: (_, at) => compiled.holds(at) }

/** What memory decides comes first. */
const every = (all: readonly Compiled[]): Compiled => {
  const quick = all.flatMap((one) => (one.is === 'memory' && one.always !== true ? one : []))
  const slow = all.filter((one) => one.is === 'read')
  if (slow.length > 0) return { is: 'read', test: allOf([...quick, ...slow].map(asTest)) }
  const [first, ...others] = quick
  if (first === undefined || quick.some((one) => one.always === false)) return always(first === undefined)
  return others.length === 0 ? first : memory((at) => quick.every(({ holds }) => holds(at)))
}

const negated = (compiled: Compiled): Compiled => {
  if (compiled.is === 'read') return { is: 'read', test: { test: 'not', negated: compiled.test } }
  return compiled.always === undefined ? memory((at) => !compiled.holds(at)) : always(!compiled.always)
}

const some = (all: readonly Compiled[]): Compiled => {
  const [first, ...others] = all
  if (first === undefined) return always(false)
  if (all.every((one) => one.is === 'memory')) return memory((at) => all.some((one) => one.is === 'memory' && one.holds(at)))
  return { is: 'read', test: others.reduce((left: Test, right): Test => ({ test: 'or', left, right: asTest(right) }), asTest(first)) }
}

const compiled = (filter: EmailFilter, emails: Emails, number: number): Compiled => {
  if (filter.is === 'condition') return every(filter.condition.map((term) => compiledTerm(term, emails, number)))
  const all = filter.of.map((one) => compiled(one, emails, number))
  if (filter.is === 'AND') return every(all)
  return filter.is === 'OR' ? some(all) : negated(some(all))
}

/** A filter for the entries of one mailbox. */
export const matching = (filter: EmailFilter | null, emails: Emails, number: number): Compiled =>
  filter === null ? always(true) : compiled(filter, emails, number)

/** The one mailbox in which an Email has to be, where the filter says so. */
export const mailboxWanted = (filter: EmailFilter | null): string | null => {
  if (filter === null) return null
  if (filter.is === 'condition') return filter.condition.flatMap((term) => (term.is === 'inMailbox' ? term.mailbox : []))[0] ?? null
  if (filter.is !== 'AND') return null
  for (const one of filter.of) {
    const wanted = mailboxWanted(one)
    if (wanted !== null) return wanted
  }
  return null
}
