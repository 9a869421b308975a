/** Sessions of the web against the running platform: signing in, proofs, remembered devices, and everything that ends a session. */
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { plainWebPort } from '@bulkhead/run/config/web.ts'
import { realSealing } from '@bulkhead/seal/real-sealing.ts'
import { split } from '@bulkhead/seal/shares.ts'
import { newDevice } from '@bulkhead/wire/dpop/testing/prover.ts'
import { plantAccounts, startPlatform, type Platform } from '../platform/platform.ts'
import { portBases } from '../ports.ts'
import { ask, browserAt, type Answer, type Asked, type Browser } from './browser.ts'
import { mailProgram, opens } from './mail-program.ts'

const [portBase] = portBases['test/http/sessions']
const password = 'correct-horse-battery'
const domain = 'web.example'
const people = ['alice', 'bob', 'carol', 'dave', 'erin', 'frank', 'grace', 'heidi', 'ivan', 'judy', 'kenji', 'leo']
const session = '/.well-known/jmap'
/** Longer than any machine needs. */
const patienceMs = 60_000
const recovery = realSealing.newKeyPair()
let platform: Platform
let port = 0

before(
  async () => {
    platform = await startPlatform({ cells: [{ id: 'web', name: 'Web Net', portBase, settings: ['mailrooms: 2', 'limits: { connectionsPerPeer: 5000 }', `escrow: ${recovery.publicKey.toString('base64')}`] }] })
    await plantAccounts(platform, 'web', domain, people, password)
    await platform.must(['brand', 'add', 'web', 'pier', '--name', 'Pier'])
    await platform.must(['domain', 'add', 'web', 'pier.example', '--brand', 'pier'])
    await plantAccounts(platform, 'web', 'pier.example', ['mia'], password)
    port = platform.portOf('web', plainWebPort)
  },
  { timeout: 180_000 },
)
after(() => platform?.[Symbol.asyncDispose]())

const addressOf = (person: string): string => (person.includes('@') ? person : `${person}@${domain}`)

