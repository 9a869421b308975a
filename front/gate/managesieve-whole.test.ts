/** ManageSieve from end to end without a platform: the gate over TLS, a pass, the mailroom's host, scripts of an account in memory. */
import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { systemClock } from '@bulkhead/base/clock.ts'
import { silentLog } from '@bulkhead/base/log.ts'
import { meter } from '@bulkhead/base/meter.ts'
import { realSealing } from '@bulkhead/seal/real-sealing.ts'
import { memoryAccount } from '@bulkhead/test/golden/in-process.ts'
import { liveSieveWorld } from '@bulkhead/test/golden/live.ts'
import { play } from '@bulkhead/test/golden/player.ts'
import { parseTranscript } from '@bulkhead/test/golden/transcript.ts'
import { mailroomHost } from '../mailroom/host.ts'
import { passInfo } from '../mailroom/passes.ts'
import { manageSieve } from '../managesieve/session.ts'
import { house, type House } from './testing/fakes.ts'

const transcripts = new URL('../../test/golden/managesieve/', import.meta.url).pathname
const login = 'alice@one.example'
const folder = mkdtempSync(join(tmpdir(), 'managesieve-'))
const limits = { messageBytesMax: 1_000, recipientsMax: 1, connectionsMax: 100, connectionsPerPeerMax: 100 }
const own = realSealing.newKeyPair()
const person = realSealing.newKeyPair()
const openers: (() => Promise<void>)[] = []
let gate: House
let current = await memoryAccount()

const unused = (): never => assert.fail('not asked here')
const host = mailroomHost({
  sealing: realSealing, privateKey: own.privateKey,
  directory: { accountState: async () => ({ state: 'active', publicKey: person.publicKey }), maySendAs: unused, identities: async () => [], isLocalDomain: unused },
  openAccount: async () => ({ account: current.account, async [Symbol.asyncDispose]() {} }),
  web: unused,
  protocols: {
    imap: { opens: 'later', run: unused }, pop3: { opens: 'later', run: unused }, submission: { opens: 'later', run: unused },
    managesieve: manageSieve({ rules: { publish: async () => 'published' }, directory: { identities: async () => [] }, tell: () => undefined }),
  },
  hostName: 'mail.one.example', jmapUrl: null, sessions: { perAccountMax: 50, parkAfterMs: 60_000, pop3LoginDelayMs: 0 },
  clock: systemClock, log: silentLog, meter: meter(), limits,
})

let passes = 0
const pass = (): string => {
  const plain = {
    id: `pass-${(passes += 1)}`, account: current.account.account, protocol: 'managesieve', key: '', device: '', credential: 'of now', login,
    loginIndex: Buffer.alloc(32).toString('base64'), privateKey: person.privateKey.declassify().toString('base64'), expiresAtMs: Date.now() + 10_000,
  }
  return realSealing.sealTo(own.publicKey, passInfo, Buffer.from(JSON.stringify(plain))).toString('base64')
}

before(async () => {
  await host.listen(join(folder, 'm'))
  gate = await house({ mailroom: { path: join(folder, 'm'), pass } })
})

after(async () => {
  await gate[Symbol.asyncDispose]()
  await host[Symbol.asyncDispose]()
  for (const close of openers) await close()
  rmSync(folder, { recursive: true })
})

const fresh = async () => {
  openers.push(current.close)
  current = await memoryAccount()
  return liveSieveWorld({ host: '127.0.0.1', port: 0, sievePort: gate.ports.sieve, login, neighbour: null, password: 'right', authority: '', serverName: 'localhost' })
}

for (const name of readdirSync(transcripts).sort()) {
  const transcript = parseTranscript(readFileSync(join(transcripts, name), 'utf8'))
  test(`through the gate, ${name.replace(/\.txt$/, '')}: ${transcript.claim}`, async () => play(transcript, await fresh()))
}

/** The line on which clients are given back is opened beside the first pipe: until it stands they are told to come again. */
const patienceMs = 30_000

test('who is nobody any more is with the gate again, on the same connection', async () => {
  const open = await (await fresh()).connect()
  const asked = async (line: string): Promise<string> => {
    open.send(Buffer.from(`${line}\r\n`))
    return open.line()
  }
  assert.match(await open.line(), /^OK "Logged in"/)
  let answer = ''
  for (const end = Date.now() + patienceMs; !answer.startsWith('OK') && Date.now() < end; ) {
    answer = await asked('UNAUTHENTICATE')
    if (!answer.startsWith('OK')) await new Promise((resolve) => setTimeout(resolve, 20))
  }
  assert.equal(answer, 'OK "Nobody is logged in now"')
  assert.equal(await asked('LISTSCRIPTS'), 'NO "Log in first"')
  assert.equal(await asked(`AUTHENTICATE "PLAIN" "${Buffer.from(`\0${login}\0right`).toString('base64')}"`), 'OK "Logged in"')
  assert.equal(await asked('LISTSCRIPTS'), 'OK "LISTSCRIPTS completed"')
  await open.close()
})
