import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ranksOf } from './ranks.ts'
import { takingTurns } from './turn.ts'

test('a rank counts the different keys before its own, in mailboxes of any size', async () => {
  const size = fc.oneof(fc.nat(20), fc.nat(9_000))
  await fc.assert(fc.asyncProperty(size, fc.integer({ min: 1, max: 3_000 }), fc.boolean(), async (count, spread, asText) => {
    const numbers = Array.from({ length: count }, (_, place) => Math.imul(place + 1, 0x9e37_79b1) % spread)
    const ascending = [...new Set(numbers)].toSorted((left, right) => left - right)
    const expected = new Map(ascending.map((number, rank) => [number, rank]))
    const keys = asText ? numbers.map((number) => String(number + spread).padStart(8, '0')) : numbers
    const ranks = typeof keys[0] === 'string' ? await ranksOf(keys.map(String), takingTurns()) : await ranksOf(numbers, takingTurns())
    assert.deepEqual([...ranks], numbers.map((number) => expected.get(number)))
  }), { numRuns: 60 })
})
