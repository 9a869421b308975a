/** What a SEARCH asks, with its text decoded and folded: the grammar's keys against one view. */
import type { MessageList } from '@bulkhead/mail/account/mail-account.ts'
import { allOf, headerTest, textTest, wordsOf, type Test } from '@bulkhead/mail/search/test.ts'
import type { SearchKey } from '@bulkhead/wire/imap/search-grammar.ts'
import { positionsOfNumbers, positionsOfUids, savedResult } from '@bulkhead/wire/imap/sequence-set.ts'
import { folded } from '@bulkhead/wire/text/folded.ts'
import { positionsOfSaved } from '../positions.ts'

/** What keys are read against. */
export interface View {
  readonly shown: MessageList
  /** UIDs that SAVE kept (RFC 5182). */
  readonly saved: Uint32Array | null
  readonly nowMs: number
  readonly decode: (text: Buffer) => string
}

const dayMs = 86_400_000

const datesOf = (compare: 'before' | 'on' | 'since', day: number): { readonly fromMs: number; readonly beforeMs: number } => ({
  fromMs: compare === 'before' ? Number.NEGATIVE_INFINITY : day,
  beforeMs: compare === 'before' ? day : compare === 'on' ? day + dayMs : Number.POSITIVE_INFINITY,
})

/** Undefined where the client is out of step: a message number beyond its last message. `fuzzy`: inside FUZZY. */
export const testOf = (key: SearchKey, view: View, fuzzy = false): Test | undefined => {
  const inner = (inside: SearchKey): Test | undefined => testOf(inside, view, fuzzy)
  const each = (text: Buffer, make: (text: string) => Test): Test => {
    const wanted = folded(view.decode(text))
    return fuzzy ? allOf(wordsOf(wanted).map(make)) : make(wanted)
  }
  const { shown } = view
  switch (key.key) {
    case 'all':
    case 'none':
      return { test: key.key }
    case 'flag':
      return { test: 'flag', flag: key.flag, set: key.set }
    case 'date':
    case 'sent':
    case 'saved':
      return { test: key.key, ...datesOf(key.compare, key.dayMs) }
    case 'within': {
      const edgeMs = view.nowMs - key.seconds * 1000
      return { test: 'date', fromMs: key.older ? Number.NEGATIVE_INFINITY : edgeMs, beforeMs: key.older ? edgeMs + 1 : Number.POSITIVE_INFINITY }
    }
    case 'modSeq':
      return { test: 'modSeq', least: key.least }
    case 'emailId':
    case 'threadId':
      return { test: key.key, id: key.id }
    case 'larger':
      return { test: 'size', least: key.sizeBytes + 1, most: Number.POSITIVE_INFINITY }
    case 'smaller':
      return { test: 'size', least: 0, most: key.sizeBytes - 1 }
    case 'numbers':
    case 'uids': {
      if (key.set === savedResult) return { test: 'positions', positions: positionsOfSaved(view) }
      const positions = key.key === 'uids' ? positionsOfUids(key.set, shown.uids, shown.count) : positionsOfNumbers(key.set, shown.count)
      return positions === undefined ? undefined : { test: 'positions', positions }
    }
    case 'header':
      return each(key.text, (text) => headerTest(key.field, text))
    case 'body':
    case 'text':
      return each(key.text, (text) => textTest(key.key, text))
    case 'fuzzy':
      return testOf(key.inner, view, true)
    case 'and': {
      const tests = key.keys.map(inner).filter((test) => test !== undefined)
      return tests.length === key.keys.length ? { test: 'and', tests } : undefined
    }
    case 'or': {
      const left = inner(key.left)
      const right = inner(key.right)
      return left === undefined || right === undefined ? undefined : { test: 'or', left, right }
    }
    case 'not': {
      const negated = inner(key.negated)
      return negated === undefined ? undefined : { test: 'not', negated }
    }
  }
}

/** Whether some key in it is of that kind. */
export const holdsKey = (key: SearchKey, kind: SearchKey['key']): boolean => {
  if (key.key === kind) return true
  if (key.key === 'and') return key.keys.some((inside) => holdsKey(inside, kind))
  if (key.key === 'or') return holdsKey(key.left, kind) || holdsKey(key.right, kind)
  if (key.key === 'not') return holdsKey(key.negated, kind)
  return key.key === 'fuzzy' && holdsKey(key.inner, kind)
}

/** Keys whose meaning is the selected mailbox's: message numbers, and `$`. */
export const needsSelected = (key: SearchKey): boolean => {
  if (key.key === 'and') return key.keys.some(needsSelected)
  if (key.key === 'or') return needsSelected(key.left) || needsSelected(key.right)
  if (key.key === 'not') return needsSelected(key.negated)
  if (key.key === 'fuzzy') return needsSelected(key.inner)
  return key.key === 'numbers' || (key.key === 'uids' && key.set === savedResult)
}

/** The same question without FUZZY's freedom: what matches it is wholly relevant. */
export const strictKey = (key: SearchKey): SearchKey => {
  if (key.key === 'fuzzy') return strictKey(key.inner)
  if (key.key === 'and') return { ...key, keys: key.keys.map(strictKey) }
  if (key.key === 'or') return { ...key, left: strictKey(key.left), right: strictKey(key.right) }
  return key.key === 'not' ? { ...key, negated: strictKey(key.negated) } : key
}
