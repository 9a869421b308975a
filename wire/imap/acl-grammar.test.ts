import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { identifier, modifiedRights, rightLetters, rightsText } from './acl-grammar.ts'
import { parsed, scanOf } from './scan.ts'

const rightsOf = (text: string) => parsed(scanOf(Buffer.from(text)), modifiedRights)

test('rights replace, or are added or taken away; those of RFC 2086 stand for others', () => {
  assert.deepEqual(rightsOf('lrs'), { is: 'parsed', value: { mode: 'replace', rights: 'lrs' } })
  assert.deepEqual(rightsOf('+cd'), { is: 'parsed', value: { mode: 'add', rights: 'kxte' } })
  assert.deepEqual(rightsOf('"-"'), { is: 'parsed', value: { mode: 'remove', rights: '' } })
  for (const unknown of ['lz', '+L', 'l+r', '0']) assert.equal(rightsOf(unknown).is, 'bad', unknown)
})

test('a client sees the rights of RFC 2086 beside those they stand for', () => {
  assert.equal(rightsText('lr'), 'lr')
  assert.equal(rightsText('lrkx'), 'lrkxcd')
})

test('any bytes are rights and an identifier, or neither, and never a throw', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
    const rights = parsed(scanOf(Buffer.from(bytes)), modifiedRights)
    if (rights.is === 'parsed') assert.ok([...rights.value.rights].every((letter) => rightLetters.includes(letter)))
    parsed(scanOf(Buffer.from(bytes)), identifier)
  }))
})
