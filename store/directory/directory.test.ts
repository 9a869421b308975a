import assert from 'node:assert/strict'
import { newAccountHandle, type AccountHandle } from '@bulkhead/base/ids.ts'
import type { CredentialRow, SealedAddress } from '@bulkhead/door/contracts/warden.ts'
import type { NewAccountRow } from '@bulkhead/mail/ports/directory.ts'
import { onEveryServer, sealedBytes } from '@bulkhead/test/postgres/cell.ts'
import { accountLife } from './account-life.ts'
import { credentialDirectory } from './credential-directory.ts'
import { deskDirectory } from './desk-directory.ts'
import { recipientDirectory } from './recipient-directory.ts'
import { sessionDirectory } from './session-directory.ts'
import { sql } from '../sql/sql.ts'
import { gathered } from '../sql/gathered.ts'

const credential = (): CredentialRow => ({
  salt: sealedBytes(16).toString('base64'),
  params: { m: 19_456, t: 2, p: 1 },
  sealed: sealedBytes(200).toString('base64'),
})
const address = (): SealedAddress => ({ index: sealedBytes(32).toString('base64'), sealed: sealedBytes(60).toString('base64') })
const indexOf = ({ index }: SealedAddress): Buffer => Buffer.from(index, 'base64')
const newRow = (): NewAccountRow => ({
  account: newAccountHandle(), brand: 'sky', publicKey: sealedBytes(32), credential: credential(), address: address(), escrow: sealedBytes(90),
})

