import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ModSeq } from '@bulkhead/base/ids.ts'
import { nothingVanished, vanishedAfter, vanishedMax, VanishedLog } from './vanished.ts'

const none = new Uint32Array(0)

test('neighbours of one event are one range, of two events two', () => {
  const log = new VanishedLog(nothingVanished(0))
  for (const uid of [1, 2, 3, 5]) log.add(uid, 7)
  log.add(6, 8)
  assert.equal(log.publish().from.length, 3)
  assert.deepEqual(vanishedAfter(log.publish(), 0 as ModSeq, none, 9), [[1, 3], [5, 6]])
  assert.deepEqual(vanishedAfter(log.publish(), 7 as ModSeq, none, 9), [[6, 6]])
})

test('what is published stays, and the log never grows beyond its limit', () => {
  const log = new VanishedLog(nothingVanished(0))
  for (let at = 0; at < vanishedMax; at += 1) log.add(2 * at + 1, at + 1)
  const full = log.publish()
  for (let at = vanishedMax; at < 2 * vanishedMax; at += 1) log.add(2 * at + 1, at + 1)
  assert.equal(vanishedAfter(full, 0 as ModSeq, none, 1).length, vanishedMax)
  const later = log.publish()
  assert.ok(later.from.length <= vanishedMax)
  assert.equal(later.floor, vanishedMax)
  assert.equal(vanishedAfter(later, vanishedMax as ModSeq, none, 1).length, vanishedMax)
  const forgotten = vanishedAfter(later, (vanishedMax - 1) as ModSeq, Uint32Array.of(3, 4), 7)
  assert.deepEqual(forgotten, [[1, 2], [5, 6]], 'where memory does not reach back, all that is not there')
})
