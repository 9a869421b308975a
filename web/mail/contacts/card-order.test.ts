import assert from 'node:assert/strict'
import { test } from 'node:test'
import { found, listed, rowOf } from './card-order.ts'
import { cardOf, emptyForm } from './person-form.ts'

test('every kana has its row', () => {
  assert.deepEqual(['ぁ', 'ヴ', 'が', 'ぜ', 'っ', 'の', 'ぱ', 'も', 'ゃ', 'ろ', 'を', 'ん', 'ｱ', 'Z', '山', ''].map(rowOf), ['あ', 'あ', 'か', 'さ', 'た', 'な', 'は', 'ま', 'や', 'ら', 'わ', 'わ', 'あ', 'A-Z', '#', '#'])
})

const cards = [
  cardOf({ ...emptyForm, surname: '渡辺', surnameYomi: 'わたなべ', phones: ['０９０-1234-5678'] }), cardOf({ ...emptyForm, surname: 'Smith', given: 'John' }),
  cardOf({ ...emptyForm, surname: '阿部', surnameYomi: 'アベ', organization: '株式会社ABC' }), cardOf({ ...emptyForm, surname: '田中' }),
]

test('people stand by their readings, then letters, then those without', () => {
  assert.deepEqual(listed(cards).map(({ name, row }) => `${row} ${name}`), ['あ 阿部', 'わ 渡辺', 'A-Z John Smith', '# 田中'])
})

test('they are found by reading, company and number', () => {
  const names = (text: string) => found(listed(cards), text).map(({ name }) => name)
  assert.deepEqual([names('あべ'), names('ＡＢＣ'), names('090-1234'), names('ﾜﾀ'), names('')], [['阿部'], ['阿部'], ['渡辺'], ['渡辺'], ['阿部', '渡辺', 'John Smith', '田中']])
})
