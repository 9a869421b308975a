/** What push subscriptions promise, wherever they are kept. */
import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import type { AccountHandle, ModSeq } from '@bulkhead/base/ids.ts'
import type { DataType } from '@bulkhead/wire/jmap/capabilities.ts'
import { pushesMax, type NewPush, type PushDirectory, type PushQueue } from '../ports/pushes.ts'

export interface PushWorld {
  readonly directory: PushDirectory
  readonly queue: PushQueue
  readonly nowMs: number
  newAccount(): Promise<AccountHandle>
  /** What is owed becomes due, and the rest between two pushes is over. */
  pass(): Promise<void>
}

const head = (seq: number): ModSeq => seq as ModSeq
const sealed = Buffer.from('sealed for intakes')

export const pushContract = async (t: TestContext, { directory, queue, nowMs, newAccount, pass }: PushWorld): Promise<void> => {
  const push = (account: AccountHandle, id: string, changes: Partial<NewPush> = {}): NewPush => ({
    account, id, device: null, sealed, types: null, expiresAtMs: nowMs + 3_600_000, ...changes,
  })
  const news = (account: AccountHandle, seq: number, ...types: readonly DataType[]) => [{ account, head: head(seq), types: new Set(types) }]
  const verified = async (id: string, types: NewPush['types']): Promise<AccountHandle> => {
    const account = await newAccount()
    const one = push(account, id, { types })
    assert.ok(await directory.add(one))
    for (const due of await queue.claim(100)) await queue.settle(due, { is: 'sent' })
    assert.ok(await directory.change(account, id, { verified: true, types, expiresAtMs: one.expiresAtMs }))
    return account
  }

  await t.test('a new one is owed its verification, and news only when it is verified', async () => {
    const account = await newAccount()
    assert.ok(await directory.add(push(account, 'new')))
    assert.deepEqual([...(await directory.idsOf(account))], ['new'])
    assert.equal(await queue.owe(news(account, 5, 'Email')), 0)
    const [due, ...others] = await queue.claim(100)
    assert.ok(due !== undefined && others.length === 0)
    assert.deepEqual([due.account, due.id, due.sealed, due.types, due.tries], [account, 'new', sealed, ['PushVerification'], 1])
    assert.deepEqual(await queue.claim(100), [], 'it is leased')
    await queue.settle(due, { is: 'sent' })
    await directory.remove(account, 'new')
    assert.equal(await directory.change(account, 'new', { verified: true, types: null, expiresAtMs: nowMs + 1 }), false)
  })

  await t.test('changes are gathered, up to the last of them, and of the types wanted alone', async () => {
    const account = await verified('some', ['Email', 'EmailDelivery'])
    assert.equal(await queue.owe(news(account, 7, 'Mailbox')), 0)
    assert.equal(await queue.owe(news(account, 9, 'Email', 'Mailbox')), 1)
    assert.equal(await directory.owe(news(account, 8, 'EmailDelivery', 'Quota')), 1)
    await pass()
    const [due] = await queue.claim(100)
    assert.ok(due !== undefined)
    assert.deepEqual([due.types.toSorted(), due.head], [['Email', 'EmailDelivery'], 9])
    assert.equal(await queue.owe(news(account, 10, 'Email')), 1, 'while it is told')
    await queue.settle(due, { is: 'sent' })
    assert.deepEqual(await queue.claim(100), [], 'not at once')
    await pass()
    const [next] = await queue.claim(100)
    assert.deepEqual([next?.types, next?.head], [['Email'], 10])
    await queue.settle(next ?? assert.fail(), { is: 'sent' })
    await pass()
    assert.deepEqual(await queue.claim(100), [])
  })

  await t.test('what fails comes again with what changed meanwhile, until it is given up', async () => {
    const account = await verified('flaky', null)
    await queue.owe(news(account, 3, 'Email'))
    await pass()
    const [first] = await queue.claim(100)
    await queue.owe(news(account, 4, 'Mailbox'))
    await queue.settle(first ?? assert.fail(), { is: 'later', againMs: 0 })
    const [second] = await queue.claim(100)
    assert.deepEqual([second?.types.toSorted(), second?.head, second?.tries], [['Email', 'Mailbox'], 4, 2])
    await queue.settle(first ?? assert.fail(), { is: 'gone' })
    assert.equal((await directory.idsOf(account)).size, 1, 'whose lease ran out settles nothing')
    await queue.settle(second ?? assert.fail(), { is: 'later', againMs: null })
    await pass()
    assert.deepEqual(await queue.claim(100), [])
    await queue.owe(news(account, 5, 'Email'))
    await pass()
    const [third] = await queue.claim(100)
    assert.deepEqual([third?.types, third?.tries], [['Email'], 1])
    await queue.settle(third ?? assert.fail(), { is: 'gone' })
    assert.equal((await directory.idsOf(account)).size, 0)
  })

  await t.test('they are so many, and end with their time', async () => {
    const account = await newAccount()
    for (let number = 0; number < pushesMax; number += 1) assert.ok(await directory.add(push(account, `n${number}`)))
    assert.equal(await directory.add(push(account, 'more')), false)
    await directory.change(account, 'n0', { verified: true, types: null, expiresAtMs: nowMs - 1 })
    assert.equal((await directory.idsOf(account)).has('n0'), false)
    assert.ok((await queue.prune()) >= 1)
    assert.ok(await directory.add(push(account, 'more')))
    await directory.change(account, 'n1', { verified: true, types: null, expiresAtMs: nowMs - 1 })
    const due = await queue.claim(100)
    assert.equal(due.length, pushesMax - 1)
    for (const one of due) await queue.settle(one, { is: 'gone' })
  })
}
