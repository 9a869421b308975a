import assert from 'node:assert/strict'
import { createDecipheriv, createECDH, hkdfSync } from 'node:crypto'
import { test } from 'node:test'
import { manualClock } from '@bulkhead/base/clock.ts'
import { silentLog } from '@bulkhead/base/log.ts'
import { meter } from '@bulkhead/base/meter.ts'
import type { ScoutVerbs } from '@bulkhead/door/contracts/scout.ts'
import { append } from '@bulkhead/mail/account/testing/given.ts'
import { stateText } from '@bulkhead/wire/jmap/state.ts'
import { vapidKey } from '@bulkhead/wire/webpush/vapid.ts'
import { served } from '../testing/served.ts'
import { pushService } from './push-sender.ts'

type Ask = ScoutVerbs['push']['ask']

/** A browser with its push service: gives what it was sent, opened. */
const subscriber = () => {
  const own = createECDH('prime256v1')
  own.generateKeys()
  const auth = Buffer.alloc(16, 9)
  const hkdf = (secret: Uint8Array, salt: Uint8Array, info: Uint8Array, length: number): Buffer => Buffer.from(hkdfSync('sha256', secret, salt, info, length))
  const opened = (sealed: Buffer): any => {
    const [salt, point] = [sealed.subarray(0, 16), sealed.subarray(21, 86)]
    const keying = hkdf(own.computeSecret(point), auth, Buffer.concat([Buffer.from('WebPush: info\0'), own.getPublicKey(), point]), 32)
    const key = hkdf(keying, salt, Buffer.from('Content-Encoding: aes128gcm\0'), 16)
    const decipher = createDecipheriv('aes-128-gcm', key, hkdf(keying, salt, Buffer.from('Content-Encoding: nonce\0'), 12))
    decipher.setAuthTag(sealed.subarray(-16))
    const record = Buffer.concat([decipher.update(sealed.subarray(86, -16)), decipher.final()])
    return JSON.parse(record.subarray(0, record.lastIndexOf(2)).toString('utf8'))
  }
  return { keys: { p256dh: own.getPublicKey('base64url'), auth: auth.toString('base64url') }, opened }
}

/** A scout that answers with what the test says, and hands on what it was asked. */
const world = async () => {
  const come: Ask[] = []
  let wake = (): void => undefined
  const scout = {
    status: 201,
    ask: async (_verb: string, ask: unknown) => {
      come.push(ask as Ask)
      wake()
      return { is: 'answered', answer: { status: scout.status } } as never
    },
  }
  const pushes = pushService({ scout, pseudonym: () => 'p_test', vapid: vapidKey(Buffer.alloc(32, 1)), clock: manualClock(1_700_000_000_000), log: silentLog, meter: meter() })
  const jmap = await served({ services: { pushes } })
  const next = async (): Promise<Ask> => {
    while (come.length === 0) await new Promise<void>((resolve) => (wake = resolve))
    return come.shift() ?? assert.fail()
  }
  return { jmap, scout, come, next, [Symbol.asyncDispose]: () => jmap[Symbol.asyncDispose]() }
}

const url = 'https://push.example/send/abc'

test('RFC 8620 section 7.2: a subscription shows its code, then hears of changes, sealed for it alone', async () => {
  await using here = await world()
  const { jmap, next, come } = here
  const { keys, opened } = subscriber()
  const [set] = await jmap.call([['PushSubscription/set', { create: { s: { deviceClientId: 'd1', url, keys, types: ['Email'] } } }, 'a']])
  const made = ((set?.[1]['created'] ?? {}) as any).s
  assert.equal(set?.[1]['accountId'], undefined)
  const first = await next()
  assert.deepEqual([first.url, first.encoding], [url, 'aes128gcm'])
  assert.match(first.authorization, /^vapid t=.+, k=.+$/)
  const verification = opened(Buffer.from(first.body, 'base64'))
  assert.deepEqual([verification['@type'], verification.pushSubscriptionId], ['PushVerification', made.id])

  const { account } = jmap.people[0] ?? assert.fail()
  const arrive = () => append(account, account.state().inbox.id, [Buffer.from('Subject: x\r\n\r\ny')])
  await arrive()
  const [wrong, right, got] = await jmap.call([
    ['PushSubscription/set', { update: { [made.id]: { verificationCode: 'guessed' } } }, 'a'],
    ['PushSubscription/set', { update: { [made.id]: { verificationCode: verification.verificationCode } } }, 'b'],
    ['PushSubscription/get', {}, 'c'],
  ])
  assert.equal(((wrong?.[1]['notUpdated'] ?? {}) as any)[made.id].type, 'invalidProperties')
  assert.deepEqual(right?.[1]['updated'], { [made.id]: null })
  assert.deepEqual(got?.[1]['list'], [{ id: made.id, deviceClientId: 'd1', verificationCode: verification.verificationCode, expires: made.expires, types: ['Email'] }])
  assert.equal(come.length, 0, 'nothing is pushed before the code was shown')
  await account.subscribe('Archive', false)
  await arrive()
  const change = opened(Buffer.from((await next()).body, 'base64'))
  assert.deepEqual(change, { '@type': 'StateChange', changed: { [jmap.accountId()]: { Email: stateText(account.state().own.seq) } } })
})

test('a subscription that its push service no longer knows goes; no session, no push', async () => {
  await using here = await world()
  const { jmap, scout, next } = here
  const [set] = await jmap.call([['PushSubscription/set', { create: { s: { deviceClientId: 'd', url, keys: null } } }, 'a']])
  const made = ((set?.[1]['created'] ?? {}) as any).s
  const first = await next()
  assert.equal(first.encoding, '')
  const { verificationCode } = JSON.parse(Buffer.from(first.body, 'base64').toString())
  await jmap.call([['PushSubscription/set', { update: { [made.id]: { verificationCode } } }, 'a']])
  scout.status = 410
  const { account, closing } = jmap.people[0] ?? assert.fail()
  const gone = new Promise<void>((resolve) => {
    account.watch((state) => {
      if (state.own.objects('push').size === 0) resolve()
    })
  })
  await append(account, account.state().inbox.id, [Buffer.from('Subject: x\r\n\r\ny')])
  await next()
  await gone
  closing.abort()
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
