import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { JsonValue } from './json.ts'
import { jsonDepthMax, jsonValuesMax, strictJson, weightOf } from './strict-json.ts'

const parsed = (text: string | Buffer) => strictJson(Buffer.from(text))

test('whatever JSON says comes back', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 8 }), (text) => {
      const json = parsed(text)
      assert.ok(json.is === 'json')
      assert.deepEqual(json.value, JSON.parse(text))
    }),
    { numRuns: 300 },
  )
})

test('any bytes are refused or parsed, never thrown at', () => {
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), fc.string({ unit: fc.constantFrom('{', '}', '[', ']', '"', ':', ',', '\\', 'u', 'd8', ' ') })), (given) => {
      const json = strictJson(Buffer.from(given as string))
      assert.ok(json.is === 'json' || json.why.length > 0)
    }),
    { numRuns: 1_000 },
  )
})

test('RFC 7493: no name twice, however it is written; no surrogate alone; UTF-8', () => {
  for (const text of ['{"a":1,"a":2}', '{"a":1,"\\u0061":2}', '{"x":{"b" :1, "b"\n:2}}', '"\\ud800"', '{"\\udc00":1}', '["\\ud83d\\ud83d"]']) {
    assert.equal(parsed(text).is, 'not', text)
  }
  assert.equal(parsed(Buffer.from([0x22, 0xff, 0x22])).is, 'not')
  assert.deepEqual(parsed('[{"a":1},{"a":2},"\\ud83d\\ude00","a:\\"a\\":"]'), { is: 'json', value: [{ a: 1 }, { a: 2 }, '😀', 'a:"a":'] })
})

test('nesting and number of values are limited before anything is built', () => {
  const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth)
  assert.equal(parsed(nested(jsonDepthMax)).is, 'json')
  assert.equal(parsed(nested(jsonDepthMax + 1)).is, 'not')
  assert.equal(parsed('['.repeat(5_000_000)).is, 'not')
  assert.equal(parsed(`[${'[],'.repeat(jsonValuesMax)}1]`).is, 'not')
  assert.equal(parsed('"'.padEnd(1_000_000, '\\')).is, 'not')
})

test('a value that shares parts weighs what it would be written out, and weighing stops', () => {
  let laughs: JsonValue = 'ha'
  for (let at = 0; at < 60; at += 1) laughs = [laughs, laughs]
  assert.ok(weightOf(laughs, 1_000_000) > 1_000_000)
  assert.equal(weightOf({ a: 'bc' }, 100), 2 + 5 + 4)
})
