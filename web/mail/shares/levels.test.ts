import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lettersOf, levelOf, levelOfLetters, levels } from './levels.ts'

const rights = (mayAddItems: boolean, maySetKeywords: boolean, mayRemoveItems: boolean) => ({ mayAddItems, maySetKeywords, mayRemoveItems })

test('what somebody may do is the highest step that all rights of it are there for', () => {
  assert.equal(levelOf(rights(true, true, true)), 'everything')
  assert.equal(levelOf(rights(true, true, false)), 'write')
  assert.equal(levelOf(rights(true, false, true)), 'read', 'deleting alone is not everything')
  assert.equal(levelOf(rights(false, false, false)), 'read')
})

test('each step is known by its letters; what another program gave is none of them', () => {
  for (const level of levels) assert.equal(levelOfLetters(lettersOf[level]), level)
  for (const letters of ['lr', 'lrswipkxtea', 'lrst', '']) assert.equal(levelOfLetters(letters), undefined, letters)
})
