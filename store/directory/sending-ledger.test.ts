import assert from 'node:assert/strict'
import { newAccountHandle } from '@bulkhead/base/ids.ts'
import { pseudonymizer } from '@bulkhead/base/pseudonym.ts'
import { secret } from '@bulkhead/base/secret.ts'
import { marksOf } from '@bulkhead/mail/sending/marks.ts'
import { ledgerContract, withinOneSlot } from '@bulkhead/mail/sending/ledger-contract.ts'
import { ordinaryPlan, type SendingPlan } from '@bulkhead/mail/sending/plan.ts'
import { onEveryServer, sealedBytes } from '@bulkhead/test/postgres/cell.ts'
import { gathered } from '../sql/gathered.ts'
import { deskDirectory } from './desk-directory.ts'
import { planDirectory } from './plan-directory.ts'
import { sessionDirectory } from './session-directory.ts'
import { sendingLedger } from './sending-ledger.ts'

onEveryServer('the ledger of sent mail', async (t, cell) => {
  await using desk = cell.open('desk', 'directory')
  await using first = cell.open('mailroom', 'directory')
  await using second = cell.open('mailroom', 'directory')
  const people = deskDirectory(desk)
  const plans = planDirectory(desk)
  await people.addBrand('sky', 'Sky')
  await people.addDomain('sky.example', 'sky')
  const settle = async () => {
    const account = newAccountHandle()
    const credential = { salt: sealedBytes(16).toString('base64'), params: { m: 19_456, t: 2, p: 1 }, sealed: sealedBytes(200).toString('base64') }
    const address = { index: sealedBytes(32).toString('base64'), sealed: sealedBytes(60).toString('base64') }
    await people.addAccount({ account, brand: 'sky', publicKey: sealedBytes(32), credential, address, escrow: null }, 'sky.example')
    return account
  }
  const [one, other] = [sendingLedger(first, gathered(first)), sendingLedger(second, gathered(second))]
  const newAccount = async (plan: SendingPlan) => {
    const account = await settle()
    const name = `p${account.slice(0, 8)}`
    await plans.setPlan(name, plan)
    assert.equal(await plans.givePlan(name, { account }), 'given')
    return account
  }
  await ledgerContract(async () => ({ ledger: one, newAccount }), async (name, holds) => t.test(name, holds))

  await t.test('who writes to thousands over the years still has strangers, and remembers the latest', async () => {
    const real = pseudonymizer(secret(Buffer.alloc(32, 7)))
    const to = (from: number, count: number) =>
      ({ recipients: count, marks: ['peer', ...Array.from({ length: count }, (_, at) => `to ${from + at}`)].flatMap((thing) => marksOf(real, thing)) })
    const strangers = await withinOneSlot(async () => {
      const account = await newAccount({ ...ordinaryPlan, messagesPerHour: null, recipientsPerHour: null, recipientsPerDay: null })
      const counts: number[] = []
      for (const sending of [to(0, 1_000), to(1_000, 4_000), to(5_000, 1_000), to(5_900, 100)]) {
        const counted = await one.count(account, sending)
        counts.push(counted.is === 'counted' ? counted.pace.strangers : -1)
      }
      return counts
    })
    const [first = 0, second = 0, third = 0, fourth = 0] = strangers
    assert.ok(first > 950 && second - first > 3_000 && third - second > 700, String(strangers))
    assert.ok(fourth - third < 10, String(strangers))
  })

  await t.test('two mailrooms count one account', async () => {
    const account = await newAccount({ ...ordinaryPlan, messagesPerHour: 4 })
    const answers = await Promise.all([one, other, one, other, one, other].map((ledger) => ledger.count(account, { recipients: 1, marks: [] })))
    assert.equal(answers.filter(({ is }) => is === 'counted').length, 4)
    assert.equal((await other.standing(account))?.over?.limit, 'messagesPerHour')
  })

  await t.test('an account has its own plan, else its brand’s, else the ordinary one', async () => {
    const account = await settle()
    const priority = async () => (await one.standing(account))?.plan.priorityMax
    assert.deepEqual((await one.standing(account))?.plan, ordinaryPlan)
    await plans.setPlan('gold', { ...ordinaryPlan, priorityMax: 6 })
    await plans.setPlan('iron', { ...ordinaryPlan, priorityMax: -1 })
    assert.equal(await plans.givePlan('gold', { brand: 'sky' }), 'given')
    assert.equal(await priority(), 6)
    assert.equal(await plans.givePlan('iron', { account }), 'given')
    assert.equal(await priority(), -1)
    assert.equal(await plans.removePlan('iron'), 'notEmpty')
    assert.equal(await plans.givePlan(null, { account }), 'given')
    assert.equal(await plans.removePlan('iron'), 'removed')
    assert.equal(await plans.givePlan('iron', { account }), 'noSuchPlan')
    assert.equal(await plans.givePlan(null, { brand: 'sky' }), 'given')
    assert.equal(await plans.removePlan('ordinary'), 'notEmpty')
    assert.equal(await plans.givePlan('gold', { brand: 'sea' }), 'noSuchBrand')
    const gold = (await plans.plans()).find(({ plan }) => plan === 'gold')
    assert.deepEqual(gold, { plan: 'gold', limits: { ...ordinaryPlan, priorityMax: 6 }, brands: [], accounts: 0 })
  })

  await t.test('an account sends as its own addresses and as those granted to it within its brand, until they go', async () => {
    const sessions = sessionDirectory(first, gathered(first))
    const [account, shared] = [await settle(), await settle()]
    const alias = sealedBytes(32)
    const sealed = { index: alias.toString('base64'), sealed: sealedBytes(60).toString('base64') }
    assert.equal(await people.addAlias(shared, 'sky.example', sealed), 'added')
    assert.deepEqual([await sessions.maySendAs(shared, alias), await sessions.maySendAs(account, alias)], [true, false])
    const listed = sealedBytes(90)
    assert.equal(await plans.addIdentity(account, alias, listed), 'added')
    assert.equal(await plans.addIdentity(account, alias, listed), 'exists')
    assert.equal(await sessions.maySendAs(account, alias), true)
    assert.deepEqual((await sessions.identities(account)).map((one) => Buffer.from(one)), [listed])
    assert.equal(await plans.addIdentity(account, sealedBytes(32), listed), 'noSuchAddress')
    assert.equal(await plans.removeIdentity(account, alias), true)
    assert.equal(await plans.removeIdentity(shared, alias), false, 'it is its own')
    await plans.addIdentity(account, alias, listed)
    await people.removeAlias(alias)
    assert.equal(await people.addAlias(await settle(), 'sky.example', sealed), 'added')
    assert.equal(await sessions.maySendAs(account, alias), false, 'another has the address now')
    await people.addBrand('sea', 'Sea')
    await people.addDomain('sea.example', 'sea')
    assert.ok((await plans.publicKeyOf(account))?.length === 32)
  })

  await t.test('the desk sees what was sent and lets go what is held', async () => {
    const account = await settle()
    await one.count(account, { recipients: 3, marks: [] })
    await one.hold(account)
    assert.deepEqual(await plans.sendingOf(account), {
      plan: 'ordinary', held: true, messagesThisHour: 1, messagesToday: 1, recipientsThisHour: 3, recipientsToday: 3,
    })
    assert.equal(await plans.hold(account, false), true)
    assert.equal((await one.standing(account))?.held, false)
    assert.equal(await one.standing(newAccountHandle()), undefined)
  })
})
