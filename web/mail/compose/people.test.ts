import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mergedPeople, peopleOfSent, suggestionsFor } from './people.ts'

const person = (name: string, email: string, yomi = '', weight = 0) => ({ name, email, yomi, organization: '', weight })
const people = [person('山田 太郎', 'taro@example.jp', 'やまだ たろう'), person('山下 花子', 'hana@example.com', 'ヤマシタ ハナコ', 5), person('John Smith', 'jsmith@yamaha.example')]
const names = (text: string, taken = new Set<string>()) => suggestionsFor(text, people, [], taken).map((one) => (one.is === 'person' ? one.person.name : one.group.name))

test('people are found by reading in either kana and half width, by name and by address', () => {
  assert.deepEqual(names('やま'), ['山下 花子', '山田 太郎'])
  assert.deepEqual(names('ヤマダ'), ['山田 太郎'])
  assert.deepEqual(names('ﾔﾏﾀﾞ'), ['山田 太郎'])
  assert.deepEqual(names('たろう'), ['山田 太郎'])
  assert.deepEqual(names('ＳＭＩ'), ['John Smith'])
  assert.deepEqual(names('taro@'), ['山田 太郎'])
  assert.deepEqual(names('山田太'), ['山田 太郎'])
  assert.deepEqual(names('　'), [])
})

test('who is already a recipient is not offered again', () => {
  assert.deepEqual(names('やま', new Set(['hana@example.com'])), ['山田 太郎'])
})

test('groups are offered with the people', () => {
  const group = { name: '営業部', yomi: 'えいぎょうぶ', members: people.slice(0, 1) }
  assert.deepEqual(suggestionsFor('えい', people, [group], new Set()).map(({ is }) => is), ['group'])
})

test('letters sent lately weigh; contacts keep their own names', () => {
  const recent = peopleOfSent([[{ name: 'たろちゃん', email: 'TARO@example.jp' }], [{ name: null, email: 'new@example.jp' }, { name: null, email: 'taro@example.jp' }]])
  const all = mergedPeople(people, recent)
  assert.deepEqual(all.map(({ name }) => name), ['山田 太郎', '山下 花子', 'John Smith', null])
  assert.ok((all[0]?.weight ?? 0) > 1.9)
})
