import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { newAccountHandle } from '@bulkhead/base/ids.ts'
import { modesOf, policyOf } from '@bulkhead/mail/filtering/settings.ts'
import { isPositive, isTemporary } from '@bulkhead/wire/smtp/reply.ts'
import { fold, type Delivered, type Stored } from './fold.ts'

const policy = policyOf({}, {})
const filter = { policy, modes: modesOf(policy, {}), lists: () => false }
const accounts = Array.from({ length: 5 }, newAccountHandle)
const kinds = fc.constantFrom<Stored>('stored', 'overQuota', 'gone', 'fault', 'discarded', 'forwarded', 'rejected')

const taken: readonly Stored[] = ['stored', 'discarded', 'forwarded']

/** Recipients over a few accounts, some of them twice, each account with its fate. */
const deliveries: fc.Arbitrary<Delivered> = fc
  .tuple(fc.array(fc.nat(accounts.length - 1), { minLength: 1, maxLength: 8 }), fc.array(kinds, { minLength: 5, maxLength: 5 }))
  .map(([chosen, fates]) => {
    const recipients = chosen.flatMap((at) => {
      const account = accounts[at]
      return account === undefined ? [] : [{ account, publicKey: Buffer.alloc(0), forwardPath: { localPart: `r${at}`, domain: 'x.example' }, notify: null, orcpt: null, brand: 'one', filter }]
    })
    const stored = new Map(recipients.map(({ account }) => [account, fates[accounts.indexOf(account)] ?? 'fault'] as const))
    return { recipients, stored, rejections: new Map(), id: 'id' }
  })

const fatesOf = ({ recipients, stored }: Delivered): readonly (Stored | undefined)[] => recipients.map(({ account }) => stored.get(account))

test('there is one reply for each recipient, whatever happened', () => {
  fc.assert(
    fc.property(deliveries, fc.constantFrom('gate' as const, 'courier' as const), (delivered, caller) => {
      assert.equal(fold(caller, delivered).replies.length, delivered.recipients.length)
    }),
  )
})

test('the gate acknowledges all or nothing: with any fault every reply is temporary and no digest is forgotten', () => {
  fc.assert(
    fc.property(deliveries, (delivered) => {
      const { replies, reported, acknowledged } = fold('gate', delivered)
      if (!fatesOf(delivered).includes('fault')) return
      assert.ok(replies.every(isTemporary))
      assert.deepEqual([reported.length, acknowledged.length], [0, 0])
    }),
  )
})

test('whoever gets a positive reply through the gate is stored, or is reported to the sender', () => {
  fc.assert(
    fc.property(deliveries, (delivered) => {
      const { replies, reported } = fold('gate', delivered)
      const told = new Set(reported.map(({ recipient }) => recipient))
      for (const [at, recipient] of delivered.recipients.entries()) {
        const reply = replies[at]
        const stored = taken.includes(delivered.stored.get(recipient.account) ?? 'fault')
        if (reply !== undefined && isPositive(reply)) assert.ok(stored !== told.has(recipient))
        else assert.equal(told.size, 0)
      }
    }),
  )
})

test('a courier hears of each recipient what became of it', () => {
  fc.assert(
    fc.property(deliveries, (delivered) => {
      const { replies, reported } = fold('courier', delivered)
      assert.deepEqual(replies.map(isPositive), fatesOf(delivered).map((fate) => taken.includes(fate ?? 'fault')))
      assert.equal(reported.length, 0)
    }),
  )
})
