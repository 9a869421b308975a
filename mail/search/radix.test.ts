import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { byNumber } from './radix.ts'

const keys = fc.array(fc.oneof(fc.nat(5), fc.nat(1_000_000), fc.maxSafeNat()), { maxLength: 200 })

test('numbers are put in order, equal ones as they stood', () => {
  fc.assert(fc.property(keys, fc.boolean(), (numbers, descending) => {
    const order = byNumber(Uint32Array.from(numbers, (_, place) => place), Float64Array.from(numbers), descending)
    const expected = [...numbers.keys()].toSorted((one, other) => (descending ? -1 : 1) * ((numbers[one] ?? 0) - (numbers[other] ?? 0)))
    assert.deepEqual([...order], expected)
  }))
})
