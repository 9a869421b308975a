import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { newAccountHandle, type AccountHandle, type CellId, type ModSeq } from '@bulkhead/base/ids.ts'
import { pushContract } from '@bulkhead/mail/push/push-contract.ts'
import { onEveryServer, sealedBytes } from '@bulkhead/test/postgres/cell.ts'
import { deskDirectory } from './desk-directory.ts'
import { deviceDirectory, webDirectory } from './device-directory.ts'
import { pushDirectory, pushQueue } from './push-directory.ts'
import { databaseName } from '../provision.ts'
import { hearing } from '../sql/hearing.ts'
import { gathered } from '../sql/gathered.ts'

onEveryServer('push subscriptions', async (t, cell, server) => {
  await using desk = cell.open('desk', 'directory')
  await using intake = cell.open('intake', 'directory')
  await using mailroom = cell.open('mailroom', 'directory')
  await using warden = cell.open('warden', 'directory')
  const people = deskDirectory(desk)
  const [directory, queue] = [pushDirectory(mailroom), pushQueue(intake)]
  await people.addBrand('push', 'Push')
  await people.addDomain('push.example', 'push')
  const newAccount = async (): Promise<AccountHandle> => {
    const account = newAccountHandle()
    await people.addAccount({
      account, brand: 'push', publicKey: sealedBytes(32), escrow: null,
      credential: { salt: sealedBytes(16).toString('base64'), params: { m: 8, t: 1, p: 1 }, sealed: sealedBytes(80).toString('base64') },
      address: { index: sealedBytes(32).toString('base64'), sealed: sealedBytes(40).toString('base64') },
    }, 'push.example')
    return account
  }
  const ownUrl = server.adminUrl.declassify().replace('/postgres?', `/${databaseName('north-isp' as CellId, 'directory')}?`)
  const admin = new pg.Client({ connectionString: ownUrl })
  await admin.connect()
  // The database's clock can't be put forward: what is owed is put back instead, leases with it.
  const pass = async (): Promise<void> => void (await admin.query("update kept.push_subscription set due = due - interval '1 minute', pushed_at = pushed_at - interval '1 minute'"))
  try {
    await pushContract(t, { directory, queue, nowMs: Date.now(), newAccount, pass })

    const standing = async (account: AccountHandle, device: string | null = null): Promise<void> => {
      assert.ok(await directory.add({ account, id: 'one', device, sealed: sealedBytes(900), types: null, expiresAtMs: Date.now() + 3_600_000 }))
    }
    await t.test('end with the password, with every sign-out of the brand, and while the account is not in use', async () => {
      const [alice, bob, carol] = [await newAccount(), await newAccount(), await newAccount()]
      for (const account of [alice, bob, carol]) await standing(account)
      await people.signOut({ account: alice })
      await people.setState(bob, 'suspended')
      assert.deepEqual([(await directory.idsOf(alice)).size, (await directory.idsOf(bob)).size, (await directory.idsOf(carol)).size], [0, 0, 1])
      const due = await queue.claim(100)
      assert.deepEqual(due.map(({ account }) => account), [carol])
      await people.signOut({ brand: 'push' })
      assert.equal((await directory.idsOf(carol)).size, 0)
      assert.equal(await queue.owe([{ account: carol, head: 1 as ModSeq, types: new Set(['Email'] as const) }]), 0)
      assert.ok((await queue.prune()) >= 1)
      assert.equal(await queue.prune(), 0)
    })

    await t.test('intakes hear when something comes to be owed, also after their session was lost, and when the next is due', async () => {
      let heard = 0
      let wake = (): void => undefined
      const url = cell.urls.intake.directory ?? assert.fail()
      await using _ = hearing({
        url, name: 'test hearing', channel: 'pushes_owed',
        heard() {
          heard += 1
          wake()
        },
      })
      const more = async (than: number): Promise<void> => {
        while (heard <= than) await new Promise<void>((resolve) => (wake = resolve))
      }
      await more(0)
      for (const due of await queue.claim(100)) await queue.settle(due, { is: 'gone' })
      assert.equal(await queue.nextMs(), null)
      const account = await newAccount()
      await standing(account)
      await more(1)
      assert.ok(((await queue.nextMs()) ?? 1) <= 0)
      for (const due of await queue.claim(100)) await queue.settle(due, { is: 'sent' })
      assert.ok(await directory.change(account, 'one', { verified: true, types: null, expiresAtMs: Date.now() + 3_600_000 }))
      assert.equal(await queue.nextMs(), null)
      await admin.query("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'test hearing'")
      await more(2)
      assert.equal(await directory.owe([{ account, head: 2 as ModSeq, types: new Set(['Email'] as const) }]), 1)
      await more(3)
      assert.ok(((await queue.nextMs()) ?? 0) > 0, 'changes are gathered, and pushes rest')
      await directory.remove(account, 'one')
    })

    await t.test('end with the device they were made from', async () => {
      const account = await newAccount()
      const device = randomUUID()
      await deviceDirectory(warden).addDevice({ device, account, sealed: sealedBytes(80), facts: sealedBytes(80) })
      await standing(account, device)
      assert.equal(await directory.add({ account, id: 'two', device: randomUUID(), sealed: sealedBytes(80), types: null, expiresAtMs: Date.now() + 1_000 }), false)
      await webDirectory(mailroom, gathered(mailroom)).removeDevice(account, device)
      assert.equal((await directory.idsOf(account)).size, 0)
    })

    await t.test('go on where the device is that changed the password, and nowhere else; the notice it owes is claimed until it is settled', async () => {
      const account = await newAccount()
      const row = () => ({ salt: sealedBytes(16).toString('base64'), params: { m: 8, t: 1, p: 1 }, sealed: sealedBytes(80).toString('base64') })
      const [first, second] = [row(), row()]
      await people.setCredential(account, first)
      const [here, there] = [randomUUID(), randomUUID()]
      for (const device of [here, there]) {
        await deviceDirectory(warden).addDevice({ device, account, sealed: sealedBytes(80), facts: sealedBytes(80) })
        assert.ok(await directory.add({ account, id: device, device, sealed: sealedBytes(80), types: null, expiresAtMs: Date.now() + 3_600_000 }))
      }
      await standing(account)
      const web = webDirectory(mailroom, gathered(mailroom))
      const notice = () => ({ id: randomUUID(), language: 'ja', browser: 'Firefox, Linux' } as const)
      const renewed = (previous: string, changes: object = {}) =>
        web.renewCredential({ account, previous: Buffer.from(previous, 'base64'), credential: second, device: here, notice: notice(), ...changes })
      const before = await web.standing(account)
      assert.equal(await renewed(second.sealed), undefined)
      assert.equal(await renewed(first.sealed, { account: await newAccount() }), undefined)
      await people.setState(account, 'suspended')
      assert.equal(await renewed(first.sealed), undefined)
      await people.setState(account, 'active')
      assert.deepEqual(await web.standing(account), before)

      const signOuts = await renewed(first.sealed)
      const after = await web.standing(account)
      assert.deepEqual([after?.signOuts, after?.devices], [signOuts, new Set([here])])
      assert.deepEqual(await directory.idsOf(account), new Set([here]))
      assert.equal(await renewed(first.sealed), undefined)
      const [owed, ...others] = await people.claimOwedNotices(10, 60_000)
      assert.deepEqual([owed?.account, owed?.brand, owed?.language, owed?.browser, others], [account, 'push', 'ja', 'Firefox, Linux', []])
      assert.ok(Math.abs(Date.now() - (owed?.happenedMs ?? 0)) < 60_000)
      assert.deepEqual(await people.claimOwedNotices(10, 60_000), [])
      await admin.query("update kept.owed_notice set due = due - interval '1 hour'")
      assert.equal((await people.claimOwedNotices(10, 60_000))[0]?.id, owed?.id)
      await people.settleOwedNotice(owed?.id ?? '')
      await admin.query("update kept.owed_notice set due = due - interval '1 hour'")
      assert.deepEqual(await people.claimOwedNotices(10, 60_000), [])
      await assert.rejects(webDirectory(desk, gathered(desk)).renewCredential({
        account, previous: sealedBytes(80), credential: second, device: null, notice: notice(),
      }))
      await assert.rejects(deskDirectory(mailroom).claimOwedNotices(1, 1))
    })

    await t.test('are nobody else’s to read: a mailroom has no way to what intakes claim, an intake none to what a person has', async () => {
      await assert.rejects(pushQueue(mailroom).claim(1))
      await assert.rejects(pushDirectory(intake).idsOf(await newAccount()))
    })
  } finally {
    await admin.end()
  }
})
