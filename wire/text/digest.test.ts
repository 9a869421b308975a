import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { digestOf, mayHold, needleOf } from './digest.ts'
import { folded } from './folded.ts'

const words = ['harbour', 'invoice', 'meeting', 'tomorrow', 'a', 'in', '会議', '明日', '請求書', 'お願いします', 'テスト', '東', '資料', '😀', 'é', '\n', ' ', '-']
const text = fc.array(fc.oneof(fc.constantFrom(...words), fc.string({ unit: 'grapheme', maxLength: 6 })), { maxLength: 400 }).map((parts) => folded(parts.join('')))

test('a needle of any length is never missed in a text that holds it', () => {
  fc.assert(
    fc.property(fc.array(text, { minLength: 1, maxLength: 3 }), fc.nat(), fc.nat(), fc.integer({ min: 1, max: 40 }), (texts, which, from, length) => {
      const held = texts[which % texts.length] ?? ''
      if (held === '') return
      const start = from % held.length
      const needle = held.slice(start, start + length)
      assert.ok(mayHold(digestOf(texts), needleOf(needle)), JSON.stringify(needle))
    }),
    { numRuns: 3_000 },
  )
})

test('one kanji excludes a text without it', () => {
  const digest = digestOf([folded('明日の会議は十時からです。資料を添付します。')])
  assert.ok(mayHold(digest, needleOf('会')))
  assert.equal(['港', '船', '鯨', '犬', '猫', '窓'].filter((kanji) => mayHold(digest, needleOf(kanji))).length <= 2, true)
})

test('a word that is absent is excluded nearly always', () => {
  const random = (() => {
    let state = 7
    return () => (state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0) / 2 ** 32
  })()
  const syllables = ['ka', 'to', 'mi', 'ren', 'shu', 'bel', 'or', 'an', 'ti', 'pre', 'con', 'sta', 'ver', 'lo', 'gra']
  const word = (): string => Array.from({ length: 2 + Math.floor(random() * 3) }, () => syllables[Math.floor(random() * syllables.length)]).join('')
  const digests = Array.from({ length: 300 }, () => digestOf([Array.from({ length: 1_200 }, word).join(' ')]))
  const needle = needleOf('quixotic zebra')
  const wrongly = digests.filter((digest) => mayHold(digest, needle)).length
  assert.ok(wrongly <= 3, `${wrongly} of 300`)
})

test('an empty digest and a short needle exclude nothing', () => {
  assert.ok(mayHold(new Uint8Array(0), needleOf('anything')))
  assert.ok(mayHold(digestOf(['something']), needleOf('zz')))
  assert.ok(mayHold(new Uint8Array(33), needleOf('anything')))
})
