import assert from 'node:assert/strict'
import { test } from 'node:test'
import { manualClock } from '@bulkhead/base/clock.ts'
import { newAccountHandle } from '@bulkhead/base/ids.ts'
import { pseudonymizer } from '@bulkhead/base/pseudonym.ts'
import { secret } from '@bulkhead/base/secret.ts'
import { isBurst } from './burst.ts'
import { listedIdentities, openIdentity, sealIdentity } from './identities.ts'
import { realSealing } from '@bulkhead/seal/real-sealing.ts'
import { ledgerContract } from './ledger-contract.ts'
import { filterBits, marksOf, marksPerThing } from './marks.ts'
import { memoryLedger } from './memory-ledger.ts'
import { ordinaryPlan } from './plan.ts'

const minuteMs = 60_000

test('the ledger in memory', async (t) => {
  await ledgerContract(
    async (plan) => ({ ledger: memoryLedger(manualClock(1e12), plan), newAccount: async () => newAccountHandle() }),
    async (name, holds) => t.test(name, holds),
  )
})

test('room comes back with time, and what was usual is known from the week', async () => {
  const clock = manualClock(1e12)
  const ledger = memoryLedger(clock, { ...ordinaryPlan, messagesPerHour: 1 })
  const account = newAccountHandle()
  await ledger.count(account, { recipients: 7, marks: [] })
  const over = await ledger.count(account, { recipients: 1, marks: [] })
  assert.ok(over.is === 'over' && over.againAtMs !== null)
  clock.advance(over.againAtMs - clock.now())
  const counted = await ledger.count(account, { recipients: 1, marks: [] })
  assert.ok(counted.is === 'counted' && counted.pace.usualRecipients === 7 && counted.pace.recipients === 1)
  clock.advance(8 * 24 * 60 * minuteMs)
  const later = await ledger.count(account, { recipients: 1, marks: [] })
  assert.ok(later.is === 'counted' && later.pace.usualRecipients === 0)
})

test('the list of what an account may send as opens with its key alone', () => {
  const [own, other] = [realSealing.newKeyPair(), realSealing.newKeyPair()]
  const account = newAccountHandle()
  const sealed = sealIdentity(realSealing, { account, publicKey: own.publicKey }, 'info@one.example')
  assert.equal(openIdentity(realSealing, account, own.privateKey, sealed), 'info@one.example')
  assert.throws(() => openIdentity(realSealing, account, other.privateKey, sealed))
  assert.throws(() => openIdentity(realSealing, newAccountHandle(), own.privateKey, sealed))
  assert.deepEqual(listedIdentities('taro@one.example', ['z@one.example', 'info@one.example', 'taro@one.example', 'z@one.example']),
    ['taro@one.example', 'info@one.example', 'z@one.example'])
})

test('a burst is many strangers in minutes, many by the account’s own measure', () => {
  const pace = { messages: 1, recipients: 101, strangers: 101, usualRecipients: 0, newPeer: false, held: false }
  assert.equal(isBurst(pace), true)
  assert.equal(isBurst({ ...pace, recipients: 100 }), false)
  assert.equal(isBurst({ ...pace, recipients: 51, newPeer: true }), true)
  assert.equal(isBurst({ ...pace, usualRecipients: 30 }), false, 'it sends thirty every day')
  assert.equal(isBurst({ ...pace, strangers: 50 }), false, 'most know it')
})

test('marks are of the key and the thing, and fit the filter', () => {
  const [one, other] = [1, 2].map((byte) => pseudonymizer(secret(Buffer.alloc(32, byte))))
  assert.ok(one !== undefined && other !== undefined)
  const marks = marksOf(one, 'a to b')
  assert.equal(marks.length, marksPerThing)
  assert.ok(marks.every((mark) => mark >= 0 && mark < filterBits))
  assert.deepEqual(marksOf(one, 'a to b'), marks)
  assert.notDeepEqual(marksOf(other, 'a to b'), marks)
  assert.notDeepEqual(marksOf(one, 'a to c'), marks)
})
