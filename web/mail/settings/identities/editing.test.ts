import assert from 'node:assert/strict'
import { test } from 'node:test'
import { badBcc, editedOf, isGood, isTooLong, newOf, propertiesOf, shownSender, type Identity } from './editing.ts'

const identity: Identity = { id: 'I1', name: '山田 太郎', email: 'taro@one.example', bcc: null, textSignature: '山田', htmlSignature: '<p><b>山田</b></p>', mayDelete: false }

test('what was not touched is said as it was', () => {
  assert.deepEqual(propertiesOf(editedOf(identity)), { name: '山田 太郎', bcc: null, textSignature: '山田', htmlSignature: '<p><b>山田</b></p>' })
  assert.deepEqual(propertiesOf(newOf('taro@one.example')), { name: '', bcc: null, textSignature: '', htmlSignature: '' })
})

test('a signature that becomes plain text has no formatted form any more', () => {
  assert.equal(propertiesOf({ ...editedOf(identity), kind: 'plain' })['htmlSignature'], '')
  assert.equal(propertiesOf({ ...editedOf(identity), text: ' \n' })['htmlSignature'], '')
})

test('copies go to one address or several, written as people do', () => {
  const edited = { ...editedOf(identity), bcc: 'a@one.example、b@one.example' }
  assert.deepEqual(propertiesOf(edited)['bcc'], [{ name: null, email: 'a@one.example' }, { name: null, email: 'b@one.example' }])
  assert.ok(badBcc({ ...edited, bcc: 'a@' }))
  assert.ok(!isGood({ ...edited, bcc: 'nobody' }))
})

test('what the server would refuse for its length is told before', () => {
  assert.ok(isTooLong({ ...editedOf(identity), text: 'x'.repeat(10_001) }))
  assert.ok(isTooLong({ ...editedOf(identity), html: 'x'.repeat(60_001) }))
  assert.ok(!isTooLong({ ...editedOf(identity), kind: 'plain', html: 'x'.repeat(60_001) }))
})

test('the sender as people see it', () => {
  assert.equal(shownSender(' 山田 ', 'taro@one.example'), '山田 <taro@one.example>')
  assert.equal(shownSender('', 'taro@one.example'), 'taro@one.example')
})
