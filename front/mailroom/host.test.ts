import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { manualClock } from '@bulkhead/base/clock.ts'
import { newAccountHandle } from '@bulkhead/base/ids.ts'
import { silentLog } from '@bulkhead/base/log.ts'
import { meter } from '@bulkhead/base/meter.ts'
import type { AccountState } from '@bulkhead/door/contracts/desk.ts'
import type { Pass, Preface } from '@bulkhead/door/contracts/mailroom.ts'
import { encodeFrame } from '@bulkhead/door/frame.ts'
import { realSealing } from '@bulkhead/seal/real-sealing.ts'
import { mailroomHost, type HostPorts } from './host.ts'
import { passInfo } from './passes.ts'
import type { MailroomSession } from './session.ts'

const folder = mkdtempSync(join(tmpdir(), 'h-imap-host-'))
after(() => rmSync(folder, { recursive: true, force: true }))

const limits = { messageBytesMax: 1_000, recipientsMax: 1, connectionsMax: 100, connectionsPerPeerMax: 10 }

/** Says who it is, echoes until the client ends or the process stops. */
const echo: MailroomSession = {
  opens: 'later',
  async run({ socket, who, tag, firstBytes, stopping }) {
    socket.write(`${tag} hello ${who.login}\r\n`)
    socket.write(firstBytes)
    await new Promise<void>((resolve) => {
      stopping.addEventListener('abort', () => resolve())
      socket.on('data', (chunk) => socket.write(chunk))
      socket.on('end', () => resolve())
      socket.resume()
    })
    socket.end('bye\r\n')
  },
}

let sockets = 0

const house = async () => {
  const clock = manualClock(1_000_000)
  const own = realSealing.newKeyPair()
  const person = realSealing.newKeyPair()
  const account = newAccountHandle()
  let state: AccountState = 'active'
  let directoryIsAway = false
  const ports: HostPorts = {
    sealing: realSealing,
    privateKey: own.privateKey,
    directory: {
      async accountState(asked) {
        if (directoryIsAway) throw new Error('away')
        return asked === account ? { state, publicKey: person.publicKey } : undefined
      },
      maySendAs: async () => false,
      identities: async () => [],
      isLocalDomain: async () => false,
    },
    openAccount: () => Promise.reject(new Error('not asked here')),
    web: async () => undefined,
    protocols: { imap: echo, pop3: echo, managesieve: echo, submission: echo },
    hostName: 'mail.one.example',
    jmapUrl: null,
    limits,
    sessions: { perAccountMax: 50, parkAfterMs: 60_000, pop3LoginDelayMs: 0 },
    clock,
    log: silentLog,
    meter: meter(),
  }
  const host = mailroomHost(ports)
  const path = join(folder, `${(sockets += 1)}.sock`)
  await host.listen(path)
  let passes = 0
  const pass = (change: Partial<Pass> = {}): string => {
    const plain: Pass = {
      id: `pass-${(passes += 1)}`,
      account,
      privateKey: person.privateKey.declassify().toString('base64'),
      loginIndex: Buffer.alloc(32).toString('base64'),
      login: 'alice@one.example',
      protocol: 'imap',
      key: '',
      device: '',
      credential: 'of now',
      expiresAtMs: clock.now() + 10_000,
      ...change,
    }
    return realSealing.sealTo(own.publicKey, passInfo, Buffer.from(JSON.stringify(plain))).toString('base64')
  }
  return { account, host, path, pass, clock, setState: (to: AccountState) => (state = to), setAway: () => (directoryIsAway = true) }
}

const prefaceOf = (pass: string, change: Partial<Preface> = {}): Buffer =>
  encodeFrame({ protocol: 'imap', opens: 'pass', pass, gate: 'g1', pipe: 1, tag: 'a1', helo: '', language: '', utf8: false, peer: '192.0.2.1', tls: true, ...change })

/** Everything the mailroom says to these bytes, until it or we end. */
const said = (path: string, bytes: Buffer, half = true): Promise<string> =>
  new Promise((resolve, reject) => {
    let text = ''
    const socket = connect(path, () => (half ? socket.end(bytes) : socket.write(bytes)))
    socket.on('data', (chunk) => (text += chunk.toString()))
    socket.on('error', reject)
    socket.on('close', () => resolve(text))
  })

test('a good pass opens a session, and what the client sent early is not lost', async () => {
  const { host, path, pass } = await house()
  await using _ = host
  const bytes = Buffer.concat([prefaceOf(pass()), Buffer.from('a2 NOOP\r\n')])
  assert.equal(await said(path, bytes), 'a1 hello alice@one.example\r\na2 NOOP\r\nbye\r\n')
})

