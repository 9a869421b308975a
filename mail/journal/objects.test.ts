import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { ModSeq } from '@bulkhead/base/ids.ts'
import {
  objectBytesMax, objectEventBytesMax, objectEvents, objectExcess, objectsBytesMax, objectsMax, ObjectsFold, objectsPerEventMax, removedMax, type ObjectChange,
} from './objects.ts'

const seq = (number: number): ModSeq => number as ModSeq
const contact = (id: string, text: string | null): ObjectChange => ({ kind: 'contact', id, value: text === null ? null : Buffer.from(text) })
const listOf = (fold: ObjectsFold) => fold.published().get('contact')

test('a list says what was created, updated and destroyed since a state', () => {
  const fold = new ObjectsFold(new Map())
  fold.apply([contact('a', '1'), contact('b', '1')], seq(5))
  const before = listOf(fold)
  fold.apply([contact('a', '2'), contact('b', null), contact('c', '1')], seq(9))
  const list = listOf(fold)
  assert.deepEqual(list?.changesSince(seq(5)), { created: ['c'], updated: ['a'], destroyed: ['b'] })
  assert.deepEqual(list?.changesSince(seq(9)), { created: [], updated: [], destroyed: [] })
  assert.deepEqual(list?.changesSince(seq(10)), { created: [], updated: [], destroyed: [] }, 'something else of the account changed')
  assert.equal(before?.get('b')?.value.toString(), '1', 'what was published stays')
  assert.equal(before?.get('c'), undefined)
})

test('what was removed and made again is not told as destroyed', () => {
  const fold = new ObjectsFold(new Map())
  fold.apply([contact('a', '1')], seq(1))
  fold.apply([contact('a', null)], seq(2))
  fold.apply([contact('a', '2')], seq(3))
  assert.deepEqual(listOf(fold)?.changesSince(seq(1)), { created: ['a'], updated: [], destroyed: [] })
})

test('removals are remembered up to a limit; beyond it the changes can not be told', () => {
  const fold = new ObjectsFold(new Map())
  for (let at = 1; at <= removedMax + 1; at += 1) {
    fold.apply([contact('x', 'v')], seq(2 * at))
    fold.apply([contact('x', null)], seq(2 * at + 1))
  }
  assert.equal(listOf(fold)?.changesSince(seq(2)), undefined)
  assert.deepEqual(listOf(fold)?.changesSince(seq(3)), { created: [], updated: [], destroyed: ['x'] })
})

test('what is beyond a limit is refused before, and left out by every reader', () => {
  const fold = new ObjectsFold(new Map())
  const one = (id: string): ObjectChange => ({ kind: 'vacation', id, value: Buffer.from('{}') })
  assert.equal(objectsMax.vacation, 1)
  assert.equal(objectExcess(fold.published(), [one('a'), one('b')]), 'overQuota')
  fold.apply([one('a'), one('b')], seq(1))
  assert.equal(fold.published().get('vacation')?.size, 1)
  assert.equal(objectExcess(fold.published(), [{ kind: 'vacation', id: 'a', value: null }, one('b')]), undefined)
  const large = Buffer.alloc(objectBytesMax + 1)
  assert.equal(objectExcess(fold.published(), [{ kind: 'script', id: 'a', value: large }]), 'tooLarge')
  assert.equal(objectExcess(fold.published(), [contact('no id!', 'x')]), 'tooLarge')
  const full = Array.from({ length: objectsBytesMax / objectBytesMax }, (_, at) => ({ kind: 'contact' as const, id: `c${at}`, value: large.subarray(1) }))
  assert.equal(objectExcess(fold.published(), full), 'overQuota')
  fold.apply(full, seq(2))
  assert.equal(listOf(fold)?.size, full.length - 1)
})

test('changes go in as many events as their limits ask for, in order', () => {
  fc.assert(fc.property(fc.array(fc.integer({ min: 0, max: objectBytesMax }), { maxLength: 30 }), fc.nat(2_500), (sizes, more) => {
    const changes = [...sizes, ...Array.from({ length: more }, () => 3)].map((size, at): ObjectChange => ({ kind: 'contact', id: `c${at}`, value: Buffer.alloc(size) }))
    const events = objectEvents(changes)
    assert.deepEqual(events.flat().map(({ id }) => id), changes.map(({ id }) => id))
    for (const event of events) {
      assert.ok(event.length > 0 && event.length <= objectsPerEventMax)
      assert.ok(event.reduce((sum, { id, value }) => sum + id.length + (value?.length ?? 0), 0) <= objectEventBytesMax)
    }
  }), { numRuns: 50 })
})

test('of notices the oldest makes room, whoever folds them from wherever', () => {
  const fold = new ObjectsFold(new Map())
  const notice = (number: number) => [{ kind: 'notice' as const, id: `n${number}`, value: Buffer.from('x') }]
  for (let number = 1; number <= objectsMax.notice; number += 1) fold.apply(notice(number), seq(number))
  const again = new ObjectsFold(fold.published())
  for (const one of [fold, again]) {
    one.apply(notice(0), seq(1_000))
    const list = one.published().get('notice')
    assert.deepEqual([list?.size, list?.get('n1'), list?.get('n2')?.id, list?.get('n0')?.id], [objectsMax.notice, undefined, 'n2', 'n0'])
  }
})
