/** Sessions of the web against the running platform: signing in, proofs, remembered devices, and everything that ends a session. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { plainWebPort } from '@bulkhead/run/config/web.ts'
import { newDevice } from '@bulkhead/wire/dpop/testing/prover.ts'
import { plantAccounts, startPlatform, type Platform } from '../platform/platform.ts'
import { ask, browserAt, type Browser } from './browser.ts'

const password = 'correct-horse-battery'
const domain = 'web.example'
const people = ['alice', 'bob', 'carol', 'dave', 'erin', 'frank', 'grace']
const session = '/.well-known/jmap'
/** Longer than any machine needs. */
const patienceMs = 60_000
let platform: Platform
let port = 0

before(
  async () => {
    platform = await startPlatform({ cells: [{ id: 'web', name: 'Web Net', portBase: 11_000, settings: ['mailrooms: 2', 'limits: { connectionsPerPeer: 5000 }'] }], metricsPort: 11_464 })
    await plantAccounts(platform, 'web', domain, people, password)
    port = platform.portOf('web', plainWebPort)
  },
  { timeout: 180_000 },
)
after(() => platform?.[Symbol.asyncDispose]())

const signedIn = async (person: string, remember: string | false = false): Promise<Browser> => {
  const browser = browserAt(port)
  const answer = await browser.signIn(`${person}@${domain}`, password, remember)
  assert.equal(answer.status, 201, answer.text)
  return browser
}

/** What it says when it no longer says that all is well. */
const ended = async (browser: Browser): Promise<string | undefined> => {
  for (let waitedMs = 0; waitedMs < patienceMs; waitedMs += 200) {
    const { status, error } = await browser.fetch(session)
    if (status === 401) return error
    await sleep(200)
  }
  return undefined
}

test('who signs in has a session that answers to proofs of the device, until it signs out', async () => {
  const browser = await signedIn('alice')
  assert.equal((await browser.fetch(session)).error === 'sessionOver', false)
  assert.notEqual((await browser.fetch(session)).status, 401)
  assert.equal((await browser.fetch('/api/session', { method: 'DELETE' })).status, 204)
  assert.equal((await browser.fetch(session)).error, 'sessionOver')
})

test('wrong passwords and logins that nobody has are one answer', async () => {
  const browser = browserAt(port)
  for (const [login, said] of [[`alice@${domain}`, 'wrong'], [`nobody@${domain}`, password], ['', ''], ['alice', password]] as const) {
    const answer = await browser.signIn(login, said)
    assert.deepEqual([answer.status, answer.error, answer.headers['set-cookie']], [401, 'wrongCredentials', undefined], login)
  }
})

test('RFC 9449: a proof is good once, now, for its method, target, token and key alone', async () => {
  const browser = await signedIn('alice')
  const other = await signedIn('bob')
  const get = (headers: Readonly<Record<string, string>>) => ask(port, { path: session, headers })
  const good = browser.headers('GET', session)
  assert.notEqual((await get(good)).status, 401)
  const now = Math.floor(Date.now() / 1_000)
  const refused = {
    'the same once more': good,
    'no proof': { authorization: good.authorization },
    'not a proof': { ...good, dpop: 'a.b.c' },
    'of a minute and more ago': browser.headers('GET', session, { iat: now - 120 }),
    'of the future': browser.headers('GET', session, { iat: now + 120 }),
    'for another method': browser.headers('POST', session),
    'for another path': browser.headers('GET', '/jmap/api'),
    'for another host': browser.headers('GET', session, { htu: `http://127.0.0.1:${port}${session}` }),
    'for another token': browser.headers('GET', session, { ath: 'x'.repeat(43) }),
    'for no token': browser.headers('GET', session, { ath: undefined }),
    'by another key: the token was stolen': browser.headers('GET', session, {}, newDevice()),
    'by the key of another session': { ...good, dpop: browser.headers('GET', session, {}, other.device).dpop },
  }
  for (const [what, headers] of Object.entries(refused)) {
    const answer = await get(headers)
    assert.deepEqual([answer.status, answer.error], [401, 'badProof'], what)
    assert.match(String(answer.headers['www-authenticate']), /invalid_dpop_proof/)
  }
  for (const token of ['', 'mailroom.', `mailroom.${'x'.repeat(43)}`, `nowhere.${'x'.repeat(43)}`, '../../etc.x']) {
    const answer = await get({ ...good, authorization: `DPoP ${token}` })
    assert.deepEqual([answer.status, answer.error], [401, 'sessionOver'], token)
  }
  assert.equal((await get({ ...good, authorization: `Bearer ${browser.token}` })).error, 'sessionOver')
  assert.equal((await ask(port, { path: session, host: `127.0.0.1:${port}`, headers: browser.headers('GET', session) })).error, 'sessionOver')
})

