import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { folded } from './folded.ts'
import { markedText } from './marked.ts'

test('what is searched for is marked, in whatever width and case it stands', () => {
  assert.equal(markedText('Re: The Quick  <fox> & Co', ['quick', 'fox']), 'Re: The <mark>Quick</mark> &lt;<mark>fox</mark>&gt; &amp; Co')
  assert.equal(markedText('明日の会議、ﾃｽﾄとテスト', [folded('テスト'), '会議']), '明日の<mark>会議</mark>、<mark>ﾃｽﾄ</mark>と<mark>テスト</mark>')
  assert.equal(markedText('nothing here', ['absent']), null)
  assert.equal(markedText('aaaa', ['aa']), '<mark>aaaa</mark>')
})

test('a long text begins a little before the first mark, and ends in time', () => {
  const preview = markedText(`${'word '.repeat(200)}needle ${'after '.repeat(200)}`, ['needle'], 255) ?? ''
  assert.match(preview, /^\u2026(?:word )+<mark>needle<\/mark> after/)
  assert.ok(Buffer.byteLength(preview) <= 255)
})

const piece = fc.constantFrom('a', 'B', ' ', '<', '>', '&', '"', '会', '議', 'ﾃ', 'ﾞ', 'é', '\u0301', 'ß', '😀', '\ud83d', '\r\n', 'mark')

test('whatever the text, the HTML holds text and marks alone, and no more than it may', () => {
  fc.assert(fc.property(fc.array(piece, { maxLength: 80 }), fc.array(piece, { minLength: 1, maxLength: 3 }), fc.integer({ min: 20, max: 255 }), (text, needle, octetsMax) => {
    const html = markedText(text.join(''), [folded(needle.join('').toWellFormed())], octetsMax)
    if (html === null) return
    assert.ok(Buffer.byteLength(html) <= octetsMax)
    assert.ok(html.isWellFormed())
    assert.match(html, /^(?:[^<>]|<mark>[^<>]*<\/mark>)*$/)
  }))
})
