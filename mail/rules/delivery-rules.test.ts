import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { newAccountHandle, newMailboxId } from '@bulkhead/base/ids.ts'
import { realSealing } from '@bulkhead/seal/real-sealing.ts'
import { isNothing, openRules, sealRules, type DeliveryRules } from './delivery-rules.ts'

const { publicKey, privateKey } = realSealing.newKeyPair()
const text = fc.string({ unit: 'grapheme', maxLength: 30 })
const plain = { noNullPrototype: true }
const rules: fc.Arbitrary<DeliveryRules> = fc.record({
  included: fc.array(fc.record({ name: text, text }, plain), { maxLength: 2 }),
  script: fc.option(text),
  vacation: fc.option(fc.record({ fromMs: fc.option(fc.nat()), toMs: fc.option(fc.nat()), subject: fc.option(text), text: fc.option(text), html: fc.option(text) }, plain)),
  forwarding: fc.option(fc.record({ addresses: fc.array(text, { minLength: 1, maxLength: 5 }), keepsCopy: fc.boolean() }, plain)),
  own: fc.array(text, { maxLength: 5 }),
  mailboxes: fc.array(text, { maxLength: 5 }),
  specialUses: fc.array(text, { maxLength: 5 }),
  mailboxIds: fc.array(fc.constant(newMailboxId()), { maxLength: 2 }),
}, plain)

test('rules come back as they were sealed, for their account and by the key alone', () => {
  const [account, other] = [newAccountHandle(), newAccountHandle()]
  const stranger = realSealing.newKeyPair().privateKey
  fc.assert(fc.property(rules, (given) => {
    const sealed = sealRules(realSealing, publicKey, account, given)
    assert.deepEqual(openRules(realSealing, privateKey, account, sealed), given)
    assert.throws(() => openRules(realSealing, privateKey, other, sealed))
    assert.throws(() => openRules(realSealing, stranger, account, sealed))
    assert.equal(isNothing(given), given.script === null && given.vacation === null && given.forwarding === null)
  }), { numRuns: 60 })
})

test('what is no rules is refused', () => {
  for (const bytes of [Buffer.alloc(0), Buffer.from('garbage'), Buffer.alloc(200, 1)]) assert.throws(() => openRules(realSealing, privateKey, newAccountHandle(), bytes))
})
