/**
 * Whether a message meets a test, as far as is known of it: yes, no, or not yet (`undefined`). Tests are tried with what
 * is in memory, then with the index, then with the text, and only what is undecided goes on.
 */
import type { MessageList, Sifted } from '../account/mail-account.ts'
import type { MessageIndex } from '@bulkhead/wire/mime/message-index.ts'
import { mayHold, type Needle } from '@bulkhead/wire/text/digest.ts'
import type { IndexDepth, Test } from './test.ts'
import { fieldHolds, type MessageTexts } from './text.ts'

export interface Facts {
  readonly list: MessageList
  readonly at: number
  /** Where it knows the message at its place among those that were asked about: then no digest is looked at. */
  readonly sifted?: { readonly by: Sifted; readonly place: number } | undefined
  /** With the sections that the test looks at, as far as `depth`. */
  readonly index?: MessageIndex | undefined
  readonly depth?: IndexDepth
  readonly texts?: MessageTexts | undefined
}

export const within = (positions: readonly (readonly [number, number])[], at: number): boolean => {
  let low = 0
  let high = positions.length - 1
  while (low <= high) {
    const middle = (low + high) >>> 1
    const range = positions[middle]
    if (range === undefined || at < range[0]) high = middle - 1
    else if (at > range[1]) low = middle + 1
    else return true
  }
  return false
}

const inDays = (test: { readonly fromMs: number; readonly beforeMs: number }, ms: number): boolean => ms >= test.fromMs && ms < test.beforeMs

/** Whether the needle is in none of the message's texts, as far as is known without reading them. */
const isExcluded = ({ sifted, index }: Facts, needle: Needle): boolean | undefined => {
  if (sifted !== undefined) return sifted.by.excludes(needle, sifted.place)
  return index === undefined ? undefined : !mayHold(index.digest, needle)
}

const inHeader = ({ field, finder, needle }: Extract<Test, { test: 'header' }>, facts: Facts): boolean | undefined => {
  const { index, depth, texts } = facts
  if (texts !== undefined) return fieldHolds(texts.rawHeader, field, finder)
  const excluded = isExcluded(facts, needle)
  if (excluded !== false) return excluded === true ? false : undefined
  if (index === undefined || depth !== 'header') return undefined
  // A kept header may have been cut: the rest is read with the body.
  return fieldHolds(index.header, field, finder) || (index.headerComplete ? false : undefined)
}

const inText = ({ test, finder, needle }: Extract<Test, { test: 'body' | 'text' }>, facts: Facts): boolean | undefined => {
  const { texts } = facts
  if (texts !== undefined) return (test === 'text' && texts.inHeader(finder)) || texts.inBody(finder)
  return isExcluded(facts, needle) === true ? false : undefined
}

const everyOf = (tests: readonly Test[], facts: Facts): boolean | undefined => {
  let verdict: boolean | undefined = true
  for (const test of tests) {
    const one = verdictOf(test, facts)
    if (one === false) return false
    if (one === undefined) verdict = undefined
  }
  return verdict
}

const negated = (verdict: boolean | undefined): boolean | undefined => (verdict === undefined ? undefined : !verdict)

const inMemory = (test: Test, { list, at }: Facts): boolean | undefined => {
  switch (test.test) {
    case 'all':
      return true
    case 'none':
      return false
    case 'flag':
      return list.hasFlag(at, test.flag) === test.set
    case 'date':
      return inDays(test, list.internalDates[at] ?? 0)
    case 'saved':
      return inDays(test, (list.saveDates[at] ?? 0) * 1000)
    case 'size':
      return (list.sizes[at] ?? 0) >= test.least && (list.sizes[at] ?? 0) <= test.most
    case 'modSeq':
      return list.modSeq(at) >= test.least
    case 'emailId':
      return list.messageId(at) === test.id
    case 'threadId':
      return list.threadId(at) === test.id
    case 'positions':
      return within(test.positions, at)
    case 'memory':
      return test.holds(list, at)
    default:
      return undefined
  }
}

export const verdictOf = (test: Test, facts: Facts): boolean | undefined => {
  const { list, at, index } = facts
  switch (test.test) {
    case 'sent':
      return index === undefined ? undefined : inDays(test, index.overview.sentDayMs ?? list.internalDates[at] ?? 0)
    case 'subject':
      return index === undefined ? undefined : index.overview.subject.includes(test.text)
    case 'parts':
      return index === undefined ? undefined : test.holds(index.root)
    case 'header':
      return inHeader(test, facts)
    case 'body':
    case 'text':
      return inText(test, facts)
    case 'and':
      return everyOf(test.tests, facts)
    case 'or': {
      const left = verdictOf(test.left, facts)
      if (left === true) return true
      const right = verdictOf(test.right, facts)
      return right === true ? true : left === undefined || right === undefined ? undefined : false
    }
    case 'not':
      return negated(verdictOf(test.negated, facts))
    default:
      return inMemory(test, facts)
  }
}
