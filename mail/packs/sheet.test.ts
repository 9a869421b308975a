import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { digestOf, mayHold, needleOf, type Digest } from '@bulkhead/wire/text/digest.ts'
import { folded } from '@bulkhead/wire/text/folded.ts'
import { gramsMax, Sheet, SheetWriter, soughtBits, stripCount, stripsFor } from './sheet.ts'

const idsOf = (count: number): Buffer => {
  const ids = Buffer.alloc(count * 16)
  for (let at = 0; at < count; at += 1) ids.writeUInt32BE(at + 1, at * 16)
  return ids
}

const sheetOf = (digests: readonly Digest[]) => {
  const writer = new SheetWriter(digests.map(({ length }) => length))
  for (const [at, digest] of digests.entries()) writer.put(at, digest)
  const strips = new Map(Array.from({ length: stripCount }, (_, number) => [number, Buffer.from(writer.strip(number))]))
  return { sheet: new Sheet(writer.head(idsOf(digests.length))), strips }
}

const someOf = (strips: ReadonlyMap<number, Buffer>, wanted: readonly number[]): ReadonlyMap<number, Buffer> =>
  new Map([...strips].filter(([number]) => wanted.includes(number)))

const words = ['harbour', 'Invoice', 'a', 'in', '会議', '請求書', 'お願い', 'テスト', 'ﾃｽﾄﾊﾞｯｸ', 'ＡＢＣ', 'か\u3099', 'e\u0301', '㍿', '佐々木', 'いすゞ', '港', '😀', 'İ', 'ß', '\u200b', '　', '\n', '-', '‐']
const raw = fc.array(fc.oneof(fc.constantFrom(...words), fc.string({ unit: 'grapheme', maxLength: 6 })), { maxLength: 300 }).map((parts) => parts.join(''))

test('a sheet never excludes a message that holds what is looked for, whatever the text and however little is asked', () => {
  fc.assert(
    fc.property(fc.array(raw, { minLength: 1, maxLength: 12 }), fc.nat(), fc.nat(), fc.integer({ min: 1, max: 30 }), (texts, which, from, length) => {
      const { sheet, strips } = sheetOf(texts.map((text) => digestOf([text])))
      const source = texts[which % texts.length] ?? ''
      const start = from % Math.max(1, source.length)
      const asked = folded(source.slice(start, start + length))
      const needle = needleOf(asked)
      const isCandidate = sheet.candidates(needle, someOf(strips, stripsFor([needle])))
      for (const [at, text] of texts.entries()) if (folded(text).includes(asked)) assert.ok(isCandidate(at), JSON.stringify([text, asked]))
    }),
    { numRuns: 600 },
  )
})

const word = fc.constantFrom('quixotism', 'invoice', '鯨飲馬食', '会', 'かな', 'fotebi')

test('of a needle that is looked for as a whole a sheet says what each digest says', () => {
  const texts = fc.array(fc.array(word, { maxLength: 40 }).map((parts) => parts.join(' ')), { minLength: 1, maxLength: 40 })
  fc.assert(
    fc.property(texts, fc.nat(5), word, (of, useless, asked) => {
      const digests = of.map((text, at) => (at % 7 === useless ? new Uint8Array(at % 2 === 0 ? 0 : 33) : digestOf([text.repeat(1 + (at % 5) * 40)])))
      const { sheet, strips } = sheetOf(digests)
      const needle = needleOf(asked)
      assert.ok(needle.length <= gramsMax)
      const isCandidate = sheet.candidates(needle, strips)
      for (const [at, digest] of digests.entries()) assert.equal(isCandidate(at), mayHold(digest, needle))
    }),
    { numRuns: 200 },
  )
})

test('digests of every size stand in one sheet; its strips are all of one size, and together as large as the digests', () => {
  const sizes = [32, 64, 128, 256, 512, 1_024, 2_048, 4_096, 8_192]
  const digests = Array.from({ length: 72 }, (_, at) => new Uint8Array(randomBytes(sizes[at % sizes.length] ?? 0)))
  const { sheet, strips } = sheetOf(digests)
  const bytes = new Set([...strips.values()].map(({ length }) => length))
  assert.equal(bytes.size, 1)
  assert.equal([...bytes][0], digests.reduce((sum, { length }) => sum + length, 0) / stripCount)
  for (const asked of ['quixotism', '鯨飲馬食', 'ab', '']) {
    const needle = needleOf(asked)
    const isCandidate = sheet.candidates(needle, strips)
    for (const [at, digest] of digests.entries()) assert.equal(isCandidate(at), mayHold(digest, needle))
  }
})

test('a strip that is missing or of another size excludes nothing; a long needle is looked for all over', () => {
  const { sheet, strips } = sheetOf(['one text', 'another text'].map((text) => digestOf([text])))
  const needle = needleOf('quixotism')
  assert.equal(sheet.candidates(needle, strips)(0), false)
  assert.equal(sheet.candidates(needle, new Map())(0), true)
  assert.equal(sheet.candidates(needle, new Map([...strips].map(([number]) => [number, Buffer.alloc(3)])))(0), true)
  const long = needleOf('a sentence of many words that ends with another one')
  assert.equal(soughtBits(long).length, 2 * gramsMax)
  assert.ok(stripsFor([long]).length <= 2 * gramsMax)
})

test('a head that was cut is refused', () => {
  const head = new SheetWriter([32]).head(idsOf(1))
  for (const length of [0, 4, head.length - 1]) assert.throws(() => new Sheet(head.subarray(0, length)), { code: 'corrupt' })
})
