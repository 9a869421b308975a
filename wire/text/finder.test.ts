import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { finderOf, searchable } from './finder.ts'
import { folded } from './folded.ts'

const ascii = fc.array(fc.constantFrom('a', 'B', 'ab', ' ', '  ', '\t', '\r\n', '.', '*', '(', '[', '\\', '\x7f', '\x1f', '0'), { maxLength: 12 }).map((parts) => parts.join(''))
const any = fc.oneof(ascii, fc.array(fc.constantFrom('港', 'カ', 'ｶ', 'ﾞ', 'Ａ', '　', ' ', 'b', '々', 'é', 'ß', '\u0301', '～', '˜', '①'), { maxLength: 12 }).map((parts) => parts.join('')))

test('looking for a needle is folding the text and looking there', () => {
  fc.assert(fc.property(any, any, (text, needle) => {
    const finder = finderOf(folded(needle))
    const looked = searchable(text)
    assert.equal(looked.holds(finder), folded(text).includes(folded(needle)))
    assert.equal(looked.holds(finder), folded(text).includes(folded(needle)))
  }), { numRuns: 20_000 })
})

test('a needle cut out of a text is found in it', () => {
  fc.assert(fc.property(ascii, fc.nat(12), fc.nat(12), (text, from, length) => {
    const needle = folded(text).slice(from, from + length)
    assert.ok(searchable(text).holds(finderOf(needle)), JSON.stringify([text, needle]))
  }), { numRuns: 5_000 })
})

test('a long run of blanks is passed over once', () => {
  const blanks = searchable(`a${' '.repeat(1_000_000)}`)
  for (const needle of [' b', 'a b', 'b ', 'a b c']) assert.equal(blanks.holds(finderOf(needle)), false)
})
