import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { compileRegex, regexMatch } from './regex.ts'

const matched = (pattern: string, text: string, sameCase = true): readonly string[] | undefined | string => {
  const regex = compileRegex(pattern, sameCase)
  if ('wrong' in regex) return regex.wrong
  const groups = regexMatch(regex, text, () => undefined)
  return groups === undefined ? undefined : groups.slice(0, 1 + groups.findLastIndex((group, at) => at === 0 || group !== ''))
}

test('patterns as people write them', () => {
  assert.deepEqual(matched('^\\[([^]]+)\\] (.*)$', '[list-42] hello'), ['[list-42] hello', 'list-42', 'hello'])
  assert.deepEqual(matched('a{2,3}', 'caaaat'), ['aaa'])
  assert.deepEqual(matched('(foo|ba[rz])+', 'xfoobarbaz'), ['foobarbaz', 'baz'])
  assert.deepEqual(matched('[[:digit:]]{4}-[0-9]{2}', 'on 2026-11-21'), ['2026-11'])
  assert.deepEqual(matched('会議.*(東京|大阪)', '第3回会議（大阪）'), ['会議（大阪', '大阪'])
  assert.deepEqual(matched('ORDER #[A-F0-9]+', 'your order #beef', false), ['order #beef'])
  assert.equal(matched('ORDER', 'order'), undefined)
  assert.deepEqual(matched('', 'x'), [''])
  assert.deepEqual(matched('x*', 'yx'), [''])
  assert.deepEqual(matched('[]a-]+', '-]a-'), ['-]a-'])
  assert.deepEqual(matched('😀{2}', 'a😀😀'), ['😀😀'])
})

test('what is no pattern is said to be none, with its reason', () => {
  for (const pattern of ['(', ')', '[a', 'a{', 'a{2', 'a{3,2}', 'a{256}', '*a', '\\d', '\\', '[[:nope:]]', '[z-a]', '('.repeat(30), '(((((a{99}){99}){99}){99}){99})']) {
    assert.match(String(matched(pattern, '')), /is no regular expression/, pattern)
  }
})

test('no pattern takes more than its length times that of the text', () => {
  for (const pattern of ['(a*)*b', '(a|a)*b', '(a?){60}a{60}', '(.*)*(.*)*(.*)*x', '((a+)+)+$']) {
    const regex = compileRegex(pattern, false)
    assert.ok('steps' in regex)
    let spent = 0
    regexMatch(regex, 'a'.repeat(5_000), (steps) => void (spent += steps))
    assert.ok(spent <= 3 * (regex.steps.length + 1) * 5_001, `${pattern}: ${spent}`)
  }
})

test('matches what JavaScript matches, and groups hold the same', () => {
  const piece = fc.constantFrom('a', 'b', '.', '[ab]', '[^a]', '(a)', '(a|b)', '(b|)', 'a*', 'b+', '(ab)*', 'a{1,2}', '^', '$', '(a*b)?')
  const patterns = fc.array(piece, { minLength: 1, maxLength: 6 }).map((pieces) => pieces.join(''))
  fc.assert(fc.property(patterns, fc.stringMatching(/^[abc]{0,8}$/), (pattern, text) => {
    const theirs = new RegExp(pattern, 'u').exec(text)
    const ours = matched(pattern, text)
    assert.equal(ours?.[0], theirs?.[0], `${pattern} in ${text}`)
  }), { numRuns: 3_000 })
})
