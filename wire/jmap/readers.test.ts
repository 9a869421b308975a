import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { AccountHandle, MessageId } from '@bulkhead/base/ids.ts'
import { accountId, blobId, blobName } from './ids.ts'
import type { JsonValue } from './json.ts'
import { BadValue, date, id, isId, listOf, readProperties, setOf, text, unsignedInt, utcDate, utcDateText, type Reader } from './readers.ts'

const reads = <T>(read: Reader<T>, value: JsonValue | undefined): T | 'bad' => {
  try {
    return read(value, 'x')
  } catch (error) {
    assert.ok(error instanceof BadValue)
    return 'bad'
  }
}

test('RFC 8620 sections 1.2 and 1.3: ids and integers', () => {
  for (const good of ['a', 'A-_9', 'x'.repeat(255)]) assert.equal(reads(id, good), good)
  for (const bad of ['', 'x'.repeat(256), 'a b', 'é', '#a', null, 1, undefined]) assert.equal(reads(id, bad), 'bad')
  for (const good of [0, 1.0, 2 ** 53 - 1]) assert.equal(reads(unsignedInt, good), good)
  for (const bad of [-1, 1.5, 2 ** 53, '1', null, true]) assert.equal(reads(unsignedInt, bad), 'bad')
})

test('RFC 8620 section 1.4: dates as it writes them, and no others', () => {
  assert.equal(reads(date, '2014-10-30T14:12:00+08:00'), Date.UTC(2014, 9, 30, 6, 12))
  assert.equal(reads(utcDate, '2014-10-30T06:12:00.5Z'), Date.UTC(2014, 9, 30, 6, 12, 0, 500))
  assert.equal(reads(date, '2016-12-31T23:59:60Z'), Date.UTC(2016, 11, 31, 23, 59, 59))
  const bad = ['2014-10-30T14:12:00', '2014-10-30 14:12:00Z', '2014-10-30t14:12:00z', '2014-13-30T14:12:00Z', '2014-10-30T24:12:00Z', '2014-10-30T14:12:00.500Z']
  for (const one of bad) assert.equal(reads(date, one), 'bad', one)
  assert.equal(reads(utcDate, '2014-10-30T14:12:00+00:00'), 'bad')
  for (const ms of [0, 1_700_000_000_120, 1_700_000_000_000]) assert.equal(reads(utcDate, utcDateText(ms)), ms)
})

test('lists and sets say where they are wrong', () => {
  assert.deepEqual(reads(listOf(id, 2), ['a', 'b']), ['a', 'b'])
  assert.throws(() => listOf(id, 9)(['a', 'b', 3], 'ids'), /^BadValue: ids\/2: an id is wanted$/)
  assert.equal(reads(listOf(id, 2), ['a', 'b', 'c']), 'bad')
  assert.deepEqual(reads(setOf(text(), 9), { a: true }), new Set(['a']))
  assert.equal(reads(setOf(text(), 9), { a: false }), 'bad')
})

test('every wrong property is named at once', () => {
  const read = readProperties({ name: 1, size: -1, more: 1 }, { name: text(), size: unsignedInt, id })
  assert.ok(read.is === 'bad')
  assert.deepEqual(read.properties, ['more', 'name', 'size', 'id'])
})

const uuid = fc.uuid().map((one) => one.toLowerCase())

test('ids of accounts and blobs are ids, and blobs come back from theirs', () => {
  fc.assert(
    fc.property(uuid, fc.nat(), fc.nat(), fc.constantFrom('identity', 'base64', 'quoted-printable'), (one, start, length, encoding) => {
      assert.ok(isId(accountId(one as AccountHandle)))
      const part = { is: 'part', message: one as MessageId, start, length, encoding: encoding as 'base64' } as const
      for (const blob of [part, { is: 'message', message: one as MessageId } as const, { is: 'upload', token: 'aZ_-9' } as const]) {
        assert.ok(isId(blobId(blob)))
        assert.deepEqual(blobName(blobId(blob)), blob)
      }
    }),
    { numRuns: 200 },
  )
  for (const forged of ['', 'B', 'Bxyz', `B${'0'.repeat(31)}`, `B${'0'.repeat(32)}-01-1-n`, `B${'0'.repeat(32)}-1-1-x`, `B${'0'.repeat(32)}-1--1-n`, 'U', 'X1']) {
    assert.equal(blobName(forged), undefined, forged)
  }
})
