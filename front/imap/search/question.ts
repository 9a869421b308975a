/** What a SEARCH asks, with its text decoded: the grammar's keys against one view. */
import type { MessageList } from '@bulkhead/mail/account/mail-account.ts'
import type { MailboxId } from '@bulkhead/base/ids.ts'
import type { SearchKey } from '@bulkhead/wire/imap/search-grammar.ts'
import { positionsOfNumbers, positionsOfUids, type Positions } from '@bulkhead/wire/imap/sequence-set.ts'
import { folded } from '@bulkhead/wire/text/folded.ts'

/** Where the dearest test of a key looks. */
export type Cost = 'memory' | 'header' | 'body'

export type Test =
  | { readonly test: 'all' | 'none' }
  | { readonly test: 'flag'; readonly flag: string; readonly set: boolean }
  | { readonly test: 'date' | 'sent'; readonly fromMs: number; readonly beforeMs: number }
  | { readonly test: 'size'; readonly least: number; readonly most: number }
  | { readonly test: 'positions'; readonly positions: Positions }
  | { readonly test: 'header'; readonly field: string; readonly text: string }
  | { readonly test: 'body' | 'text'; readonly text: string }
  | { readonly test: 'and'; readonly tests: readonly Test[] }
  | { readonly test: 'or'; readonly left: Test; readonly right: Test }
  | { readonly test: 'not'; readonly negated: Test }

export interface SearchQuestion {
  readonly mailbox: MailboxId
  readonly shown: MessageList
  readonly test: Test
}

const dayMs = 86_400_000

const datesOf = (compare: 'before' | 'on' | 'since', day: number): { readonly fromMs: number; readonly beforeMs: number } => ({
  fromMs: compare === 'before' ? Number.NEGATIVE_INFINITY : day,
  beforeMs: compare === 'before' ? day : compare === 'on' ? day + dayMs : Number.POSITIVE_INFINITY,
})

/** Undefined where the client is out of step: a sequence number beyond its last message. */
export const testOf = (key: SearchKey, shown: MessageList, decode: (text: Buffer) => string): Test | undefined => {
  const inner = (inside: SearchKey): Test | undefined => testOf(inside, shown, decode)
  switch (key.key) {
    case 'all':
    case 'none':
      return { test: key.key }
    case 'flag':
      return { test: 'flag', flag: key.flag, set: key.set }
    case 'date':
    case 'sent':
      return { test: key.key, ...datesOf(key.compare, key.dayMs) }
    case 'larger':
      return { test: 'size', least: key.sizeBytes + 1, most: Number.POSITIVE_INFINITY }
    case 'smaller':
      return { test: 'size', least: 0, most: key.sizeBytes - 1 }
    case 'numbers': {
      const positions = positionsOfNumbers(key.set, shown.count)
      return positions === undefined ? undefined : { test: 'positions', positions }
    }
    case 'uids':
      return { test: 'positions', positions: positionsOfUids(key.set, shown.uids, shown.count) }
    case 'header':
      return { test: 'header', field: key.field, text: folded(decode(key.text)) }
    case 'body':
    case 'text':
      return { test: key.key, text: folded(decode(key.text)) }
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

const rank: Readonly<Record<Cost, number>> = { memory: 0, header: 1, body: 2 }
const dearer = (left: Cost, right: Cost): Cost => (rank[left] >= rank[right] ? left : right)

export const costOf = (test: Test): Cost => {
  switch (test.test) {
    case 'header':
    case 'sent':
      return 'header'
    case 'body':
    case 'text':
      return 'body'
    case 'and':
      return test.tests.map(costOf).reduce(dearer, 'memory')
    case 'or':
      return dearer(costOf(test.left), costOf(test.right))
    case 'not':
      return costOf(test.negated)
    default:
      return 'memory'
  }
}

/** The tests of an AND by cost, so that the cheap ones leave few messages to the dear ones. */
export const byCost = (test: Test, cost: Cost): Test | undefined => {
  const all = test.test === 'and' ? test.tests : [test]
  const some = all.filter((one) => costOf(one) === cost)
  return some.length === 0 ? undefined : { test: 'and', tests: some }
}