test('a new password cuts off the account’s sessions, and no others; passes of the old credential open nothing any more', async () => {
  const { host, path, pass, account } = await house()
  await using _ = host
  const socket = connect(path, () => socket.write(prefaceOf(pass())))
  const over = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  await new Promise((resolve) => socket.once('data', resolve))
  host.passwordChanged(newAccountHandle(), 'of another')
  assert.match(await said(path, prefaceOf(pass())), /hello/)
  assert.equal(socket.destroyed, false)
  host.passwordChanged(account, 'of now')
  await over
  assert.match(await said(path, prefaceOf(pass())), /^a1 NO \[UNAVAILABLE\]/)
  assert.match(await said(path, prefaceOf(pass({ credential: 'of tomorrow' }))), /hello/)
})

test('a pass is good once', async () => {
  const { host, path, pass } = await house()
  await using _ = host
  const sealed = pass()
  assert.match(await said(path, prefaceOf(sealed)), /hello/)
  assert.equal(await said(path, prefaceOf(sealed)), 'a1 NO [UNAVAILABLE] Log in again\r\n* BYE [UNAVAILABLE] Log in again\r\n')
})

test('a pass that is late, of another protocol, too long-lived, or forged is none', async () => {
  const { host, path, pass, clock } = await house()
  await using _ = host
  const late = pass()
  clock.advance(10_001)
  const refused = 'a1 NO [UNAVAILABLE] Log in again\r\n* BYE [UNAVAILABLE] Log in again\r\n'
  assert.equal(await said(path, prefaceOf(late)), refused)
  assert.equal(await said(path, prefaceOf(pass({ protocol: 'pop3' }))), refused)
  assert.equal(await said(path, prefaceOf(pass({ expiresAtMs: clock.now() + 3_600_000 }))), refused)
  assert.equal(await said(path, prefaceOf(Buffer.alloc(200, 7).toString('base64'))), refused)
  assert.equal(await said(path, prefaceOf('not base64!')), refused)
})

test('the refusal is in the words of the protocol', async () => {
  const { host, path, pass, setState } = await house()
  await using _ = host
  setState('suspended')
  assert.match(await said(path, prefaceOf(pass())), /^a1 NO \[AUTHENTICATIONFAILED\]/)
  assert.match(await said(path, prefaceOf(pass({ protocol: 'pop3' }), { protocol: 'pop3', tag: '' })), /^-ERR \[AUTH\]/)
  assert.equal(await said(path, prefaceOf(pass({ protocol: 'managesieve' }), { protocol: 'managesieve', tag: '' })), 'NO "Sign-in is switched off"\r\n')
  assert.match(await said(path, prefaceOf(pass({ protocol: 'submission' }), { protocol: 'submission', tag: '' })), /^535 5\.7\.8/)
})

test("a key that is not the account's lets nobody in", async () => {
  const { host, path, pass } = await house()
  await using _ = host
  const other = realSealing.newKeyPair().privateKey.declassify().toString('base64')
  assert.match(await said(path, prefaceOf(pass({ privateKey: other }))), /^a1 NO \[AUTHENTICATIONFAILED\]/)
  assert.match(await said(path, prefaceOf(pass({ account: newAccountHandle() }))), /^a1 NO \[AUTHENTICATIONFAILED\]/)
})

test('a directory that is away is a temporary refusal', async () => {
  const { host, path, pass, setAway } = await house()
  await using _ = host
  setAway()
  assert.equal(await said(path, prefaceOf(pass())), 'a1 NO [UNAVAILABLE] Temporarily not available\r\n* BYE [UNAVAILABLE] Temporarily not available\r\n')
})

test('what is no preface is closed without a word', async () => {
  const { host, path, pass } = await house()
  await using _ = host
  assert.equal(await said(path, Buffer.from('GET / HTTP/1.1\r\n\r\n')), '')
  assert.equal(await said(path, encodeFrame({ protocol: 'imap' })), '')
  assert.equal(await said(path, prefaceOf(pass(), { tag: 'a\r\n* BYE' })), '')
  assert.equal(await said(path, Buffer.alloc(3)), '')
})

test('sessions of one account are limited', async () => {
  const { host, path, pass } = await house()
  const open = Array.from({ length: 50 }, () => said(path, prefaceOf(pass()), false))
  await new Promise((resolve) => setTimeout(resolve, 100))
  assert.equal(await said(path, prefaceOf(pass())), 'a1 NO [LIMIT] Too many connections\r\n* BYE [LIMIT] Too many connections\r\n')
  await host[Symbol.asyncDispose]()
  for (const text of await Promise.all(open)) assert.match(text, /hello.*\r\nbye\r\n$/)
})

test('stopping lets every session say goodbye', async () => {
  const { host, path, pass } = await house()
  const text = said(path, prefaceOf(pass()), false)
  await new Promise((resolve) => setTimeout(resolve, 250))
  await host[Symbol.asyncDispose]()
  assert.equal(await text, 'a1 hello alice@one.example\r\nbye\r\n')
})
