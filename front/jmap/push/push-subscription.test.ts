import assert from 'node:assert/strict'
import { test } from 'node:test'
import { manualClock } from '@bulkhead/base/clock.ts'
import { silentLog } from '@bulkhead/base/log.ts'
import { append } from '@bulkhead/mail/account/testing/given.ts'
import { restMs } from '@bulkhead/mail/ports/pushes.ts'
import { gatherNews } from '@bulkhead/mail/push/gather-news.ts'
import { memoryPushes } from '@bulkhead/mail/push/memory-pushes.ts'
import { openTarget } from '@bulkhead/mail/push/push-target.ts'
import type { PushDebts } from '@bulkhead/mail/ports/pushes.ts'
import { realSealing } from '@bulkhead/seal/real-sealing.ts'
import { subscriber } from '@bulkhead/wire/webpush/testing/subscriber.ts'
import { served } from '../testing/served.ts'
import { pushService } from './push-service.ts'

/** A mailroom whose subscriptions are in memory; the test is the intake. */
const world = async () => {
  const clock = manualClock(1_700_000_000_000)
  const pushes = memoryPushes(clock)
  const role = realSealing.newKeyPair()
  let owed = (): void => undefined
  const debts: PushDebts = {
    async owe(news) {
      const count = await pushes.owe(news)
      if (count > 0) owed()
      return count
    },
  }
  const news = gatherNews({ debts, log: silentLog })
  const jmap = await served({ services: { pushes: pushService({ directory: pushes, news, sealing: realSealing, publicKey: role.publicKey }) } })
  const claim = async () => {
    clock.advance(restMs)
    return (await pushes.claim(100)).map((due) => ({ ...due, target: openTarget(realSealing, role.privateKey, due, due.sealed) }))
  }
  return {
    jmap, pushes, claim,
    /** Resolves when something is owed from now on. */
    owing: (): Promise<void> => new Promise((resolve) => (owed = resolve)),
    async [Symbol.asyncDispose]() {
      await jmap[Symbol.asyncDispose]()
      await news[Symbol.asyncDispose]()
    },
  }
}

const url = 'https://push.example/send/abc'

test('RFC 8620 section 7.2: a subscription shows its code, then is owed what changes; only an intake can read where it leads', async () => {
  await using here = await world()
  const { jmap, claim, pushes } = here
  const { keys } = subscriber()
  const [set] = await jmap.call([['PushSubscription/set', { create: { s: { deviceClientId: 'd1', url, keys, types: ['Email'] } } }, 'a']])
  const made = ((set?.[1]['created'] ?? {}) as any).s
  assert.equal(set?.[1]['accountId'], undefined)
  const [first] = await claim()
  assert.deepEqual([first?.id, first?.types, first?.target.url, first?.target.keys], [made.id, ['PushVerification'], url, keys])
  await pushes.settle(first ?? assert.fail(), { is: 'sent' })

  const { account } = jmap.people[0] ?? assert.fail()
  const arrive = () => append(account, account.state().inbox.id, [Buffer.from('Subject: x\r\n\r\ny')])
  const { verificationCode } = first?.target ?? assert.fail()
  const [wrong, right, got] = await jmap.call([
    ['PushSubscription/set', { update: { [made.id]: { verificationCode: 'guessed' } } }, 'a'],
    ['PushSubscription/set', { update: { [made.id]: { verificationCode } } }, 'b'],
    ['PushSubscription/get', {}, 'c'],
  ])
  assert.equal(((wrong?.[1]['notUpdated'] ?? {}) as any)[made.id].type, 'invalidProperties')
  assert.deepEqual(right?.[1]['updated'], { [made.id]: null })
  assert.deepEqual(got?.[1]['list'], [{ id: made.id, deviceClientId: 'd1', verificationCode, expires: made.expires, types: ['Email'] }])
  const owing = here.owing()
  await account.subscribe('Archive', false)
  await arrive()
  await owing
  const [due] = await claim()
  assert.deepEqual([due?.types, due?.head], [['Email'], account.state().own.seq])
  const journal = [...account.state().own.objects('push').all()].map(({ value }) => value.toString())
  assert.ok(journal.every((text) => !text.includes('push.example')), 'where it leads is not in the journal')
})

test('what intake or a sign-out ended is there no longer, and what is destroyed has no row', async () => {
  await using here = await world()
  const { jmap, pushes } = here
  const create = { a: { deviceClientId: 'a', url }, b: { deviceClientId: 'b', url } }
  const [set] = await jmap.call([['PushSubscription/set', { create }, 'a']])
  const { a, b } = (set?.[1]['created'] ?? {}) as any
  const { account } = jmap.people[0] ?? assert.fail()
  await pushes.remove(account.account, a.id)
  const [got, update, destroy] = await jmap.call([
    ['PushSubscription/get', {}, 'a'],
    ['PushSubscription/set', { update: { [a.id]: { types: null } } }, 'b'],
    ['PushSubscription/set', { destroy: [b.id] }, 'c'],
  ])
  assert.deepEqual(((got?.[1]['list'] ?? []) as any[]).map(({ id }) => id), [b.id])
  assert.equal(((update?.[1]['notUpdated'] ?? {}) as any)[a.id].type, 'notFound')
  assert.deepEqual(destroy?.[1]['destroyed'], [b.id])
  assert.equal((await pushes.idsOf(account.account)).size, 0)
  assert.equal(account.state().own.objects('push').size, 0)
})

test('section 7.2.2: what is no subscription is refused by property; url and keys are never told', async () => {
  await using here = await world()
  const { jmap } = here
  const bad = (more: object) => ({ deviceClientId: 'd', url, ...more })
  const create = {
    http: bad({ url: 'http://push.example/' }),
    key: bad({ keys: { p256dh: 'AAAA', auth: 'AAAA' } }),
    code: bad({ verificationCode: 'mine' }),
    late: bad({ expires: '2014-10-30T14:12:00+08:00' }),
    none: {},
  }
  const [set, secret, account] = await jmap.call([
    ['PushSubscription/set', { create, destroy: ['nope'] }, 'a'],
    ['PushSubscription/get', { properties: ['url'] }, 'b'],
    ['PushSubscription/get', { accountId: jmap.accountId() }, 'c'],
  ])
  const properties = Object.fromEntries(Object.entries((set?.[1]['notCreated'] ?? {}) as object).map(([id, error]) => [id, error.properties]))
  assert.deepEqual(properties, { http: ['url'], key: ['keys'], code: ['verificationCode'], late: ['expires'], none: ['deviceClientId', 'url'] })
  assert.equal(((set?.[1]['notDestroyed'] ?? {}) as any).nope.type, 'notFound')
  assert.deepEqual([secret?.[1]['type'], account?.[1]['type']], ['forbidden', 'invalidArguments'])
  const many = Object.fromEntries(Array.from({ length: 25 }, (_, at) => [`s${at}`, bad({})]))
  const [full] = await jmap.call([['PushSubscription/set', { create: many }, 'a']])
  assert.equal(Object.keys(full?.[1]['created'] as object).length, 20)
})
