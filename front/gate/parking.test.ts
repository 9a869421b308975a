import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { test } from 'node:test'
import { systemClock } from '@bulkhead/base/clock.ts'
import { newAccountHandle } from '@bulkhead/base/ids.ts'
import { silentLog } from '@bulkhead/base/log.ts'
import { meter } from '@bulkhead/base/meter.ts'
import type { AccountState } from '@bulkhead/door/contracts/desk.ts'
import type { Pass } from '@bulkhead/door/contracts/mailroom.ts'
import { realSealing } from '@bulkhead/seal/real-sealing.ts'
import { mailroomHost } from '../mailroom/host.ts'
import { passInfo } from '../mailroom/passes.ts'
import type { MailroomSession, SessionCommon } from '../mailroom/session.ts'
import { client, house, tlsClient } from './testing/fakes.ts'

/** Lines up to the one that parks (`park`) or gives up its login (`again`); what follows it goes along unread. */
const converse = async (session: SessionCommon): Promise<void> => {
  const { socket, stopping } = session
  let said = Number(session.picture?.['said'] ?? 0)
  let unread = session.firstBytes
  socket.write(session.picture === null ? `${session.tag} OK in\r\n` : `* back, ${said} said\r\n`)
  const heard = async (): Promise<string | undefined> => {
    for (;;) {
      const end = unread.indexOf('\r\n')
      if (end >= 0) {
        const line = unread.toString('latin1', 0, end)
        unread = unread.subarray(end + 2)
        return line
      }
      const chunk: Buffer | undefined = await new Promise((resolve) => {
        const settle = (bytes?: Buffer): void => {
          socket.off('data', settle).off('end', settle).off('close', stop).pause()
          stopping.removeEventListener('abort', stop)
          resolve(bytes)
        }
        const stop = (): void => settle(undefined)
        stopping.addEventListener('abort', stop)
        socket.on('data', settle).once('end', settle).once('close', stop).resume()
      })
      if (chunk === undefined) return undefined
      unread = Buffer.concat([unread, chunk])
    }
  }
  for (let line = await heard(); line !== undefined; line = await heard()) {
    said += 1
    if (line === 'again') return session.gatehouse()?.logInAgain(unread)
    if (line === 'park' && (await session.gatehouse()?.park(() => unread, { said }, true)) === true) return
    socket.write(`* heard ${line}\r\n`)
  }
  socket.end('* BYE ended\r\n')
}

const speaker: MailroomSession = { opens: 'later', run: converse }

const home = async () => {
  const folder = mkdtempSync(join(tmpdir(), 'bulkhead-parking-'))
  const path = join(folder, 'm')
  const own = realSealing.newKeyPair()
  const person = realSealing.newKeyPair()
  const account = newAccountHandle()
  let state: AccountState = 'active'
  const counters = meter()
  const host = mailroomHost({
    sealing: realSealing, privateKey: own.privateKey,
    directory: {
      accountState: async () => ({ state, publicKey: person.publicKey }),
      maySendAs: async () => false,
      identities: async () => [],
      isLocalDomain: async () => false,
    },
    openAccount: () => Promise.reject(new Error('not asked here')),
    web: async () => undefined,
    protocols: { imap: speaker, pop3: speaker, managesieve: speaker, submission: speaker },
    hostName: 'mail.one.example', jmapUrl: null, sessions: { perAccountMax: 50, parkAfterMs: 60_000, pop3LoginDelayMs: 0 }, clock: systemClock, log: silentLog, meter: counters,
    limits: { messageBytesMax: 1_000, recipientsMax: 1, connectionsMax: 100, connectionsPerPeerMax: 100 },
  })
  await host.listen(path)
  let passes = 0
  const pass = (): string => {
    const plain: Pass = {
      id: `pass-${(passes += 1)}`, account, protocol: 'imap', key: '', device: '', credential: 'of now', login: 'alice@one.example', loginIndex: Buffer.alloc(32).toString('base64'),
      privateKey: person.privateKey.declassify().toString('base64'), expiresAtMs: Date.now() + 10_000,
    }
    return realSealing.sealTo(own.publicKey, passInfo, Buffer.from(JSON.stringify(plain))).toString('base64')
  }
  const gate = await house({ mailroom: { path, pass }, plainLoginOnLoopback: true })
  const loggedIn = async (tls = false) => {
    const open = tls ? await tlsClient(gate.ports.imaps) : await client(gate.ports.imap)
    await open.hear(/\* OK [^\n]*\n/)
    open.say('a LOGIN alice right\r\n')
    await open.hear(/a OK in\r\n/)
    // The line to the mailroom opens beside the first pipe.
    await sleep(100)
    return open
  }
  const until = async (holds: () => boolean): Promise<void> => {
    for (let tries = 0; tries < 200 && !holds(); tries += 1) await sleep(10)
    assert.ok(holds())
  }
  const gauge = (name: string): number => counters.read().get(name)?.value ?? 0
  return {
    gate, host, account, loggedIn, until, gauge,
    suspend: () => (state = 'suspended'),
    async [Symbol.asyncDispose]() {
      await gate[Symbol.asyncDispose]()
      await host[Symbol.asyncDispose]()
      rmSync(folder, { recursive: true })
    },
  }
}

