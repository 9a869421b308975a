import assert from 'node:assert/strict'
import { newAccountHandle, type AccountHandle } from '@bulkhead/base/ids.ts'
import type { BlobStore } from '@bulkhead/mail/ports/blob-store.ts'
import { sharesMadeMax, sharesPerAccountMax } from '@bulkhead/mail/ports/share-directory.ts'
import { onEveryServer, sealedBytes } from '@bulkhead/test/postgres/cell.ts'
import { accountLife } from './account-life.ts'
import { deskDirectory } from './desk-directory.ts'
import { shareDirectory, shareJournals } from './share-directory.ts'
import { gathered } from '../sql/gathered.ts'

onEveryServer('shared mailboxes in the databases', async (t, cell) => {
  await using desk = cell.open('desk', 'directory')
  await using life = cell.open('desk', 'mail')
  await using mailroom = cell.open('mailroom', 'directory')
  await using mail = cell.open('mailroom', 'mail')
  const emptied: AccountHandle[] = []
  const blobs = { removeAll: async (account: AccountHandle) => void emptied.push(account) } as unknown as BlobStore
  const people = deskDirectory(desk)
  const shares = shareDirectory(mailroom, gathered(mailroom))
  const journals = shareJournals(mail, blobs)
  const settle = async (brand: string) => {
    const index = sealedBytes(32)
    const account = newAccountHandle()
    const credential = { salt: sealedBytes(16).toString('base64'), params: { m: 19_456, t: 2, p: 1 }, sealed: sealedBytes(200).toString('base64') }
    const address = { index: index.toString('base64'), sealed: sealedBytes(60).toString('base64') }
    await people.addAccount({ account, brand, publicKey: sealedBytes(32), credential, address, escrow: null }, `${brand}.example`)
    return { account, index }
  }
  for (const brand of ['sky', 'sea']) {
    await people.addBrand(brand, brand)
    await people.addDomain(`${brand}.example`, brand)
  }
  const [alice, bob, carol] = [await settle('sky'), await settle('sky'), await settle('sea')]
  const makers: AccountHandle[] = []
  const held = () => ({ share: newAccountHandle(), sealedKey: sealedBytes(81) })

  await t.test('a member has the key sealed to it, and nobody else has', async () => {
    const one = held()
    const forBob = { ...one, sealedKey: sealedBytes(81) }
    assert.equal(await shares.make(alice.account, one), 'made')
    assert.equal(await shares.addMember(bob.account, forBob), 'added')
    assert.deepEqual((await shares.sharesOf(alice.account)).map(({ share, sealedKey }) => [share, Buffer.from(sealedKey)]), [[one.share, one.sealedKey]])
    assert.deepEqual((await shares.sharesOf(bob.account)).map(({ sealedKey }) => Buffer.from(sealedKey)), [forBob.sealedKey])
    await shares.removeMember(one.share, bob.account)
    assert.deepEqual(await shares.sharesOf(bob.account), [])
    await shares.remove(one.share)
    assert.deepEqual(await shares.sharesOf(alice.account), [])
  })

  await t.test('an account of another brand is no candidate, and can not be added; nor can one that is suspended', async () => {
    assert.equal((await shares.candidate(alice.account, bob.index))?.account, bob.account)
    assert.equal(await shares.candidate(alice.account, carol.index), undefined)
    assert.equal(await shares.candidate(alice.account, sealedBytes(32)), undefined)
    const one = held()
    await shares.make(alice.account, one)
    assert.equal(await shares.addMember(carol.account, one), 'tooMany')
    await people.setState(bob.account, 'suspended')
    assert.equal(await shares.candidate(alice.account, bob.index), undefined)
    await people.setState(bob.account, 'active')
    await shares.remove(one.share)
  })

  await t.test('an account makes so many shares, and is a member of so many', async () => {
    const made = await Promise.all(Array.from({ length: sharesMadeMax + 2 }, () => shares.make(alice.account, held())))
    assert.equal(made.filter((answer) => answer === 'made').length, sharesMadeMax)
    for (let count = 0; count < sharesPerAccountMax; count += 1) {
      const maker = count % sharesMadeMax === 0 ? await settle('sky') : undefined
      if (maker !== undefined) makers.push(maker.account)
      const one = held()
      assert.equal(await shares.make(makers.at(-1) ?? alice.account, one), 'made')
      assert.equal(await shares.addMember(bob.account, one), 'added')
    }
    assert.equal(await shares.addMember(bob.account, { ...held(), share: (await shares.sharesOf(alice.account))[0]?.share ?? newAccountHandle() }), 'tooMany')
    assert.equal((await shares.sharesOf(bob.account)).length, sharesPerAccountMax)
  })

  await t.test('an account that is buried leaves its shares; the share stays for the others', async () => {
    await people.bury(bob.account)
    assert.deepEqual(await shares.sharesOf(bob.account), [])
    assert.equal((await shares.sharesOf(makers[0] ?? alice.account)).length, sharesMadeMax)
  })

  await t.test('a mailroom makes and removes journals of shares, and no account’s', async () => {
    const share = newAccountHandle()
    await journals.open(share, { bytes: 1_000, messages: 7 })
    assert.equal((await accountLife(life, blobs).usage([share])).get(share)?.quotaBytes, 1_000)
    assert.equal((await accountLife(life, blobs).usage([share])).get(share)?.quotaMessages, 7)
    await journals.remove(share)
    assert.equal((await accountLife(life, blobs).usage([share])).size, 0)
    assert.deepEqual(emptied, [share])
    await accountLife(life, blobs).openJournal(alice.account, null)
    await journals.open(alice.account, { bytes: null, messages: null })
    await journals.remove(alice.account)
    assert.equal((await accountLife(life, blobs).usage([alice.account])).size, 1)
  })
})