const signedIn = async (person: string, remember: string | false = false): Promise<Browser> => {
  const browser = browserAt(port)
  const answer = await browser.signIn(addressOf(person), password, remember)
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

/** As `isp add` writes them for the custodians. */
const shareFiles = (): readonly string[] => {
  const shares = split(recovery.privateKey, 2, 3)
  return shares.slice(1).map((share, at) => {
    const file = join(platform.directory, `share-${at}.txt`)
    writeFileSync(file, `Keep it away from the platform.\n${share.declassify().toString('base64')}\n`)
    return file
  })
}

test('a new password, a killed credential, a suspended account end sessions, of mail programs too, and devices', async () => {
  const ends: readonly (readonly [string, () => Promise<unknown>])[] = [
    ['dave', () => platform.must(['account', 'state', `dave@${domain}`, 'suspended'])],
    ['erin', () => platform.must(['credential', 'kill', `erin@${domain}`])],
    ['frank', () => platform.must(['credential', 'change', `frank@${domain}`, '--password-stdin'], `${password}\nanother-long-harbour\n`)],
    ['leo', () => platform.must(['credential', 'recover', `leo@${domain}`, '--reason', 'forgotten', '--share', ...shareFiles(), '--password-stdin'], 'another-long-harbour\n')],
    ['mia@pier.example', () => platform.must(['credential', 'kill', 'web/pier'])],
  ]
  const elsewhere = await mailProgram(platform.portOf('web', 143), `heidi@${domain}`, password)
  for (const [person, end] of ends) {
    const browser = await signedIn(person, 'Safari')
    const program = await mailProgram(platform.portOf('web', 143), addressOf(person), password)
    assert.equal(program.said, 'OK', person)
    assert.notEqual((await browser.fetch(session)).status, 401)
    await end()
    await program.hungUp
    assert.equal(await ended(browser), 'sessionOver', person)
    assert.equal((await browser.resume()).error, 'wrongCredentials', person)
  }
  assert.equal(await opens(platform.portOf('web', 143), `leo@${domain}`, 'another-long-harbour'), true)
  assert.equal(elsewhere.socket.destroyed, false, 'others stay')
  elsewhere.socket.destroy()
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

const processOf = async (name: string): Promise<{ readonly name: string; readonly pid: number }> => {
  const { platform: running } = JSON.parse(await platform.must(['status', '--json', '--wait', '60'])) as Status
  const found = running.cells.flatMap(({ processes }) => processes).find((one) => one.name === `web/${name}`)
  assert.ok(found !== undefined && found.pid > 0, name)
  return found
}

const mailroomOf = ({ token }: Browser): string => token.slice(0, token.lastIndexOf('.'))

test('where the mailroom is killed the session is over, and a remembered device goes on in another', async () => {
  const browser = await signedIn('grace', 'Chrome')
  assert.notEqual((await browser.fetch(session)).status, 401)
  const { pid } = await processOf(mailroomOf(browser))
  process.kill(pid, 'SIGKILL')
  assert.equal(await ended(browser), 'sessionOver')
  for (let waitedMs = 0; waitedMs < patienceMs; waitedMs += 500) {
    if ((await browser.resume()).status === 201) break
    await sleep(500)
  }
  assert.notEqual((await browser.fetch(session)).status, 401)
})

const another = 'another-long-harbour'

interface Change {
  readonly login?: string
  readonly from?: unknown
  readonly to?: unknown
}

const json = { 'content-type': 'application/json' }
const changed = (browser: Browser, person: string, { login = `${person}@${domain}`, from = password, to = another }: Change = {}, over: Partial<Asked> = {}) =>
  ask(port, {
    method: 'POST', path: '/api/password', headers: { ...json, ...browser.headers('POST', '/api/password') },
    body: JSON.stringify({ login, password: from, newPassword: to }), ...over,
  })
const inbox = async (browser: Browser): Promise<readonly { readonly subject: string; readonly text: string }[]> => {
  const found = (await browser.fetch(session)).json() as { readonly primaryAccounts: Readonly<Record<string, string>>; readonly apiUrl: string }
  const accountId = found.primaryAccounts['urn:ietf:params:jmap:mail']
  const methodCalls = [
    ['Email/query', { accountId, sort: [{ property: 'receivedAt', isAscending: false }] }, 'q'],
    ['Email/get', {
      accountId, '#ids': { resultOf: 'q', name: 'Email/query', path: '/ids' }, properties: ['subject', 'bodyValues', 'textBody'], fetchTextBodyValues: true,
    }, 'g'],
  ]
  const body = JSON.stringify({ using: ['urn:ietf:params:jmap:core', 'urn:ietf:params:jmap:mail'], methodCalls })
  const answer = await browser.fetch(new URL(found.apiUrl).pathname, { method: 'POST', headers: json, body })
  const [, [, { list }]] = answer.json()['methodResponses'] as [unknown, [string, { list: readonly { subject: string; bodyValues: Record<string, { value: string }> }[] }]]
  return list.map(({ subject, bodyValues }) => ({ subject, text: Object.values(bodyValues).map(({ value }) => value).join('') }))
}

test('a person changes the own password: all others are signed out at once, this one goes on, and a notice says so', async () => {
  const [here, there, guest] = [await signedIn('heidi', 'Firefox'), await signedIn('heidi', 'Safari'), await signedIn('heidi')]
  const imap = platform.portOf('web', 143)
  const login = `heidi@${domain}`
  const program = await mailProgram(imap, login, password)
  assert.equal(program.said, 'OK')
  const agent = 'Mozilla/5.0 (Windows NT 10.0) Gecko/20100101 Firefox/140.0 call-0120-000-000'
  const headers = { ...json, ...here.headers('POST', '/api/password'), 'user-agent': agent }
  const answer = await changed(here, 'heidi', {}, { headers })
  assert.deepEqual([answer.status, answer.text], [204, ''])
  await program.hungUp
  assert.deepEqual([await opens(imap, login, password), await opens(imap, login, another)], [false, true])
  assert.equal((await ask(port, { path: session, headers: authorize(login, password) })).error, 'wrongCredentials')
  assert.notEqual((await ask(port, { path: session, headers: authorize(login, another) })).status, 401)
  for (const other of [there, guest]) assert.equal(await ended(other), 'sessionOver')
  assert.equal((await there.resume()).error, 'wrongCredentials')
  // Past the time in which a session is not looked at.
  await sleep(4_000)
  assert.equal((await here.fetch(session)).status, 200)
  assert.equal((await browserAt(port).signIn(login, password)).error, 'wrongCredentials')
  for (let waitedMs = 0; (await inbox(here)).length === 0 && waitedMs < patienceMs; waitedMs += 500) await sleep(500)
  const [notice] = await inbox(here)
  assert.equal(notice?.subject, 'Your password was changed')
  assert.match(notice.text, /By: {3}webmail \(Firefox, Windows\)/)
  assert.doesNotMatch(notice.text, /0120/)
  // The device keeps its credential; it is of the account's key, not of its password.
  assert.equal((await here.resume()).status, 201)
})

test('a password is changed by its session alone, and by whoever has the one of now', async () => {
  const [here, other] = [await signedIn('ivan'), await signedIn('judy')]
  const without = (headers: Readonly<Record<string, string>>): Promise<Answer> => changed(here, 'ivan', {}, { headers: { ...json, ...headers } })
  const good = here.headers('POST', '/api/password')
  const spent = here.headers('GET', session)
  await ask(port, { path: session, headers: spent })
  const refused: Readonly<Record<string, readonly [number, string, () => Promise<Answer>]>> = {
    'no session': [401, 'sessionOver', () => without({})],
    'a login each time': [401, 'sessionOver', () => without(authorize(`ivan@${domain}`, password))],
    'a token of nobody': [401, 'sessionOver', () => without({ ...good, authorization: `DPoP ${mailroomOf(here)}.${'x'.repeat(43)}` })],
    'a token of nowhere': [401, 'sessionOver', () => without({ ...good, authorization: 'DPoP nowhere.x' })],
    'no proof': [401, 'badProof', () => without({ authorization: good.authorization })],
    'a proof that was used': [401, 'badProof', () => without({ ...good, dpop: spent.dpop })],
    'a proof of another device': [401, 'badProof', () => without(here.headers('POST', '/api/password', {}, newDevice()))],
    'a proof of an hour ago': [401, 'badProof', () => without(here.headers('POST', '/api/password', { iat: Math.floor(Date.now() / 1_000) - 3_600 }))],
    'from another page': [403, 'forbidden', () => without({ ...here.headers('POST', '/api/password'), 'sec-fetch-site': 'cross-site' })],
    'the login and password of another': [403, 'forbidden', () => changed(other, 'ivan')],
    'a login of nobody': [403, 'wrongPassword', () => changed(here, 'ivan', { login: `nobody@${domain}` })],
    'a wrong password': [403, 'wrongPassword', () => changed(here, 'ivan', { from: 'not this one' })],
    'the same again': [422, 'samePassword', () => changed(here, 'ivan', { to: password })],
    'a common one': [422, 'passwordCommon', () => changed(here, 'ivan', { to: 'Password123' })],
    'the own name': [422, 'passwordOwnName', () => changed(here, 'ivan', { to: `ivan@${domain}` })],
    'what nobody sees': [422, 'passwordControlCharacter', () => changed(here, 'ivan', { to: 'nul\0in between' })],
    'half a character': [400, 'badRequest', () => changed(here, 'ivan', { to: 'half \ud83d a character' })],
    'a list': [400, 'badRequest', () => changed(here, 'ivan', { to: ['a', 'b'] })],
    'too long a one': [422, 'passwordTooLong', () => changed(here, 'ivan', { to: 'x'.repeat(257) })],
    'no JSON': [400, 'badRequest', () => changed(here, 'ivan', {}, { body: 'login=ivan' })],
    'GET': [405, 'wrongMethod', () => ask(port, { path: '/api/password', headers: here.headers('GET', '/api/password') })],
  }
  for (const [what, [status, error, act]] of Object.entries(refused)) {
    const answer = await act()
    assert.deepEqual([answer.status, answer.error], [status, error], what)
  }
  // Ten megabytes are refused before they are read.
  const large = await changed(here, 'ivan', { to: 'x'.repeat(10_000_000) }).catch(() => undefined)
  assert.ok(large === undefined || large.error === 'tooLarge')
  assert.equal((await here.fetch(session)).status, 200)
  assert.deepEqual(await Promise.all([password, another].map((one) => opens(platform.portOf('web', 143), `ivan@${domain}`, one))), [true, false])
})

test('of two changes at once one is made, and its password opens', async () => {
  const [one, two] = [await signedIn('ivan'), await signedIn('ivan')]
  const passwords = ['the first harbour', 'the second harbour']
  const answers = await Promise.all([changed(one, 'ivan', { to: passwords[0] }), changed(two, 'ivan', { to: passwords[1] })])
  const imap = platform.portOf('web', 143)
  const open = [await opens(imap, `ivan@${domain}`, passwords[0] ?? ''), await opens(imap, `ivan@${domain}`, passwords[1] ?? '')]
  assert.deepEqual(open.toSorted(), [false, true])
  assert.deepEqual(answers.map(({ status }) => status === 204), open)
  assert.equal(await opens(imap, `ivan@${domain}`, password), false)
})

test('whatever is killed in the middle, the old password opens or the new one, and never neither', async () => {
  const imap = platform.portOf('web', 143)
  const login = `kenji@${domain}`
  const passwords = [password, 'harbour number 1', 'harbour number 2', 'harbour number 3']
  /** Of the two, those that open once somebody can say so again. */
  const open = async (two: readonly string[]): Promise<readonly string[]> => {
    for (let waitedMs = 0; waitedMs < patienceMs; waitedMs += 500) {
      const said = await Promise.all(two.map((one) => opens(imap, login, one).catch(() => false)))
      if (said.includes(true)) return two.filter((_, at) => said[at])
      await sleep(500)
    }
    return []
  }
  let now = password
  for (const [round, victim] of ['warden', 'mailroom', 'gate'].entries()) {
    const next = passwords[round + 1] ?? ''
    const browser = browserAt(port)
    for (let waitedMs = 0; (await browser.signIn(login, now).catch(() => undefined))?.status !== 201 && waitedMs < patienceMs; waitedMs += 500) await sleep(500)
    const { pid, name } = await processOf(victim === 'mailroom' ? mailroomOf(browser) : victim)
    const asked = changed(browser, 'kenji', { from: now, to: next }).then(({ status }) => status, () => 0)
    await sleep(Math.random() * 120)
    process.kill(pid, 'SIGKILL')
    const status = await asked
    const opened = await open([now, next])
    assert.equal(opened.length, 1, `${name}: ${opened.join(', ')}`)
    if (status === 204) assert.equal(opened[0], next, name)
    now = opened[0] ?? ''
  }
})

test('an open page is no place to guess the password: wrong ones are counted with those of sign-in, and shut both out', async () => {
  const browser = await signedIn('judy')
  const errors: (string | undefined)[] = []
  for (let tries = 0; tries < 31 && errors.at(-1) !== 'tooManyAttempts'; tries += 1) {
    errors.push((await changed(browser, 'judy', { from: `guess number ${tries}` })).error)
  }
  assert.equal(errors.at(-1), 'tooManyAttempts')
  assert.ok(errors.slice(0, -1).every((error) => error === 'wrongPassword'))
  assert.equal((await changed(browser, 'judy')).error, 'tooManyAttempts')
  assert.equal((await browserAt(port).signIn(`alice@${domain}`, password)).error, 'tooManyAttempts')
  assert.equal((await browser.fetch(session)).status, 200)
})
