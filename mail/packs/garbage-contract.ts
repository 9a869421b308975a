/** What every store must do with blobs that nothing names, or names too late; part of `mail/journal/store-contract.ts`. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { newAccountHandle, type AccountHandle, type MessageId } from '@bulkhead/base/ids.ts'
import { appendOf, message, opened, seq, type Claim, type Given, type StoreUnderTest } from '../journal/testing/store-under-test.ts'
import { sweepTurn } from './blob-sweep.ts'

const kept = async ({ blobs }: StoreUnderTest, accounts: readonly AccountHandle[]): Promise<string> => {
  const writer = await blobs.create()
  await writer.write(Buffer.from('large'))
  return writer.keep(accounts)
}

const beside = async ({ life }: StoreUnderTest): Promise<AccountHandle> => {
  const other = newAccountHandle()
  await life.openJournal(other, null)
  return other
}

const isThere = async ({ blobs }: StoreUnderTest, account: AccountHandle, name: string): Promise<boolean> => {
  const reader = await blobs.open(account, name)
  await reader?.[Symbol.asyncDispose]()
  return reader !== undefined
}

/** Gives the message, or undefined where the append failed. */
const named = async ({ journal }: StoreUnderTest, account: AccountHandle, name: string): Promise<MessageId | undefined> => {
  const one = message({ in: 'blob', name }, 5)
  const answer = await journal.append(appendOf(account, { messages: [one] })).catch(() => undefined)
  return answer?.is === 'appended' ? one.message : undefined
}

const property = (given: Given) => async (): Promise<void> => {
  const step = fc.constantFrom('keep', 'name', 'die', 'hour', 'sweep')
  await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 14 }), async (steps) => {
    const store = await opened(given)
    const { account, journal } = store
    const waiting: string[] = []
    const stored = new Map<MessageId, string>()
    const running: Promise<unknown>[] = []
    for (const each of steps) {
      if (each === 'keep') waiting.push(await kept(store, [account]))
      const name = each === 'name' ? waiting.shift() : undefined
      // While the next steps go on: appends and sweeps meet.
      if (name !== undefined) running.push(named(store, account, name).then((id) => id !== undefined && stored.set(id, name)))
      const [dead] = each === 'die' ? [...stored.keys()] : []
      if (dead !== undefined) {
        await journal.writeSnapshot(account, { seq: seq(1), changed: [], vanished: [], deadMessages: [dead] })
        stored.delete(dead)
      }
      if (each === 'hour') await store.anHourPasses()
      if (each === 'sweep') running.push(sweepTurn(journal))
    }
    await Promise.all(running)
    for (const [id, name] of stored) {
      assert.equal((await journal.bodies(account, [id])).has(id), true)
      assert.equal(await isThere(store, account, name), true, 'what a message names is there')
    }
    await store.anHourPasses()
    await sweepTurn(journal)
    for (const name of waiting) assert.equal(await isThere(store, account, name), false, 'what nothing names is not')
    for (const name of stored.values()) assert.equal(await isThere(store, account, name), true)
  }), { numRuns: 25 })
}

export const garbageContract = (claim: Claim, given: Given): void => {
  claim('a blob that no message came to name goes after an hour, of each of its accounts; young ones stay', async () => {
    const store = await opened(given)
    const other = await beside(store)
    const old = await kept(store, [store.account, other])
    await store.anHourPasses()
    const young = await kept(store, [store.account])
    assert.ok((await sweepTurn(store.journal)) >= 2)
    assert.deepEqual([await isThere(store, store.account, old), await isThere(store, other, old), await isThere(store, store.account, young)], [false, false, true])
  })

  claim('what one account named stays although another, that it came for too, did not', async () => {
    const store = await opened(given)
    const other = await beside(store)
    const blob = await kept(store, [store.account, other])
    assert.notEqual(await named(store, store.account, blob), undefined)
    await store.anHourPasses()
    await sweepTurn(store.journal)
    assert.deepEqual([await isThere(store, store.account, blob), await isThere(store, other, blob)], [true, false])
  })

  claim('an append that names a blob too late fails as a whole, and others beside it do not', async () => {
    const store = await opened(given)
    const { journal, account } = store
    const [late, early] = [await kept(store, [account]), await kept(store, [account])]
    await named(store, account, early)
    await store.anHourPasses()
    await sweepTurn(journal)
    const neighbour = await beside(store)
    const [failed, went] = await Promise.allSettled([
      journal.append(appendOf(account, { messages: [message({ in: 'blob', name: late }, 5)], addsBytes: 5 })),
      journal.append(appendOf(neighbour, { messages: [message()] })),
    ])
    assert.deepEqual([failed?.status, went?.status], ['rejected', 'fulfilled'])
    assert.deepEqual([await journal.head(account), (await journal.usage(account))?.usedBytes], [1, 0])
    assert.equal(await isThere(store, account, early), true)
  })

  claim('whatever appends, deaths and sweeps meet: what is named is there, what is not goes', property(given))
}
