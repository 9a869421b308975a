import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { segmentedText } from './text-segments.ts'

const plain = { flowed: false, deletesSpace: false }
const words = (text: string, format = plain): readonly (readonly [string, number, string | null])[] =>
  segmentedText(text, format).segments.map((one) => [one.text, one.depth, one.href] as const)

test('an address ends where its sentence goes on', () => {
  assert.deepEqual(words('（https://a.example/x）'), [['（', 0, null], ['https://a.example/x', 0, 'https://a.example/x'], ['）\n', 0, null]])
  assert.deepEqual(words('<https://a.example/?q=(1)>.')[1], ['https://a.example/?q=(1)', 0, 'https://a.example/?q=(1)'])
  assert.deepEqual(words('mail bob@a.example!')[1], ['bob@a.example', 0, 'mailto:bob@a.example'])
  assert.deepEqual(words('javascript:alert(1) file:///x').map(([, , href]) => href), [null])
})

test('flowed lines are joined in their depth (RFC 3676), a signature stands', () => {
  assert.deepEqual(words('one \ntwo\n> a \n> b\n-- \nBob', { flowed: true, deletesSpace: false }), [['one two\n', 0, null], ['a b\n', 1, null], ['-- \nBob\n', 0, null]])
  assert.deepEqual(words('日本 \n語', { flowed: true, deletesSpace: true }), [['日本語\n', 0, null]])
})

test('nothing of a text is lost or made up, whatever it is', () => {
  const line = fc.oneof(fc.string({ maxLength: 30 }), fc.constantFrom('> ', '>> x', 'https://a.example/', 'a@b.example', ')))', 'www.x.example.', 'あいう'))
  fc.assert(fc.property(fc.array(line, { maxLength: 12 }), (lines) => {
    const text = lines.join('\n').replaceAll(/\r\n?/g, '\n').replace(/\n+$/, '')
    const shown = segmentedText(text, plain).segments.map((one) => one.text).join('')
    const bare = (one: string): string => one.replaceAll(/[> \n]/g, '')
    assert.equal(bare(shown), bare(text))
  }))
})

test('a text made to be slow is not', () => {
  for (const unit of ['https://a.example/)', ')', 'a', 'a@', 'www.', '> ', 'https://']) {
    assert.ok(segmentedText(unit.repeat(500_000 / unit.length), plain).segments.length > 0)
  }
  for (const deletesSpace of [true, false]) {
    assert.equal(segmentedText('x \n'.repeat(160_000), { flowed: true, deletesSpace }).segments.length, 1)
    assert.equal(segmentedText(`${'\n'.repeat(499_000)}x`, { flowed: true, deletesSpace }).segments.length, 1)
  }
})
