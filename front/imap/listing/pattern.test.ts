import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { patternMatcher } from './pattern.ts'

const asRegExp = (pattern: string): RegExp =>
  new RegExp(`^${pattern.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll(/[%*]/g, (wild) => (wild === '%' ? '[^/]*' : '.*'))}$`, 'su')

test('a pattern matches what its wildcards say', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '/', '*', '%', '.', '日'), maxLength: 8 })
  const name = fc.string({ unit: fc.constantFrom('a', 'b', '/', '.', '日'), maxLength: 8 })
  fc.assert(fc.property(text, name, (pattern, of) => {
    assert.equal(patternMatcher(pattern)(of), asRegExp(pattern.replaceAll(/\*+/g, '*')).test(of))
  }), { numRuns: 2_000 })
})

test('no pattern takes long', () => {
  const matches = patternMatcher('%a*'.repeat(300))
  const begin = performance.now()
  matches('a'.repeat(500))
  assert.ok(performance.now() - begin < 1_000)
})
