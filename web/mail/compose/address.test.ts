import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { hasOddLocalPart, isAddress, readRecipients, sameAddress, withoutDoubles, writeAddress } from './address.ts'

const emails = (text: string) => readRecipients(text).addresses.map(({ email }) => email)

test('Japanese commas, full-width signs and line breaks part recipients', () => {
  assert.deepEqual(emails('a@example.jp、b@example.jp；c@example.jp\nd@example.jp，ｅ＠ｅｘａｍｐｌｅ．ｊｐ'), [
    'a@example.jp', 'b@example.jp', 'c@example.jp', 'd@example.jp', 'e@example.jp',
  ])
  assert.deepEqual(emails('a@example.jp b@example.jp　c@example.jp'), ['a@example.jp', 'b@example.jp', 'c@example.jp'])
})

test('names keep their commas and their full-width spaces', () => {
  assert.deepEqual(readRecipients('"株式会社ＡＢＣ, 営業部　山田" <yamada@example.co.jp>; Suzuki, Hanako <hanako@example.com>, 田中　一郎 ＜tanaka@example.jp＞').addresses, [
    { name: '株式会社ＡＢＣ, 営業部　山田', email: 'yamada@example.co.jp' },
    { name: 'Suzuki, Hanako', email: 'hanako@example.com' },
    { name: '田中　一郎', email: 'tanaka@example.jp' },
  ])
  assert.deepEqual(readRecipients('佐藤 sato@example.jp').addresses, [{ name: '佐藤', email: 'sato@example.jp' }])
  assert.deepEqual(readRecipients('taro@example.jp (山田太郎)').addresses, [{ name: '山田太郎', email: 'taro@example.jp' }])
  assert.deepEqual(readRecipients('友だち: a@example.jp').addresses, [{ name: null, email: 'a@example.jp' }])
  assert.deepEqual(emails('友だち: A <a@example.jp>, mailto:b@example.jp?subject=x'), ['a@example.jp', 'b@example.jp'])
})

test('what carriers gave out is taken, quoted or not, and noted', () => {
  assert.deepEqual(emails('a..b@docomo.ne.jp, "a..b"@docomo.ne.jp, .x.@ezweb.ne.jp'), ['a..b@docomo.ne.jp', 'a..b@docomo.ne.jp', '.x.@ezweb.ne.jp'])
  assert.ok(hasOddLocalPart('a..b@docomo.ne.jp') && hasOddLocalPart('a.@docomo.ne.jp') && !hasOddLocalPart('a.b@docomo.ne.jp'))
  assert.ok(sameAddress('"A..b"@Docomo.ne.jp', 'a..b@docomo.ne.jp'))
})

test('what names nobody is given back, not lost', () => {
  assert.deepEqual(readRecipients('山田, a@example.jp, b@').rest, ['山田', 'b@'])
  assert.deepEqual(readRecipients('山田'), { addresses: [], rest: ['山田'] })
  for (const wrong of ['a@b', 'a b@example.jp', '@example.jp', 'a@-x.jp', 'a@example..jp', `${'x'.repeat(65)}@example.jp`]) assert.equal(isAddress(wrong), false, wrong)
  for (const right of ['a@example.jp', 'a@日本語.jp', 'o\'neil+tag@sub_domain.example.jp', '"a b"@example.jp']) assert.equal(isAddress(right), true, right)
})

test('a copied chip reads back as the same recipient', () => {
  const name = fc.string({ unit: fc.constantFrom('山', '田', ' ', ',', '"', '\\', 'x', ';', '<', '(') }).map((text) => text.trim()).filter((text) => text !== '')
  fc.assert(fc.property(name, (text) => {
    assert.deepEqual(readRecipients(writeAddress({ name: text, email: 'a@example.jp' })).addresses, [{ name: text, email: 'a@example.jp' }])
  }), { numRuns: 500 })
})

test('nothing that is pasted throws, and a recipient stands once', () => {
  fc.assert(fc.property(fc.string({ unit: fc.constantFrom('a', '@', '.', '<', '>', '"', ',', '、', '(', ')', '\\', '\n', ' ') }), (text) => {
    readRecipients(text)
  }))
  assert.deepEqual(withoutDoubles(readRecipients('a@x.jp, A@X.jp, b@x.jp').addresses).map(({ email }) => email), ['a@x.jp', 'b@x.jp'])
})
