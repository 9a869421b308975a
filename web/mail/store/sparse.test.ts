import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { holes, withChanges, withWindow, without, type Sparse } from './sparse.ts'

const list = (length: number) => Array.from({ length }, (_, at) => `m${at}`)

/** What is known must be true: no id at a place where the server has another. */
const assertTrue = (known: Sparse, truth: readonly string[]) => {
  assert.equal(known.length, truth.length)
  known.forEach((id, at) => {
    if (id !== undefined) assert.equal(id, truth[at], `at ${at}`)
  })
}

const changes = (before: readonly string[], after: readonly string[]) => ({
  oldQueryState: '1',
  newQueryState: '2',
  removed: before.filter((id) => !after.includes(id)),
  added: after.flatMap((id, index) => (before.includes(id) ? [] : [{ id, index }])),
  total: after.length,
})

const windows = (length: number) => fc.array(fc.record({ at: fc.nat(length - 1), size: fc.integer({ min: 1, max: 9 }) }), { maxLength: 5 })

const known = (truth: readonly string[], asked: readonly { at: number; size: number }[]): Sparse =>
  asked.reduce((ids: Sparse, { at, size }) => withWindow(ids, at, truth.slice(at, at + size), truth.length), holes(truth.length))

test('windows tell the truth in any order', () => {
  fc.assert(fc.property(windows(30), (asked) => assertTrue(known(list(30), asked), list(30))))
})

test('changes keep what is known true', () => {
  fc.assert(
    fc.property(windows(30), fc.subarray(list(30)), fc.array(fc.nat(40), { maxLength: 6 }), (asked, stay, news) => {
      const before = list(30)
      const after = news.reduce<string[]>((ids, at, number) => ids.toSpliced(at % (ids.length + 1), 0, `n${number}`), [...stay])
      assertTrue(withChanges(known(before, asked), changes(before, after), new Set()), after)
    }),
  )
})

test('what was taken out here first is not missed when the server says so', () => {
  const truth = list(20)
  const mine = without(known(truth, [{ at: 0, size: 5 }, { at: 10, size: 5 }]), new Set(['m2']))
  const after = truth.filter((id) => id !== 'm2')
  const end = withChanges(mine, changes(truth, after), new Set(['m2']))
  assertTrue(end, after)
  assert.equal(end[9], 'm10', 'the window behind the hole is still known')
})

test('new mail at the top of a list that is known moves the rest', () => {
  const truth = list(6)
  const end = withChanges(known(truth, [{ at: 0, size: 6 }]), changes(truth, ['n', ...truth]), new Set())
  assert.deepEqual(end, ['n', ...truth])
})
