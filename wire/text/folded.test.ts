import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { folded, foldedSlowly } from './folded.ts'

const alike: readonly (readonly [string, string])[] = [
  ['HELLO World', 'hello world'],
  ['Straße', 'STRASSE'],
  ['ﾃｽﾄ', 'テスト'],
  ['ｶﾞｲﾄﾞ', 'ガイド'],
  ['てすと', 'テスト'],
  ['ＡＢＣ１２３', 'abc123'],
  ['佐々木', '佐佐木'],
  ['いすゞ', 'いすず'],
  ['バナヽ', 'バナナ'],
  ['10〜20', '10～20'],
  ['３−１', '３－１'],
  ['か\u3099', 'が'],
  ['㈱山田', '(株)山田'],
  ['Σίσυφος', 'σίσυφοσ'],
  ['a \t\r\n b', 'a b'],
  ['東京\u3000大阪', '東京 大阪'],
  ['‖', '∥'],
  ['ヴァイオリン', 'ゔぁいおりん'],
  ['①', '1'],
  ['―', '—'],
  ['こゝろ', 'こころ'],
  ['みすゞ', 'みすず'],
  ['つゞく', 'つづく'],
  ['人〻', '人人'],
  ['時々刻々', '時時刻刻'],
  ['￠￡￢', '¢£¬'],
  ['ﾊﾟﾋﾟ', 'パピ'],
  ['ＫＡＤＯＫＡＷＡ', 'kadokawa'],
]

for (const [left, right] of alike) {
  test(`${JSON.stringify(left)} is the same as ${JSON.stringify(right)}`, () => assert.equal(folded(left), folded(right)))
}

test('what readers tell apart stays apart', () => {
  for (const [left, right] of [['は', 'ば'], ['つ', 'っ'], ['a', 'b'], ['日本', '日木'], ['-', '_']] as const) assert.notEqual(folded(left), folded(right))
})

const japanese = fc.array(fc.constantFrom(...'あいゞゝヽヾ々〻が佐木ｶﾞﾊﾟ〜～−ーﬀßİςΣ①㈱\u3099\u309a 　\t\nAaＺ'), { maxLength: 30 }).map((chars) => chars.join(''))

test('thousands of marks on one character are folded in linear time, and folding them twice changes nothing', () => {
  const marked = `a${'\u0323\u0300'.repeat(200)}`
  assert.equal(folded(folded(marked)), folded(marked))
  const runs = (folded(marked).match(/\p{M}+/gu) ?? []).flatMap((run) => run.split('\u034f'))
  assert.ok(Math.max(...runs.map((run) => run.length)) <= 30)
})

const pieces = fc.constantFrom(
  ...'あいゞヽ々か木ｶﾞﾊﾟ〜−ーﬀßİςΣ①㈱\u3099\u309a　\t゛´…©Éÿµкй가葛ﾞ￥˜ﾬ\u3136\u0306\u0345\u11a8\u1100\u1161\ufe0f\u200b\ufeff\u00a0', '👨‍👩‍👧', '🏻', '葛\u{e0100}', '𝐀', 'ab', '会議 ', '\u{1d165}',
)
const anything = fc.array(fc.oneof(pieces, fc.string({ unit: 'grapheme', maxLength: 3 }), fc.string({ unit: 'binary', maxLength: 2 })), { maxLength: 20 })

test('folding run by run gives what folding the whole text gives', () => {
  fc.assert(fc.property(anything, (parts) => {
    const text = parts.join('')
    assert.equal(folded(text), foldedSlowly(text))
  }), { numRuns: 10_000 })
  const long = Array.from({ length: 70_000 }, (_, at) => `${at % 7 === 0 ? String.fromCodePoint(0x1f000 + (at % 3_000)) : '会'}`).join('')
  assert.equal(folded(long), foldedSlowly(long))
})

test('folding twice changes nothing', () => {
  fc.assert(fc.property(fc.oneof(japanese, fc.string({ unit: 'binary', maxLength: 40 })), (text) => {
    assert.equal(folded(folded(text)), folded(text))
  }), { numRuns: 3_000 })
})

/** Not in the table, and nothing happens to it: a text that holds it is folded the slow way. */
const slow = '\ue000'

test('the table says what folding step by step says', () => {
  const units = fc.array(fc.oneof(fc.integer({ min: 0, max: 0xd7ff }), fc.constantFrom(0x3000, 0xff21, 0xff5e, 0xff0d, 0x02dc, 0x2011, 0x2212, 0x30fc, 0x20)), { maxLength: 12 })
    .map((codes) => String.fromCharCode(...codes))
  fc.assert(fc.property(fc.oneof(units, japanese), (text) => assert.equal(folded(text + slow), folded(text) + slow)), { numRuns: 5_000 })
  for (let code = 0; code < 0xd800; code += 1) {
    const text = `a${String.fromCharCode(code)}b`
    assert.equal(folded(text + slow), folded(text) + slow, code.toString(16))
    assert.equal(folded(folded(text)), folded(text), code.toString(16))
  }
})
