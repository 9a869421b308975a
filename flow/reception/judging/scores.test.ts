import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Modes } from '@bulkhead/mail/filtering/settings.ts'
import type { Scanned } from './evidence.ts'
import { scoresOf } from './scores.ts'

const modes: Modes = { virus: 'enforce', allow: 'enforce', deny: 'enforce', spam: 'enforce', forged: 'enforce' }
const scan = (stage: Scanned['stage'], result: Scanned['result'], score: Scanned['score'] = null): Scanned =>
  ({ scanner: 'one', stage, result, detail: '', score, asks: null, reply: null, changes: null })

test('scores are of who looked, and a scanner\u2019s word comes before its number', () => {
  assert.deepEqual(scoresOf([], modes), { spamPercent: null, virusLevel: 0 })
  assert.deepEqual(scoresOf([scan('spam', 'unscanned'), scan('virus', 'unscanned')], modes), { spamPercent: null, virusLevel: 0 })
  assert.deepEqual(scoresOf([scan('spam', 'clean', { value: -3, required: 15 }), scan('virus', 'clean')], modes), { spamPercent: 0, virusLevel: 1 })
  assert.equal(scoresOf([scan('spam', 'clean', { value: 20, required: 15 })], modes).spamPercent, 49)
  assert.equal(scoresOf([scan('spam', 'clean', { value: 7.5, required: 15 })], modes).spamPercent, 25)
  assert.equal(scoresOf([scan('spam', 'bad', { value: 1, required: 15 })], modes).spamPercent, 50)
  assert.deepEqual(scoresOf([scan('spam', 'bad'), scan('spam', 'worst'), scan('virus', 'bad')], modes), { spamPercent: 100, virusLevel: 5 })
  assert.deepEqual(scoresOf([scan('spam', 'bad'), scan('virus', 'bad')], { ...modes, spam: 'off', virus: 'off' }), { spamPercent: null, virusLevel: 0 })
})
