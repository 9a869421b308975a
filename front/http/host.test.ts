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
import { realSealing } from '@bulkhead/seal/real-sealing.ts'
import { memoryAccount } from '@bulkhead/test/golden/in-process.ts'
import { deviceKeyOf } from '@bulkhead/wire/dpop/device-key.ts'
import { newDevice } from '@bulkhead/wire/dpop/testing/prover.ts'
import { passInfo } from '../mailroom/passes.ts'
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
  const host = webHost({
    sealing: realSealing, privateKey: own.privateKey, policy, sessionsMax: 100, clock, log: silentLog, meter: meter(),
    directory: {
      standing: async () => ({ state: 'active', publicKey: person.publicKey, signOuts, devices: new Set(devices.keys()) }),
      devices: async () => [...devices].map(([device, facts]) => ({ device, facts })),
      removeDevice: async (_account, device) => devices.delete(device),
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
      login: 'alice@one.example', protocol: 'http', key: '', device: '', expiresAtMs: clock.now() + 10_000, ...change,
    }
    return realSealing.sealTo(own.publicKey, passInfo, Buffer.from(JSON.stringify(plain))).toString('base64')
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
    }
  }
  return {
    host, clock, ask, pass, signIn, sessions, told,
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
