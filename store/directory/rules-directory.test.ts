import assert from 'node:assert/strict'
import { newAccountHandle } from '@bulkhead/base/ids.ts'
import { onEveryServer, sealedBytes } from '@bulkhead/test/postgres/cell.ts'
import { deskDirectory } from './desk-directory.ts'
import { rulesReader, rulesWriter } from './rules-directory.ts'

onEveryServer('delivery rules', async (t, cell) => {
  await using desk = cell.open('desk', 'directory')
  await using intake = cell.open('intake', 'directory')
  await using mailroom = cell.open('mailroom', 'directory')
  const directory = deskDirectory(desk)
  const [reader, writer] = [rulesReader(intake), rulesWriter(mailroom)]
  const account = newAccountHandle()
  const index = sealedBytes(32)
  const versionNow = async (): Promise<number | undefined> => (await reader.versionsOf([newAccountHandle(), account])).get(account)
  await directory.addBrand('rules', 'Rules')
  await directory.addDomain('rules.example', 'rules')
  await directory.addAccount({
    account, brand: 'rules', publicKey: sealedBytes(32), escrow: null,
    credential: { salt: sealedBytes(16).toString('base64'), params: { m: 8, t: 1, p: 1 }, sealed: sealedBytes(80).toString('base64') },
    address: { index: index.toString('base64'), sealed: sealedBytes(40).toString('base64') },
  }, 'rules.example')

  await t.test('are written by a mailroom and read by intake, which is told of each version', async () => {
    assert.equal(await versionNow(), undefined)
    assert.equal(await reader.rulesOf(account), undefined)
    const [first, second] = [sealedBytes(300), sealedBytes(200)]
    await writer.setRules(account, first)
    const version = await versionNow()
    assert.ok(typeof version === 'number')
    assert.deepEqual(await reader.rulesOf(account), first)
    await writer.setRules(account, second)
    assert.ok(((await versionNow()) ?? 0) > version)
    assert.deepEqual(await reader.rulesOf(account), second)
    await writer.setRules(account, null)
    assert.equal(await versionNow(), undefined)
    await assert.rejects(rulesReader(mailroom).rulesOf(account), /databaseRefused|permission|Fault|away/i)
  })

  await t.test('are switched off by an operator, whatever is written meanwhile, and on again', async () => {
    await writer.setRules(account, sealedBytes(100))
    assert.deepEqual(await directory.rulesStanding(account), { hasRules: true, isOff: false })
    await directory.switchRules(account, true)
    await directory.switchRules(account, true)
    await writer.setRules(account, sealedBytes(100))
    assert.equal(await versionNow(), undefined)
    assert.deepEqual(await directory.rulesStanding(account), { hasRules: true, isOff: true })
    await directory.switchRules(account, false)
    assert.ok(typeof (await versionNow()) === 'number')
  })

  await t.test('set a mark once, until its time is over', async () => {
    const mark = sealedBytes(16)
    assert.equal(await reader.isMarked(account, mark), false)
    const both = await Promise.all([reader.mark(account, mark, 3_600, false), reader.mark(account, mark, 3_600, false)])
    assert.deepEqual(both.toSorted(), [false, true])
    assert.equal(await reader.isMarked(account, mark), true)
    assert.equal(await reader.mark(account, mark, 0, true), false)
    assert.equal(await reader.isMarked(account, mark), false)
    assert.equal(await reader.mark(account, mark, 3_600, false), true)
  })

  await t.test('count what is sent on, by the hour', async () => {
    assert.equal(await reader.countSentOn(account, 2, 3), true)
    assert.equal(await reader.countSentOn(account, 2, 3), false)
    assert.equal(await reader.countSentOn(account, 1, 3), true)
    assert.equal(await reader.countSentOn(account, 1, 3), false)
    assert.equal(await reader.countSentOn(newAccountHandle(), 4, 3), false)
  })

  await t.test('go with their account', async () => {
    await writer.setRules(account, sealedBytes(100))
    await directory.bury(account)
    assert.equal(await reader.rulesOf(account), undefined)
  })
})
