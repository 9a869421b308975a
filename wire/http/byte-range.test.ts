import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { byteRange } from './byte-range.ts'

test('RFC 9110 section 14.1.2', () => {
  assert.deepEqual(byteRange('bytes=0-499', 10_000), { first: 0, last: 499 })
  assert.deepEqual(byteRange('bytes=9500-', 10_000), { first: 9_500, last: 9_999 })
  assert.deepEqual(byteRange('bytes=-500', 10_000), { first: 9_500, last: 9_999 })
  assert.deepEqual(byteRange('bytes=-99999', 10), { first: 0, last: 9 })
  for (const whole of [undefined, 'bytes=0-1,3-4', 'items=0-1', 'bytes=-', 'bytes=5-1', 'bytes=a-b']) assert.equal(byteRange(whole, 10), undefined)
  for (const beyond of ['bytes=10-', 'bytes=10-20', 'bytes=-0']) assert.equal(byteRange(beyond, 10), 'unsatisfiable', beyond)
})

test('what is given lies in the whole', () => {
  fc.assert(fc.property(fc.string({ maxLength: 20 }), fc.nat(100), (field, size) => {
    const range = byteRange(`bytes=${field}`, size)
    if (typeof range === 'object') assert.ok(range.first >= 0 && range.first <= range.last && range.last < size)
  }))
})
