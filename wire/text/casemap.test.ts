import assert from 'node:assert/strict'
import { test } from 'node:test'
import { casemapKey } from './casemap.ts'

test('letters of any script are the same in either case', () => {
  for (const [left, right] of [['Zürich', 'zÜRICH'], ['Ёлка', 'ёЛКА'], ['Ωmega', 'ωMEGA'], ['ＡＢＣ', 'abc'], ['é', 'E\u0301'], ['ガ', 'ｶﾞ']] as const) {
    assert.equal(casemapKey(left), casemapKey(right))
  }
})

test('letters are mapped one by one', () => {
  assert.notEqual(casemapKey('Straße'), casemapKey('STRASSE'))
  assert.ok(casemapKey('Strass') < casemapKey('Straß'))
})

test('an accent comes behind its letter', () => {
  assert.deepEqual(['éa', 'f', 'ez', 'ea'].toSorted((left, right) => (casemapKey(left) < casemapKey(right) ? -1 : 1)), ['ea', 'ez', 'éa', 'f'])
})