onEveryServer('the directory', async (t, cell) => {
  await using desk = cell.open('desk', 'directory')
  await using intake = cell.open('intake', 'directory')
  await using warden = cell.open('warden', 'directory')
  await using mailroom = cell.open('mailroom', 'directory')
  const directory = deskDirectory(desk)
  const recipients = recipientDirectory(intake)
  const sessions = sessionDirectory(mailroom, gathered(mailroom))
  const first = newRow()

  await t.test('has brands and their domains', async () => {
    assert.equal(await directory.addDomain('sky.example', 'sky'), 'noSuchBrand')
    assert.equal(await directory.addBrand('sky', 'Sky Mail'), 'added')
    assert.equal(await directory.addBrand('sky', 'Sky Mail'), 'exists')
    assert.equal(await directory.addDomain('sky.example', 'sky'), 'added')
    assert.equal(await directory.addDomain('sky.example', 'sky'), 'exists')
    assert.deepEqual(await directory.brands(), [{ brand: 'sky', name: 'Sky Mail', domains: ['sky.example'] }])
    assert.deepEqual(await directory.domains(), [{ domain: 'sky.example', brand: 'sky' }])
    assert.equal(await recipients.isLocalDomain('sky.example'), true)
    assert.equal(await sessions.isLocalDomain('elsewhere.example'), false)
  })

  await t.test('resolves an account by its blind index, and nobody by another', async () => {
    assert.equal(await directory.addAccount(first, 'nowhere.example'), 'noSuchDomain')
    assert.equal(await directory.addAccount(first, 'sky.example'), 'added')
    const found = await recipients.resolve(indexOf(first.address))
    assert.equal(found?.account, first.account)
    assert.equal(found?.state, 'active')
    assert.deepEqual(Buffer.from(found?.publicKey ?? []), first.publicKey)
    assert.equal(await recipients.resolve(sealedBytes(32)), undefined)
  })

  await t.test('knows what an ISP, a brand and a person decided about filtering, and writes every decision down', async () => {
    const { account } = first
    const resolve = async () => (await recipients.resolve(indexOf(first.address)))?.filter
    assert.deepEqual(await resolve(), { choices: {}, allow: new Uint8Array(0), deny: new Uint8Array(0) })
    assert.equal(await directory.setFilterSetting('nowhere', 'spam.mode', 'mark', 'cli'), 'noSuchBrand')
    assert.equal(await directory.setFilterSetting('', 'spam.mode', 'mark', 'cli'), 'set')
    assert.equal(await directory.setFilterSetting('sky', 'spam.mode', 'off', 'cli'), 'set')
    assert.equal(await directory.setFilterSetting('sky', 'spam.subject', '[迷惑]', 'cli'), 'set')
    assert.equal(await directory.setFilterSetting('sky', 'spam.mode', null, 'cli'), 'set')
    const entry = sealedBytes(16)
    assert.equal(await directory.addFilterEntry(null, 'deny', entry, 'cli'), 'added')
    const book = await recipients.filterBook()
    assert.deepEqual([book.isp, book.brands.get('sky')], [{ 'spam.mode': 'mark' }, { 'spam.subject': '[迷惑]' }])
    assert.ok(entry.equals(book.deny) && book.allow.length === 0)
    await directory.setFilterChoice(account, 'spam', 'on', 'cli')
    await directory.setFilterChoice(account, 'virus', 'off', 'cli')
    await directory.setFilterChoice(account, 'virus', null, 'cli')
    assert.equal(await directory.addFilterEntry(account, 'allow', entry, 'cli'), 'added')
    assert.equal(await directory.addFilterEntry(account, 'allow', entry, 'cli'), 'exists')
    const filter = await resolve()
    assert.deepEqual(filter?.choices, { spam: 'on' })
    assert.ok(entry.equals(filter?.allow ?? []))
    assert.deepEqual(await directory.filterOf(account), { brand: 'sky', choices: { spam: 'on' }, allowed: 1, denied: 0 })
    assert.equal(await directory.removeFilterEntry(account, 'allow', entry, 'cli'), 'removed')
    assert.equal(await directory.removeFilterEntry(account, 'allow', entry, 'cli'), 'noSuchEntry')
    assert.deepEqual((await directory.filterDecisions(account, 10)).map(({ what, value }) => [what, value]), [
      ['allow', 'removed'], ['allow', 'added'], ['virus', null], ['virus', 'off'], ['spam', 'on'],
    ])
  })

  await t.test('gives an address once', async () => {
    assert.equal(await directory.addAccount({ ...newRow(), address: first.address }, 'sky.example'), 'exists')
    assert.equal((await directory.list(null, 10)).length, 1)
  })

  await t.test('gives the warden one credential by index, by an alias too, and replaces it only unchanged', async () => {
    await using credentials = credentialDirectory(warden)
    const alias = address()
    assert.equal(await directory.addAlias(first.account, 'sky.example', alias), 'added')
    const found = await credentials.credentialFor(indexOf(alias))
    assert.deepEqual(found, { account: first.account, state: 'active', set: 'sky', publicKey: first.publicKey, credential: first.credential })
    const next = credential()
    assert.equal(await credentials.replaceCredential(first.account, sealedBytes(200), next), false)
    assert.equal(await credentials.replaceCredential(first.account, Buffer.from(first.credential.sealed, 'base64'), next), true)
    assert.deepEqual((await credentials.credentialFor(indexOf(first.address)))?.credential, next)
    assert.equal(await credentials.credentialFor(sealedBytes(32)), undefined)
  })

  await t.test('notes logins to the minute', async () => {
    {
      await using credentials = credentialDirectory(warden)
      credentials.loggedIn(first.account)
    }
    const line = await directory.find(indexOf(first.address))
    assert.ok(Math.abs(Date.parse(line?.lastLoginAt ?? '') - Date.now()) < 70_000)
    assert.match(line?.lastLoginAt ?? '', /:00\.000Z$/)
  })

  await t.test('finds and lists accounts with their sealed address and the number of aliases', async () => {
    const line = await directory.find(indexOf(first.address))
    assert.equal(line?.aliases, 1)
    assert.equal(line?.brand, 'sky')
    assert.ok(Math.abs(Date.parse(line?.createdAt ?? '') - Date.now()) < 60_000)
    assert.equal(Buffer.from(line?.sealedAddress ?? []).toString('base64'), first.address.sealed)
    for (let i = 0; i < 4; i += 1) assert.equal(await directory.addAccount(newRow(), 'sky.example'), 'added')
    const seen: AccountHandle[] = []
    for (let after: AccountHandle | null = null; ; after = seen.at(-1) ?? null) {
      const page = await directory.list(after, 2)
      if (page.length === 0) break
      seen.push(...page.map(({ account }) => account))
    }
    assert.equal(new Set(seen).size, 5)
    assert.deepEqual(seen, [...seen].sort())
  })

  await t.test('tells a mailroom the state of an account and whether an address is its own', async () => {
    await directory.setState(first.account, 'suspended')
    assert.equal((await sessions.accountState(first.account))?.state, 'suspended')
    assert.equal(await sessions.accountState(newAccountHandle()), undefined)
    assert.equal(await sessions.maySendAs(first.account, indexOf(first.address)), true)
    assert.equal(await sessions.maySendAs(newAccountHandle(), indexOf(first.address)), false)
    await directory.setState(first.account, 'active')
  })

  await t.test('removes an alias, never the primary address', async () => {
    const alias = address()
    assert.equal(await directory.addAlias(first.account, 'sky.example', alias), 'added')
    assert.equal(await directory.removeAlias(indexOf(alias)), 'removed')
    assert.equal(await directory.removeAlias(indexOf(alias)), 'noSuchAddress')
    assert.equal(await directory.removeAlias(indexOf(first.address)), 'primaryStays')
  })

  await t.test('buries an account: nothing of it is left but addresses that are never given again', async () => {
    const gone = newRow()
    assert.equal(await directory.addAccount(gone, 'sky.example'), 'added')
    assert.deepEqual(await directory.escrowOf(gone.account), gone.escrow)
    await directory.bury(gone.account)
    await directory.bury(gone.account)
    assert.equal(await recipients.resolve(indexOf(gone.address)), undefined)
    assert.equal(await directory.find(indexOf(gone.address)), undefined)
    assert.equal(await directory.escrowOf(gone.account), undefined)
    assert.equal(await directory.addAccount({ ...newRow(), address: gone.address }, 'sky.example'), 'neverAgain')
    assert.equal(await directory.addAlias(first.account, 'sky.example', gone.address), 'neverAgain')
    await using credentials = credentialDirectory(warden)
    assert.equal(await credentials.credentialFor(indexOf(gone.address)), undefined)
  })

  await t.test('removes a domain that nobody lives in', async () => {
    assert.equal(await directory.addDomain('empty.example', 'sky'), 'added')
    assert.equal(await directory.removeDomain('sky.example'), 'notEmpty')
    assert.equal(await directory.removeDomain('empty.example'), 'removed')
    assert.equal(await directory.removeDomain('empty.example'), 'noSuchDomain')
  })

  await t.test('the desk sets a credential whatever was there', async () => {
    const next = credential()
    await directory.setCredential(first.account, next)
    await using credentials = credentialDirectory(warden)
    assert.deepEqual((await credentials.credentialFor(indexOf(first.address)))?.credential, next)
  })

  await t.test('opens, limits, closes and removes a journal', async () => {
    await using deskMail = cell.open('desk', 'mail')
    await using intakeMail = cell.open('intake', 'mail')
    const removed: AccountHandle[] = []
    const life = accountLife(deskMail, {
      create: () => Promise.reject(new Error('not here')),
      open: async () => undefined,
      remove: async () => undefined,
      removeAll: async (account) => void removed.push(account),
    })
    await life.openJournal(first.account, 1_000)
    await life.openJournal(first.account, 5)
    assert.deepEqual([...(await life.usage([first.account, newAccountHandle()]))], [[first.account, { usedBytes: 0, messages: 0, quotaBytes: 1_000, quotaMessages: null }]])
    await life.setQuota(first.account, null)
    await life.setOpen(first.account, false)
    assert.equal((await life.usage([first.account])).get(first.account)?.quotaBytes, null)
    await life.removeJournal(first.account)
    assert.deepEqual(removed, [first.account])
    assert.equal((await intakeMail.burst([sql`select * from ask.usage(${first.account})`]))[0]?.length, 0)
  })
})
