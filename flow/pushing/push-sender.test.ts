import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { manualClock } from '@bulkhead/base/clock.ts'
import { newAccountHandle, type ModSeq } from '@bulkhead/base/ids.ts'
import { silentLog } from '@bulkhead/base/log.ts'
import { meter } from '@bulkhead/base/meter.ts'
import type { ScoutVerbs } from '@bulkhead/door/contracts/scout.ts'
import type { PushQueue, PushSettlement } from '@bulkhead/mail/ports/pushes.ts'
import { memoryPushes } from '@bulkhead/mail/push/memory-pushes.ts'
import { openTarget, sealTarget } from '@bulkhead/mail/push/push-target.ts'
import { realSealing } from '@bulkhead/seal/real-sealing.ts'
import { accountId } from '@bulkhead/wire/jmap/ids.ts'
import { stateText } from '@bulkhead/wire/jmap/state.ts'
import { subscriber } from '@bulkhead/wire/webpush/testing/subscriber.ts'
import { vapidKey } from '@bulkhead/wire/webpush/vapid.ts'
import { lookEveryMs, startPushSender } from './push-sender.ts'

type Ask = ScoutVerbs['push']['ask']

const url = 'https://push.example/send/abc'
const roleKeys = realSealing.newKeyPair()

/** A sender over subscriptions in memory; what it settles is handed to the test, and the scout answers what the test says. */
const world = async (t: TestContext) => {
  t.mock.timers.enable({ apis: ['setTimeout', 'setInterval'] })
  const clock = manualClock(1_700_000_000_000)
  const pushes = memoryPushes(clock)
  const asked: Ask[] = []
  const settled: PushSettlement[] = []
  let wake = (): void => undefined
  let claims = 0
  const queue: PushQueue = {
    ...pushes,
    claim(max) {
      claims += 1
      return pushes.claim(max)
    },
    async settle(push, settlement) {
      await pushes.settle(push, settlement)
      settled.push(settlement)
      wake()
    },
  }
  const scout = {
    answer: { is: 'answered', answer: { status: 201 } } as object,
    ask: async (_verb: string, ask: unknown) => {
      asked.push(ask as Ask)
      return scout.answer as never
    },
  }
  const sender = startPushSender({
    queue, scout, sealing: realSealing, privateKey: roleKeys.privateKey, pseudonym: () => 'p_test', vapid: vapidKey(Buffer.alloc(32, 1)),
    contact: 'mailto:postmaster@isp.example', clock, log: silentLog, meter: meter(),
  })
  const account = newAccountHandle()
  const { keys, opened } = subscriber()
  const add = async (id: string, sealedFor = id): Promise<void> => {
    const sealed = sealTarget(realSealing, roleKeys.publicKey, { account, id: sealedFor }, { url, keys, verificationCode: 'code' })
    await pushes.add({ account, id, device: null, sealed, types: null, expiresAtMs: clock.now() + 86_400_000 })
  }
  /** Lets time go on until so many have been settled in all. */
  const until = async (count: number): Promise<PushSettlement | undefined> => {
    while (settled.length < count) {
      const came = new Promise<void>((resolve) => (wake = resolve))
      clock.advance(30_000)
      t.mock.timers.tick(2_000)
      await Promise.race([came, new Promise<void>((resolve) => setImmediate(resolve))])
    }
    return settled[count - 1]
  }
  return { claims: () => claims, owed: sender.owed, account, clock, pushes, scout, asked, settled, opened, add, until, [Symbol.asyncDispose]: () => sender[Symbol.asyncDispose]() }
}

