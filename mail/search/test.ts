/** What a search asks of a message, its text folded: IMAP's keys and JMAP's conditions become such tests. */
import type { Positions } from '@bulkhead/wire/imap/sequence-set.ts'
import type { IndexSection, Part } from '@bulkhead/wire/mime/message-index.ts'
import { needleOf, type Needle } from '@bulkhead/wire/text/digest.ts'
import { finderOf, type Finder } from '@bulkhead/wire/text/finder.ts'
import type { MessageList } from '../account/mail-account.ts'

export type Test =
  | { readonly test: 'all' | 'none' }
  | { readonly test: 'flag'; readonly flag: string; readonly set: boolean }
  | { readonly test: 'date' | 'saved' | 'sent'; readonly fromMs: number; readonly beforeMs: number }
  | { readonly test: 'size'; readonly least: number; readonly most: number }
  | { readonly test: 'modSeq'; readonly least: number }
  | { readonly test: 'emailId' | 'threadId'; readonly id: string }
  | { readonly test: 'positions'; readonly positions: Positions }
  | { readonly test: 'subject'; readonly text: string }
  | { readonly test: 'header'; readonly field: string; readonly finder: Finder; readonly needle: Needle }
  | { readonly test: 'body' | 'text'; readonly finder: Finder; readonly needle: Needle }
  /** Anything that the state in memory decides. */
  | { readonly test: 'memory'; readonly holds: (list: MessageList, at: number) => boolean }
  /** Anything that the parts of a message decide. */
  | { readonly test: 'parts'; readonly holds: (root: Part) => boolean }
  | { readonly test: 'and'; readonly tests: readonly Test[] }
  | { readonly test: 'or'; readonly left: Test; readonly right: Test }
  | { readonly test: 'not'; readonly negated: Test }

export const textTest = (test: 'body' | 'text', text: string): Test => ({ test, finder: finderOf(text), needle: needleOf(text) })

export const headerTest = (field: string, text: string): Test =>
  field === 'subject' && text !== '' ? { test: 'subject', text } : { test: 'header', field, finder: finderOf(text), needle: needleOf(text) }

/** RFC 6203: every word, in any order. */
export const wordsOf = (text: string): readonly string[] => {
  const found = text.split(' ').filter((word) => word !== '')
  return found.length === 0 ? [text] : found
}

export const allOf = (tests: readonly Test[]): Test => (tests.length === 1 && tests[0] !== undefined ? tests[0] : { test: 'and', tests })

/** How much of a message's index is looked at: the overview and the digest first, the header of what is undecided then. */
export type IndexDepth = 'digest' | 'header'

const addSections = (test: Test, depth: IndexDepth, into: Set<IndexSection>): void => {
  if (test.test === 'subject' || test.test === 'sent') into.add('overview')
  else if (test.test === 'body' || test.test === 'text') into.add('digest')
  else if (test.test === 'header') into.add('digest').add(depth)
  else if (test.test === 'parts') into.add('parts')
  else if (test.test === 'and') for (const one of test.tests) addSections(one, depth, into)
  else if (test.test === 'not') addSections(test.negated, depth, into)
  else if (test.test === 'or') {
    addSections(test.left, depth, into)
    addSections(test.right, depth, into)
  }
}

/** Sections of the index that tests look at. */
export const sectionsOf = (test: Test, depth: IndexDepth): ReadonlySet<IndexSection> => {
  const sections = new Set<IndexSection>()
  addSections(test, depth, sections)
  return sections
}

/** What the digests of messages are looked through for. */
export const needlesOf = (test: Test): readonly Needle[] => {
  switch (test.test) {
    case 'header':
    case 'body':
    case 'text':
      return [test.needle]
    case 'and':
      return test.tests.flatMap(needlesOf)
    case 'or':
      return [...needlesOf(test.left), ...needlesOf(test.right)]
    case 'not':
      return needlesOf(test.negated)
    default:
      return []
  }
}
