import assert from 'node:assert/strict'
import { test } from 'node:test'
import { manualClock } from '@bulkhead/base/clock.ts'
import { newAccountHandle } from '@bulkhead/base/ids.ts'
import { pop3Locks, silentMs, type Pop3Locks } from './locks.ts'

/** Two mailrooms that ask each other. */
const twoMailrooms = () => {
  const clock = manualClock(1_000_000)
  const one: Pop3Locks = pop3Locks({ clock, freeElsewhere: (account) => other.leave(account) })
  const other: Pop3Locks = pop3Locks({ clock, freeElsewhere: (account) => one.leave(account) })
  return { clock, one, other, account: newAccountHandle() }
}

test('a maildrop open in one mailroom is in use in the other, until its session ends', async () => {
  const { one, other, account } = twoMailrooms()
  const lock = await one.take(account)
  assert.ok(lock !== undefined)
  assert.equal(await other.take(account), undefined)
  assert.equal(await one.take(account), undefined)
  assert.ok((await other.take(newAccountHandle())) !== undefined)
  lock[Symbol.dispose]()
  assert.ok((await other.take(account)) !== undefined)
})

test('a silent session makes way for one in another mailroom, and its late end frees nothing', async () => {
  const { clock, one, other, account } = twoMailrooms()
  const silent = await one.take(account)
  assert.ok(silent !== undefined)
  silent.makeWay.addEventListener('abort', () => silent[Symbol.dispose]())
  clock.advance(silentMs)
  const next = await other.take(account)
  assert.ok(next !== undefined && silent.makeWay.aborted)
  silent[Symbol.dispose]()
  assert.equal(await one.take(account), undefined)
})

test('of many that ask at once, in whichever mailroom, at most one gets it, and afterwards it is free', async () => {
  const { one, other, account } = twoMailrooms()
  for (let round = 0; round < 50; round += 1) {
    const locks = await Promise.all([one, other, one, other, other].map((locksOf) => locksOf.take(account)))
    const got = locks.filter((lock) => lock !== undefined)
    assert.ok(got.length <= 1)
    for (const lock of got) lock[Symbol.dispose]()
  }
  assert.ok((await one.take(account)) !== undefined)
})