for (const tls of [false, true]) {
  test(`a parked client costs the mailroom no session, and is back when it speaks (${tls ? 'TLS' : 'plain'})`, async () => {
    await using at = await home()
    const open = await at.loggedIn(tls)
    open.say('one\r\npark\r\n')
    await at.until(() => at.gauge('mailroom_parked') === 1 && at.gate.count('gate_parked') === 1)
    open.say('three\r\n')
    assert.equal(await open.hear(/\* heard three\r\n/), '* heard one\r\n* back, 2 said\r\n* heard three\r\n')
    assert.equal(at.gauge('mailroom_parked'), 0)
    assert.equal(at.gate.count('gate_parked'), 0)
    open.socket.destroy()
    await at.until(() => at.gauge('mailroom_sessions') === 0)
  })
}

test('a hint brings it back, also one that came while it was parking', async () => {
  await using at = await home()
  const open = await at.loggedIn()
  open.say('park\r\n')
  await at.until(() => at.gate.count('gate_parked') === 1)
  at.host.wake([at.account])
  await open.hear(/\* back, 1 said\r\n/)
  open.say('park\r\n')
  await at.until(() => at.gauge('mailroom_parked') === 1)
  at.host.wake([at.account])
  await open.hear(/\* back, 2 said\r\n/)
  open.socket.destroy()
})

test('what a client says while it is being parked is not lost', async () => {
  await using at = await home()
  const open = await at.loggedIn()
  open.say(`park\r\nfirst\r\n${'x'.repeat(200_000)}\r\n`)
  await open.hear(/\* back, 1 said\r\n\* heard first\r\n\* heard x{200000}\r\n/)
  for (let round = 0; round < 20; round += 1) {
    open.say('park\r\n')
    await sleep(round % 4)
    open.say(`round ${round}\r\n`)
    await open.hear(new RegExp(`heard round ${round}\\r\\n`))
  }
  open.socket.destroy()
})

test('a parked client that goes away gives its place back', async () => {
  await using at = await home()
  const open = await at.loggedIn()
  open.say('park\r\n')
  await at.until(() => at.gauge('mailroom_parked') === 1 && at.gate.count('gate_parked') === 1)
  assert.equal(at.gauge('mailroom_sessions'), 1)
  open.socket.destroy()
  await at.until(() => at.gauge('mailroom_parked') === 0 && at.gauge('mailroom_sessions') === 0)
})

test('a new password ends those who wait, and those on their way there', async () => {
  await using at = await home()
  const [there, under] = [await at.loggedIn(), await at.loggedIn()]
  there.say('park\r\n')
  await at.until(() => at.gate.count('gate_parked') === 1)
  under.say('park\r\n')
  at.host.passwordChanged(at.account, 'of before')
  assert.match(await there.closed(), /^\* /)
  await under.closed()
  await at.until(() => at.gauge('mailroom_parked') === 0 && at.gauge('mailroom_sessions') === 0)
})

test('nobody comes back to an account that was suspended meanwhile', async () => {
  await using at = await home()
  const open = await at.loggedIn()
  open.say('park\r\n')
  await at.until(() => at.gate.count('gate_parked') === 1)
  at.suspend()
  open.say('hello\r\n')
  assert.match(await open.closed(), /^\* NO \[AUTHENTICATIONFAILED\]/)
})

test('when the mailroom ends, so do those parked with it: their tickets are worth nothing to another run', async () => {
  await using at = await home()
  const open = await at.loggedIn()
  open.say('park\r\n')
  await at.until(() => at.gate.count('gate_parked') === 1)
  await at.host[Symbol.asyncDispose]()
  assert.equal(await open.closed(), '* BYE [UNAVAILABLE] Session lost, log in again\r\n')
})

test('given back to log in again, a client is before its login, with what it had said already', async () => {
  await using at = await home()
  const open = await at.loggedIn()
  open.say('again\r\nb NOOP\r\nc LOGIN alice right\r\nd\r\n')
  assert.equal(await open.hear(/heard d\r\n/), 'b OK NOOP completed\r\nc OK in\r\n* heard d\r\n')
  open.socket.destroy()
})

test('a gate that closes lets the mailroom say goodbye, and tells those who are parked', async () => {
  await using at = await home()
  const piped = await at.loggedIn()
  const parked = await at.loggedIn()
  parked.say('park\r\n')
  await at.until(() => at.gate.count('gate_parked') === 1)
  await at.gate.gate[Symbol.asyncDispose]()
  assert.equal(await piped.closed(), '* BYE ended\r\n')
  assert.match(await parked.closed(), /^\* BYE Server is shutting down/)
})
