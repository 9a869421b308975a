import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newAccountHandle } from '@bulkhead/base/ids.ts'
import { openAccounts } from './open-accounts.ts'
import { given, mail } from './testing/given.ts'

const house = async () => {
  const there = await given()
  return { ...there, accounts: openAccounts(there.ports) }
}
const isWiped = (key: Buffer): boolean => key.every((byte) => byte === 0)

test('sessions of an account share it; its key is wiped when the last of them ends', async () => {
  const { accounts, account, privateKey } = await house()
  const [one, other] = [privateKey(), privateKey()]
  const [first, second] = await Promise.all([accounts.acquire(account, one), accounts.acquire(account, other)])
  assert.equal(first.mail, second.mail)
  assert.ok(isWiped(other.declassify()), 'the second copy was not needed')
  assert.ok(!isWiped(one.declassify()))
  await first.release()
  assert.ok(!isWiped(one.declassify()))
  assert.equal(accounts.size(), 1)
  await second.release()
  assert.ok(isWiped(one.declassify()))
  assert.equal(accounts.size(), 0)
})

test('after the last session nothing is sealed or opened any more', async () => {
  const { accounts, account, privateKey, deliver } = await house()
  await deliver(mail('a'))
  const { mail: open, release } = await accounts.acquire(account, privateKey())
  const { inbox } = open.state()
  await release()
  await assert.rejects(open.storeFlags(inbox.id, [[1, 9] as never], 'add', ['\\Seen']), { name: 'Bug' })
  await assert.rejects(open.body(inbox.messages.messageId(0)), { name: 'Bug' })
  await assert.rejects(release(), { name: 'Bug' })
})

test('who comes while the last one leaves gets an account that is open', async () => {
  const { accounts, account, privateKey, deliver } = await house()
  const first = await accounts.acquire(account, privateKey())
  const leaving = first.release()
  const second = await accounts.acquire(account, privateKey())
  await leaving
  await deliver(mail('a'))
  assert.equal((await second.mail.refresh()).inbox.messages.count, 1)
  await second.release()
})

test('a wake-up refreshes accounts that are open and no others', async () => {
  const { accounts, account, privateKey, deliver } = await house()
  const { mail: open, release } = await accounts.acquire(account, privateKey())
  await deliver(mail('a'))
  const heard = new Promise<number>((resolve) => open.watch((state) => resolve(state.inbox.messages.count)))
  accounts.wake([newAccountHandle(), account])
  assert.equal(await heard, 1)
  await release()
})

test('an account that does not open leaves no key and nothing in the way', async () => {
  const { accounts, account, privateKey, world } = await house()
  const key = privateKey()
  world.sickness = 'away'
  await assert.rejects(accounts.acquire(account, key), { code: 'databaseAway' })
  assert.ok(isWiped(key.declassify()))
  assert.equal(accounts.size(), 0)
  world.sickness = 'well'
  await (await accounts.acquire(account, privateKey())).release()
  await assert.rejects(accounts.acquire(newAccountHandle(), privateKey()), { code: 'corrupt' })
})