test('a code, then what changed up to where; sealed for the subscriber, signed for its push service, and never more than that', async (t) => {
  await using here = await world(t)
  const { account, pushes, asked, opened, clock } = here
  await here.add('one')
  await here.until(1)
  const [verification] = asked
  assert.ok(verification !== undefined)
  assert.deepEqual([verification.url, verification.encoding, verification.asker], [url, 'aes128gcm', 'p_test'])
  assert.deepEqual(opened(Buffer.from(verification.body, 'base64')), { '@type': 'PushVerification', pushSubscriptionId: 'one', verificationCode: 'code' })
  const claims = JSON.parse(Buffer.from(verification.authorization.split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>
  assert.deepEqual([claims['aud'], claims['sub']], ['https://push.example', 'mailto:postmaster@isp.example'])
  await pushes.change(account, 'one', { verified: true, types: null, expiresAtMs: clock.now() + 86_400_000 })
  await pushes.owe([{ account, head: 12 as ModSeq, types: new Set(['Email', 'EmailDelivery'] as const) }])
  await here.until(2)
  const state = stateText(12 as ModSeq)
  assert.deepEqual(opened(Buffer.from(asked[1]?.body ?? '', 'base64')), { '@type': 'StateChange', changed: { [accountId(account)]: { Email: state, EmailDelivery: state } } })
})

test('RFC 8030: 404 and 410 end a subscription, as does what the scout never reaches; other failures are tried again three times', async (t) => {
  await using here = await world(t)
  const { account, pushes, scout } = here
  for (const answer of [{ is: 'answered', answer: { status: 410 } }, { is: 'answered', answer: { status: 404 } }, { is: 'refused', refusal: 'notPublic' }]) {
    scout.answer = answer
    await here.add('gone')
    await here.until(here.settled.length + 1)
    assert.equal((await pushes.idsOf(account)).size, 0, JSON.stringify(answer))
  }
  scout.answer = { is: 'answered', answer: { status: 503 } }
  await here.add('flaky')
  const before = here.settled.length
  await here.until(before + 4)
  assert.deepEqual(here.settled.slice(before), [
    { is: 'later', againMs: 30_000 }, { is: 'later', againMs: 120_000 }, { is: 'later', againMs: 600_000 }, { is: 'later', againMs: null },
  ])
  assert.equal((await pushes.idsOf(account)).size, 1)
})

test('what was sealed for one subscription is none for another: rows that were exchanged end', async (t) => {
  await using here = await world(t)
  await here.add('mine', 'other')
  assert.deepEqual(await here.until(1), { is: 'gone' })
  assert.equal(here.asked.length, 0)
  const sealed = sealTarget(realSealing, roleKeys.publicKey, { account: here.account, id: 'x' }, { url, keys: null, verificationCode: 'c' })
  assert.equal(openTarget(realSealing, roleKeys.privateKey, { account: here.account, id: 'x' }, sealed).url, url)
  const longer = sealTarget(realSealing, roleKeys.publicKey, { account: here.account, id: 'x' }, { url: `${url}${'x'.repeat(200)}`, keys: null, verificationCode: 'c' })
  assert.equal(sealed.length, longer.length, 'the length does not tell the push service')
})

test('while nothing is owed the directory is asked now and then; a hint, and what is due later, are looked for when it is time', async (t) => {
  await using here = await world(t)
  const turns = async (): Promise<void> => {
    for (let turn = 0; turn < 20; turn += 1) await new Promise<void>((resolve) => setImmediate(resolve))
  }
  const pass = async (ms: number): Promise<void> => {
    for (let passed = 0; passed < ms; passed += 500) {
      here.clock.advance(500)
      t.mock.timers.tick(500)
      await turns()
    }
  }
  await turns()
  assert.equal(here.claims(), 1, 'at the start: what was owed when we died')
  await pass(3_600_000 / 10)
  assert.ok(here.claims() <= 1 + 360_000 / lookEveryMs, `${here.claims()} claims in six minutes`)
  await here.add('one')
  here.owed()
  await here.until(1)
  await here.pushes.change(here.account, 'one', { verified: true, types: null, expiresAtMs: here.clock.now() + 86_400_000 })
  await pass(60_000)
  const before = here.claims()
  await here.pushes.owe([{ account: here.account, head: 3 as ModSeq, types: new Set(['Email'] as const) }])
  here.owed()
  await turns()
  assert.deepEqual([here.settled.length, here.claims()], [1, before + 1], 'changes are gathered first')
  await pass(2_000)
  assert.deepEqual([here.settled.length, here.claims()], [2, before + 2])
})