test('a remembered device signs in again without the password, by its own key alone', async () => {
  const browser = await signedIn('carol', 'Firefox, Linux')
  const { remembered } = browser
  assert.ok(remembered)
  const again = await browser.resume()
  assert.equal(again.status, 201, again.text)
  assert.equal(again.json()['login'], `carol@${domain}`)
  assert.notEqual((await browser.fetch(session)).status, 401)
  assert.equal((await browser.resume(remembered, { htu: 'http://elsewhere.example/' })).error, 'badProof')
  assert.equal((await browser.resume(remembered, {}, newDevice())).error, 'wrongCredentials')
  assert.equal((await browser.resume({ ...remembered, secret: Buffer.alloc(32).toString('base64') })).error, 'wrongCredentials')
  assert.equal((await browser.resume({ ...remembered, device: '00000000-0000-4000-8000-000000000000' })).error, 'wrongCredentials')
  // Who signs out and is to be forgotten is.
  assert.equal((await browser.fetch('/api/session', { method: 'DELETE', headers: { 'x-forget-device': 'yes' } })).status, 204)
  assert.equal((await browser.resume(remembered)).error, 'wrongCredentials')
})

test('a new password, a killed credential, a suspended account end sessions and devices', async () => {
  const ends: readonly (readonly [string, () => Promise<unknown>])[] = [
    ['dave', () => platform.must(['account', 'state', `dave@${domain}`, 'suspended'])],
    ['erin', () => platform.must(['credential', 'kill', `erin@${domain}`])],
    ['frank', () => platform.must(['credential', 'change', `frank@${domain}`, '--password-stdin'], `${password}\nanother-long-harbour\n`)],
  ]
  for (const [person, end] of ends) {
    const browser = await signedIn(person, 'Safari')
    assert.notEqual((await browser.fetch(session)).status, 401)
    await end()
    assert.equal(await ended(browser), 'sessionOver', person)
    assert.equal((await browser.resume()).error, 'wrongCredentials', person)
  }
})

const authorize = (login: string, said: string) => ({ authorization: `Basic ${Buffer.from(`${login}:${said}`).toString('base64')}` })

test('RFC 7617: another client brings the password with each request; a browser may not', async () => {
  const right = authorize(`alice@${domain}`, password)
  const wrong = await ask(port, { path: session, headers: authorize(`alice@${domain}`, 'wrong') })
  assert.deepEqual([wrong.status, wrong.error], [401, 'wrongCredentials'])
  assert.notEqual((await ask(port, { path: session, headers: right })).status, 401)
  assert.equal((await ask(port, { path: session, headers: { ...right, 'sec-fetch-site': 'none' } })).error, 'forbidden')
  assert.equal((await ask(port, { path: '/api/session', method: 'DELETE', headers: right })).error, 'forbidden')
})

test('a brand’s look is refused where it can’t be read, and served at its names as soon as it is set', async () => {
  const bad = await platform.cli(['brand', 'look', 'web', 'web', '--accent', '#ffcc00'])
  assert.equal(bad.code, 1)
  assert.match(bad.err, /contrast of 1\.\d\d with the white page .* at least 4\.5/)
  const host = 'mail.web.example'
  assert.equal((await ask(port, { path: '/api/brand', host })).error, 'wrongHost')
  await platform.must(['brand', 'look', 'web', 'web', '--name-ja', 'ウェブ', '--accent', '#7a1fa2', '--host', host, '--legal', '規約|Terms|https://web.example/terms'])
  const answer = await ask(port, { path: '/api/brand', host })
  const look = answer.json()
  assert.deepEqual([answer.status, look['name'], look['accent']], [200, { ja: 'ウェブ', en: 'Web Net' }, '#7a1fa2'])
  assert.deepEqual(look['legal'], [{ title: { ja: '規約', en: 'Terms' }, url: 'https://web.example/terms' }])
})

interface Status {
  readonly platform: { readonly cells: readonly { readonly processes: readonly { readonly name: string; readonly pid: number }[] }[] }
}

test('where the mailroom is killed the session is over, and a remembered device goes on in another', async () => {
  const browser = await signedIn('grace', 'Chrome')
  assert.notEqual((await browser.fetch(session)).status, 401)
  const { platform: running } = JSON.parse(await platform.must(['status', '--json'])) as Status
  const own = browser.token.slice(0, browser.token.lastIndexOf('.'))
  const pid = running.cells.flatMap(({ processes }) => processes).find(({ name }) => name === `web/${own}`)?.pid ?? 0
  assert.ok(pid > 0)
  process.kill(pid, 'SIGKILL')
  assert.equal(await ended(browser), 'sessionOver')
  for (let waitedMs = 0; waitedMs < patienceMs; waitedMs += 500) {
    if ((await browser.resume()).status === 201) break
    await sleep(500)
  }
  assert.notEqual((await browser.fetch(session)).status, 401)
})
