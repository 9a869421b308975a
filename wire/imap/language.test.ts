import assert from 'node:assert/strict'
import { test } from 'node:test'
import { languageOf, said, type Text } from './language.ts'
import { japanese } from './texts-ja.ts'
import { encodeTagged, no, ok } from './response.ts'

test('the first range that is spoken here wins, by its beginning', () => {
  assert.equal(languageOf(['fr-CA', 'JA-jp']), 'ja')
  assert.equal(languageOf(['en-GB-oed', 'ja']), 'en')
  assert.equal(languageOf(['I-Default']), 'i-default')
  assert.equal(languageOf(['*']), 'en')
  assert.equal(languageOf(['jam', 'e', 'mul']), undefined)
  assert.equal(languageOf(['']), undefined)
})

test('English is printable US-ASCII without brackets, Japanese has no controls and is another text', () => {
  for (const [english, text] of Object.entries(japanese)) {
    assert.match(english, /^[ -Z\\^-~]+$/)
    assert.match(text, /[\p{sc=Hira}\p{sc=Kana}\p{sc=Han}]/u)
    assert.doesNotMatch(text, /[\p{Cc}[\]]/u)
  }
})

test('what has no entry of its own is said all the same', () => {
  assert.equal(said('FROBNICATE completed', 'ja'), 'FROBNICATEを完了しました')
  assert.equal(said('Missing :' as Text, 'ja'), '必要な文字がありません')
  assert.equal(said('FROBNICATE completed', 'i-default'), 'FROBNICATE completed')
})

test('conditions and codes have no language', () => {
  assert.equal(encodeTagged('a', no('NONEXISTENT', 'No such mailbox'), 'ja'), 'a NO [NONEXISTENT] メールボックスがありません\r\n')
  assert.equal(encodeTagged('a', ok('NOOP completed')), 'a OK NOOP completed\r\n')
})
