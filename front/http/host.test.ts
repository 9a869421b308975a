/** The web in the mailroom, without a gate: which session a request belongs to, and what ends one. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { manualClock } from '@bulkhead/base/clock.ts'
import { silentLog } from '@bulkhead/base/log.ts'
import { meter } from '@bulkhead/base/meter.ts'
import { randomUUID } from 'node:crypto'
import type { HttpPreface, Pass } from '@bulkhead/door/contracts/mailroom.ts'
import { encodeFrame } from '@bulkhead/door/frame.ts'
import { sealDeviceFacts } from '@bulkhead/mail/devices/device-facts.ts'
import type { Renewed } from '@bulkhead/mail/ports/device-directory.ts'
import { realSealing } from '@bulkhead/seal/real-sealing.ts'
import { memoryAccount } from '@bulkhead/test/golden/in-process.ts'
import { deviceKeyOf } from '@bulkhead/wire/dpop/device-key.ts'
import { newDevice } from '@bulkhead/wire/dpop/testing/prover.ts'
import { passInfo } from '../mailroom/passes.ts'
import { renewalInfo } from '../mailroom/renewals.ts'
import { readPreface, isHttp } from '../mailroom/preface.ts'
import { webHost } from './host.ts'
import type { HttpSession } from './session.ts'

const origin = 'https://mail.one.example'
const policy = { idleMs: 600_000, lifetimeMs: 3_600_000 }

const house = async () => {
  const folder = mkdtempSync(join(tmpdir(), 'web-host-'))
  const clock = manualClock(Math.floor(Date.now() / 1_000) * 1_000)
  const [own, person] = [realSealing.newKeyPair(), realSealing.newKeyPair()]
  const { account } = await memoryAccount()
  const devices = new Map<string, Buffer>()
  let signOuts = 0
  let givenBack = 0
  const sessions: HttpSession[] = []
  const told: string[] = []
  const renewed: Renewed[] = []
  const changed: string[] = []
  const host = webHost({
    sealing: realSealing, privateKey: own.privateKey, policy, sessionsMax: 100, clock, log: silentLog, meter: meter(),
    directory: {
      standing: async () => ({ state: 'active', publicKey: person.publicKey, signOuts, devices: new Set(devices.keys()) }),
      devices: async () => [...devices].map(([device, facts]) => ({ device, facts })),
      removeDevice: async (_account, device) => devices.delete(device),
      async renewCredential(given) {
        if (given.previous.toString() !== 'the row of now') return undefined
        renewed.push(given)
        for (const device of devices.keys()) if (device !== given.device) devices.delete(device)
        return (signOuts += 1)
      },
    },
    openAccount: async () => ({ account, async [Symbol.asyncDispose]() { givenBack += 1 } }),
    handlers: {
      async jmap(_request, response, session) {
        sessions.push(session)
        response.end(session.kind)
      },
      async content(_request, response, found) {
        response.end(found(sessions[0]?.id ?? '') === null ? 'over' : 'open')
      },
      async webSocket(_request, socket) {
        socket.destroy()
      },
    },
    signOutElsewhere: () => undefined,
    passwordChanged: (of) => void changed.push(of),
    tell: ({ kind, outcome }) => void told.push(`${kind} ${outcome ?? ''}`),
  })
  const server = createServer({ pauseOnConnect: true }, (socket) => {
    void readPreface(socket).then((opening) => {
      if (opening !== undefined && isHttp(opening)) return host.take(socket, opening)
      return void socket.destroy()
    })
    socket.resume()
  })
  const path = join(folder, 'door')
  await new Promise<void>((resolve) => server.listen(path, resolve))
  const pass = (change: Partial<Pass>): string => {
    const plain: Pass = {
      id: randomUUID(), account: account.account, privateKey: person.privateKey.declassify().toString('base64'), loginIndex: Buffer.alloc(32).toString('base64'),
      login: 'alice@one.example', protocol: 'http', key: '', device: '', credential: 'of now', expiresAtMs: clock.now() + 10_000, ...change,
    }
    return realSealing.sealTo(own.publicKey, passInfo, Buffer.from(JSON.stringify(plain))).toString('base64')
  }
  const renewal = (change: Readonly<Record<string, unknown>> = {}): string => {
    const credential = { salt: 'c2FsdA==', params: { m: 8, t: 1, p: 1 }, sealed: 'cm93' }
    const plain = { account: account.account, previous: Buffer.from('the row of now').toString('base64'), credential, expiresAtMs: clock.now() + 10_000, ...change }
    return realSealing.sealTo(own.publicKey, renewalInfo, Buffer.from(JSON.stringify(plain))).toString('base64')
  }
  const ask = (preface: Partial<HttpPreface>, method: string, target: string, headers: Readonly<Record<string, string>> = {}, body?: string) =>
    new Promise<{ status: number; text: string }>((resolve, reject) => {
      const socket = connect(path)
      const whole = { protocol: 'http', opens: 'session', pass: '', mailroom: 'm1', origin, contentOrigin: origin, peer: '192.0.2.1', tls: true, ...preface } as const
      socket.write(encodeFrame(whole))
      const sent = request({ createConnection: () => socket, method, path: target, headers }, (response) => {
        let text = ''
        response.on('data', (chunk: Buffer) => (text += chunk.toString())).on('end', () => resolve({ status: response.statusCode ?? 0, text }))
      })
      sent.on('error', reject)
      sent.end(body)
    })
  const signIn = async (device = '') => {
    const key = newDevice()
    const thumbprint = deviceKeyOf(key.jwk)?.thumbprint ?? ''
    if (device !== '') {
      const facts = { login: 'alice@one.example', name: 'Firefox', createdAtMs: 1, usedAtMs: 2, network: '192.0.2.0/24' }
      devices.set(device, sealDeviceFacts(realSealing, person.publicKey, account.account, device, facts))
    }
    const { status, text } = await ask({ opens: 'pass', pass: pass({ key: thumbprint, device }) }, 'POST', '/api/session', {}, '{}')
    assert.equal(status, 201, text)
    const { token } = JSON.parse(text) as { token: string }
    const claims = () => ({ iat: Math.floor(clock.now() / 1_000) })
    return {
      token,
      get: (target = '/jmap/session') =>
        ask({}, 'GET', target, { authorization: `DPoP ${token}`, dpop: key.proof('GET', `${origin}${target}`, token, claims()) }),
      renew: (pass: string, agent = '') =>
        ask({ pass }, 'POST', '/api/password', {
          authorization: `DPoP ${token}`, dpop: key.proof('POST', `${origin}/api/password`, token, claims()), 'user-agent': agent,
        }),
    }
  }
  return {
    account: account.account, host, clock, ask, pass, renewal, signIn, sessions, told, renewed, changed,
    signOutEverywhere: () => void (signOuts += 1),
    givenBack: () => givenBack,
    async [Symbol.asyncDispose]() {
      await host[Symbol.asyncDispose]()
      server.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

test('a session answers until nobody asked for so long, or its whole life is over, and gives the account back then', async () => {
  await using web = await house()
  const idle = await web.signIn()
  assert.equal((await idle.get()).text, 'web')
  web.clock.advance(policy.idleMs + 1_000)
  assert.equal((await idle.get()).status, 401)
  assert.equal(web.givenBack(), 1)
  const busy = await web.signIn()
  for (let spentMs = 0; spentMs < policy.lifetimeMs - 60_000; spentMs += policy.idleMs / 2) {
    assert.equal((await busy.get()).status, 200)
    web.clock.advance(policy.idleMs / 2)
  }
  web.clock.advance(60_000)
  assert.equal((await busy.get()).status, 401)
  assert.deepEqual(web.told.filter((line) => line.startsWith('mailroom.webSessionEnd')), ['mailroom.webSessionEnd idle', 'mailroom.webSessionEnd lifetime'])
})

test('a device that is signed out is over at once, with every session that stands on it; the others go on', async () => {
  await using web = await house()
  const [kept, lost] = [randomUUID(), randomUUID()]
  const here = await web.signIn(kept)
  const there = await web.signIn(lost)
  await here.get()
  await there.get()
  const [own, other] = web.sessions
  assert.ok(own !== undefined && other !== undefined)
  const list = web.host.devicesOf(own)
  assert.deepEqual((await list?.all())?.map(({ device, name, isThis }) => [device, name, isThis]), [[kept, 'Firefox', true], [lost, 'Firefox', false]])
  const over = new Promise((resolve) => other.closing.addEventListener('abort', resolve))
  assert.equal(await list?.signOut(lost), true)
  await over
  assert.equal((await there.get()).status, 401)
  assert.equal((await here.get()).status, 200)
  assert.equal(await list?.signOut('not-a-device'), false)
  assert.equal(web.host.devicesOf(other), undefined)
})

test('whoever is signed out everywhere is, within seconds', async () => {
  await using web = await house()
  const session = await web.signIn()
  web.signOutEverywhere()
  web.clock.advance(4_000)
  assert.equal((await session.get()).status, 401)
})

test('a pass opens one request, and the session of a device only for the key it names', async () => {
  await using web = await house()
  const one = web.pass({})
  assert.deepEqual(await web.ask({ opens: 'pass', pass: one }, 'GET', '/jmap/session'), { status: 200, text: 'basic' })
  assert.equal((await web.ask({ opens: 'pass', pass: one }, 'GET', '/jmap/session')).status, 401)
  // The next request of the same client finds the account open.
  assert.equal((await web.ask({ opens: 'pass', pass: web.pass({}) }, 'GET', '/jmap/session')).text, 'basic')
  assert.equal(web.sessions[0], web.sessions[1])
  assert.equal((await web.ask({ opens: 'pass', pass: web.pass({ protocol: 'imap' }) }, 'GET', '/jmap/session')).status, 401)
  const bound = web.pass({ key: 'x'.repeat(43) })
  assert.equal((await web.ask({ opens: 'pass', pass: bound }, 'GET', '/jmap/session')).status, 400)
  assert.equal((await web.ask({ opens: 'pass', pass: web.pass({ key: 'x'.repeat(43) }) }, 'POST', '/api/session/resume', {}, '{}')).status, 401)
})

test('content finds its session as long as that is open', async () => {
  await using web = await house()
  const session = await web.signIn()
  await session.get()
  assert.equal((await web.ask({}, 'GET', '/content/m1/x')).text, 'open')
  web.clock.advance(policy.idleMs + 1_000)
  assert.equal((await web.ask({}, 'GET', '/content/m1/x')).text, 'over')
})

test('a new password signs out everybody but the session that asked; what comes with it is for this mailroom, this account, once, and now', async () => {
  await using web = await house()
  const [kept, lost] = [randomUUID(), randomUUID()]
  const [here, there, guest] = [await web.signIn(kept), await web.signIn(lost), await web.signIn()]
  const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0 call 0120-000-000'
  const refused: Readonly<Record<string, string>> = {
    'nothing': '', 'no base64': '§', 'a pass': web.pass({}), 'of another account': web.renewal({ account: randomUUID() }),
    'of a minute ago': web.renewal({ expiresAtMs: web.clock.now() - 1 }), 'for ever': web.renewal({ expiresAtMs: web.clock.now() + 3_600_000 }),
    'without a row': web.renewal({ credential: null }), 'of a row of before': web.renewal({ previous: 'b2xk' }),
  }
  for (const [what, pass] of Object.entries(refused)) assert.ok([400, 403].includes((await here.renew(pass, firefox)).status), what)
  assert.deepEqual([web.renewed, web.changed], [[], []])

  assert.equal((await here.renew(web.renewal(), firefox)).status, 204)
  const [done] = web.renewed
  assert.deepEqual([done?.device, done?.notice.browser, web.changed.length], [kept, 'Firefox, Linux', 1])
  web.clock.advance(4_000)
  assert.equal((await here.get()).status, 200)
  for (const other of [there, guest]) assert.equal((await other.get()).status, 401)
  // A session without a device goes on as well, and the next sign-out ends both.
  const third = await web.signIn()
  assert.equal((await third.renew(web.renewal())).status, 204)
  web.clock.advance(4_000)
  assert.equal((await third.get()).status, 200)
  assert.equal((await here.get()).status, 401)
  web.signOutEverywhere()
  web.clock.advance(4_000)
  assert.equal((await third.get()).status, 401)
  assert.ok(web.told.includes('mailroom.passwordRenewal of another account'))
  await web.host.passwordChanged(web.account, 'of now')
  assert.equal((await web.ask({ opens: 'pass', pass: web.pass({}) }, 'GET', '/jmap/session')).status, 401)
  assert.equal((await web.ask({ opens: 'pass', pass: web.pass({ credential: 'of tomorrow' }) }, 'GET', '/jmap/session')).status, 200)
})
