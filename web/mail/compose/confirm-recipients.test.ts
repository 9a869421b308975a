import assert from 'node:assert/strict'
import { test } from 'node:test'
import { needsConfirming, recipientRows, strictest } from './confirm-recipients.ts'
import { emptyDraft } from './draft.ts'

const address = (email: string) => ({ name: null, email })
const draft = { ...emptyDraft('d@x'), to: [address('in@EXAMPLE.jp'), address('out@other.jp')], bcc: [address('b@evil-example.jp')] }

test('people outside stand first; other accounts of one’s own domain are inside', () => {
  const rows = recipientRows(draft, ['me@example.jp'])
  assert.deepEqual(rows.map(({ field, outside }) => `${field} ${outside}`), ['to true', 'bcc true', 'to false'])
  assert.equal(needsConfirming('outside', rows), true)
  assert.equal(needsConfirming('outside', rows.filter(({ outside }) => !outside)), false)
  assert.equal(needsConfirming('always', rows.slice(2)), true)
  assert.equal(needsConfirming('off', rows), false)
})

test('a brand can only make it stricter', () => {
  assert.equal(strictest('off', 'outside'), 'outside')
  assert.equal(strictest('always', 'off'), 'always')
})
