/** Somebody's own new password, as far as the warden goes: whom it refuses, what it counts, and what the new row opens. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { secret } from '@bulkhead/base/secret.ts'
import { realSealing } from '@bulkhead/seal/real-sealing.ts'
import { cheapParams, startCellWithTaro, vaultBudgets, type Cell } from '@bulkhead/test/directory/cell.ts'

const address = 'taro@one.example'
const password = 'correct horse'
const another = 'another harbour'

const renew = (cell: Cell, old: string, fresh: string | Buffer, login = address, mailroom = 'mailroom') =>
  cell.gate.ask('renewPassword', {
    login, password: Buffer.from(old).toString('base64'), newPassword: Buffer.from(fresh).toString('base64'), mailroom, peer: '192.0.2.1', tls: true,
  })

/** As the mailroom does, but for who is signed out. */
const stored = async (cell: Cell, old: string, fresh: string): Promise<boolean> => {
  const reply = await renew(cell, old, fresh)
  assert.ok(reply.is === 'answered', JSON.stringify(reply))
  const { account, previous, credential } = cell.openRenewal(reply.answer.renewal)
  return cell.directory.replaceCredential(account, Buffer.from(previous, 'base64'), credential)
}

test('the new row opens the same key by the new password alone; the old one is wrong at once, whoever remembers it', async () => {
  await using cell = await startCellWithTaro()
  const before = await cell.login(address, password)
  assert.ok(before.is === 'answered')
  assert.equal(await stored(cell, password, another), true)
  assert.deepEqual(await cell.login(address, password), { is: 'refused', refusal: 'wrong' })
  const after = await cell.login(address, another)
  assert.ok(after.is === 'answered')
  assert.equal(cell.openPass(after.answer).privateKey, cell.openPass(before.answer).privateKey)
  const { account } = cell.openPass(after.answer)
  const publicKey = cell.directory.accounts.get(account)?.row.publicKey
  assert.deepEqual(realSealing.publicKeyOf(secret(Buffer.from(cell.openPass(after.answer).privateKey, 'base64'))), publicKey)
  assert.ok(cell.events.some(({ kind, subject, outcome }) => kind === 'warden.renewPassword' && subject === account && outcome === 'granted'))
})

test('until it is stored nothing has changed, and of two that were asked for at once one is', async () => {
  await using cell = await startCellWithTaro()
  const replies = await Promise.all([renew(cell, password, another), renew(cell, password, 'a third harbour')])
  assert.equal((await cell.login(address, password)).is, 'answered')
  const done = []
  for (const reply of replies) {
    assert.ok(reply.is === 'answered')
    const { account, previous, credential } = cell.openRenewal(reply.answer.renewal)
    done.push(await cell.directory.replaceCredential(account, Buffer.from(previous, 'base64'), credential))
  }
  assert.deepEqual(done, [true, false])
  assert.equal((await cell.login(address, another)).is, 'answered')
})

test('what can not be a password is said without asking for the one of now, and the same one again', async () => {
  await using cell = await startCellWithTaro()
  const flaws = { tooShort: 'short', tooLong: 'x'.repeat(257), common: 'Password123', ownName: 'TARO@one.example', controlCharacter: 'nul\0in between' }
  const hashes = cell.hashes()
  for (const [refusal, fresh] of Object.entries(flaws)) assert.deepEqual(await renew(cell, 'whatever it is', fresh), { is: 'refused', refusal })
  // RFC 8265: the same keys on a Mac and on Windows are the same password.
  assert.deepEqual(await renew(cell, 'cafe\u0301 harbour', 'caf\u00e9\u3000harbour'), { is: 'refused', refusal: 'same' })
  assert.equal(cell.hashes(), hashes)
  assert.deepEqual(await renew(cell, password, another, address, 'elsewhere'), { is: 'refused', refusal: 'overBudget' })
})

test('a password set in one form of Unicode is the same at log-in in another', async () => {
  await using cell = await startCellWithTaro()
  assert.equal(await stored(cell, password, 'cafe\u0301\u3000harbour'), true)
  assert.equal((await cell.login(address, 'caf\u00e9 harbour')).is, 'answered')
})

test('guesses of the one of now are counted as those at log-in are: at its end the right one is refused as well', async () => {
  await using cell = await startCellWithTaro()
  for (let guess = 0; guess < vaultBudgets.wrongPerAccountHour; guess += 1) {
    const reply = guess % 2 === 0 ? await renew(cell, `guess number ${guess}`, another) : await cell.login(address, `guess number ${guess}`)
    assert.deepEqual(reply, { is: 'refused', refusal: 'wrong' })
  }
  assert.deepEqual(await renew(cell, password, another), { is: 'refused', refusal: 'overBudget' })
  assert.deepEqual(await cell.login(address, password), { is: 'refused', refusal: 'overBudget' })
  for (const login of ['nobody@one.example', '', 'taro']) assert.deepEqual(await renew(cell, password, another, login), { is: 'refused', refusal: 'wrong' }, login)
})

test('a row of old parameters is not brought up to date beside the new one', async () => {
  const params = { ...cheapParams }
  await using cell = await startCellWithTaro({ params })
  const [account] = cell.directory.accounts.keys()
  assert.ok(account !== undefined)
  params.t += 1
  assert.equal(await stored(cell, password, another), true)
  assert.equal(cell.directory.accounts.get(account)?.credential.params.t, params.t)
})
