import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { fromMark, looksForText, piecesOf } from './marked.ts'

test('only marks are markup; everything else comes back as it was written', () => {
  assert.deepEqual(piecesOf('来週の<mark>打ち合わせ</mark>は &lt;b&gt;14時&lt;/b&gt; A&amp;B'), [
    { text: '来週の', isMarked: false }, { text: '打ち合わせ', isMarked: true }, { text: 'は <b>14時</b> A&B', isMarked: false },
  ])
  assert.deepEqual(piecesOf('<img src=x onerror=alert(1)>&amp;lt;'), [{ text: '<img src=x onerror=alert(1)>&lt;', isMarked: false }])
  const escaped = (text: string): string => text.replace(/[&<>"']/g, (char) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' })[char] ?? char)
  fc.assert(fc.property(fc.array(fc.tuple(fc.string(), fc.boolean()), { maxLength: 8 }), (parts) => {
    const html = parts.map(([text, isMarked]) => (isMarked ? `<mark>${escaped(text)}</mark>` : escaped(text))).join('')
    assert.equal(piecesOf(html).map(({ text }) => text).join(''), parts.map(([text]) => text).join(''))
  }), { numRuns: 200 })
})

test('an excerpt begins a little before its first mark', () => {
  const begun = fromMark(piecesOf(`${'あ'.repeat(40)}<mark>会議</mark>の件`))
  assert.deepEqual(begun.map(({ text }) => text), [`…${'あ'.repeat(10)}`, '会議', 'の件'])
  for (const html of ['短い<mark>会議</mark>', '<mark>会議</mark>', 'なし'.repeat(30), '']) assert.deepEqual(fromMark(piecesOf(html)), piecesOf(html))
})

test('snippets are asked for where words are looked for', () => {
  assert.equal(looksForText({ operator: 'AND', conditions: [{ inMailbox: 'x' }, { operator: 'OR', conditions: [{ text: 'a' }, { from: 'b' }] }] }), true)
  assert.equal(looksForText({ body: 'x' }), true)
  for (const filter of [null, { hasAttachment: true }, { from: 'a' }, { operator: 'NOT', conditions: [{ text: 'x' }] }, { operator: 'AND', conditions: [] }]) assert.equal(looksForText(filter), false)
})
