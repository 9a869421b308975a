import assert from 'node:assert/strict'
import { test } from 'node:test'
import { manualClock } from '@bulkhead/base/clock.ts'
import { answerCache } from './answer-cache.ts'

const found = (records: readonly string[], ttlSeconds = 60) => ({ is: 'found', secure: true, ttlSeconds, name: 'x.example', records }) as const

test('beyond its number of entries the oldest go', () => {
  const cache = answerCache({ entriesMax: 3, bytesMax: 1e6 }, manualClock(0))
  for (const name of ['a', 'b', 'c', 'd']) cache.set(name, 'A', found(['192.0.2.1']))
  assert.equal(cache.size, 3)
  assert.equal(cache.get('a', 'A'), undefined)
  assert.equal(cache.get('d', 'A')?.is, 'found')
})

test('beyond its bytes the oldest go, and what is larger than all of it is not kept', () => {
  const cache = answerCache({ entriesMax: 1_000, bytesMax: 20_000 }, manualClock(0))
  for (let nth = 0; nth < 100; nth += 1) cache.set(`n${nth}`, 'TXT', found(['x'.repeat(1_000)]))
  assert.ok(cache.size > 5 && cache.size < 20, `${cache.size} kept`)
  assert.equal(cache.get('n0', 'TXT'), undefined)
  assert.equal(cache.get('n99', 'TXT')?.is, 'found')
  const before = cache.size
  cache.set('huge', 'TXT', found(['x'.repeat(30_000)]))
  assert.deepEqual([cache.get('huge', 'TXT'), cache.size], [undefined, before])
})

test('the same question again takes the place of the old answer, types apart', () => {
  const cache = answerCache({ entriesMax: 10, bytesMax: 1e6 }, manualClock(0))
  for (let nth = 0; nth < 50; nth += 1) cache.set('a', 'A', found([`192.0.2.${nth}`]))
  cache.set('a', 'TXT', found(['text']))
  assert.equal(cache.size, 2)
  const answer = cache.get('a', 'A')
  assert.deepEqual(answer?.is === 'found' && answer.records, ['192.0.2.49'])
})

test('nothing is kept past its time, a lifetime of nothing not at all', () => {
  const clock = manualClock(0)
  const cache = answerCache({ entriesMax: 10, bytesMax: 1e6 }, clock)
  cache.set('a', 'A', found(['192.0.2.1'], 10))
  cache.set('b', 'A', found(['192.0.2.1'], 0))
  cache.set('c', 'A', { is: 'away' })
  clock.advance(4_999)
  assert.deepEqual([cache.get('a', 'A')?.is, cache.get('b', 'A'), cache.get('c', 'A')?.is], ['found', undefined, 'away'])
  clock.advance(5_001)
  assert.deepEqual([cache.get('a', 'A'), cache.get('c', 'A'), cache.size], [undefined, undefined, 0])
})
