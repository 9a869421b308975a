import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { TextSegment } from './message-view.ts'
import { runsOf, slicesOf, type Slice } from './text-slices.ts'

const plain = (text: string, depth = 0): TextSegment => ({ text, depth, href: null })

const textOf = (slices: readonly Slice[]): string =>
  slices.map(({ runs }) => runs.flatMap(({ segments }) => segments.map(({ text }) => text)).join('')).join('\n')

const costOf = ({ runs }: Slice): number => runs.flatMap(({ segments }) => segments).reduce((sum, { text }) => sum + text.length, 0)

test('a short text is one slice, as it is', () => {
  const segments = [plain('こんにちは。\n'), { text: 'https://x.example/', depth: 0, href: 'https://x.example/' }, plain('\n'), plain('引用\n', 1)]
  const [slice, ...more] = slicesOf(runsOf(segments))
  assert.deepEqual([slice?.runs, more], [[{ depth: 0, segments: segments.slice(0, 3) }, { depth: 1, segments: segments.slice(3) }], []])
})

test('three million characters are slices of whole lines, and nothing is lost', () => {
  const text = Array.from({ length: 60_000 }, (_, at) => `${at} 五十字ほどの行がつづきます。`.repeat(1 + (at % 3))).join('\n')
  const slices = slicesOf(runsOf([plain(text)]))
  assert.ok(slices.length > 50)
  assert.ok(slices.every((slice) => costOf(slice) <= 20_000))
  assert.equal(textOf(slices), text)
})

test('one line without an end, a hundred thousand links, and changing quotes are cut too', () => {
  const line = slicesOf(runsOf([plain('😀'.repeat(500_000))]))
  assert.ok(line.length >= 25 && line.every((slice) => costOf(slice) <= 40_000 && textOf([slice]).isWellFormed()))
  const links = slicesOf(runsOf(Array.from({ length: 100_000 }, () => ({ text: 'x.example', depth: 0, href: 'https://x.example/' }))))
  assert.ok(links.length > 100)
  const quotes = slicesOf(runsOf(Array.from({ length: 100_000 }, (_, at) => plain('はい\n', at % 2))))
  assert.ok(quotes.length > 100)
})

test('whatever the text, all of it is there, line by line', () => {
  const lines = fc.array(fc.constantFrom('', 'a', 'b'.repeat(3_000), 'あ'.repeat(15_000)), { maxLength: 30 })
  fc.assert(fc.property(lines, (all) => {
    const text = all.join('\n')
    assert.equal(textOf(slicesOf(runsOf([plain(text)]))), text)
  }), { numRuns: 100 })
})
