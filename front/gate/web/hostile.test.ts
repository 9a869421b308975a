/** What a hostile client tries at the gate's HTTP: nothing of it is carried anywhere, and nobody else notices. */
import assert from 'node:assert/strict'
import { generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { house } from '../testing/fakes.ts'
import { exchange, statuses } from './testing/raw-http.ts'
import { webMailroom, type SeenPreface } from './testing/web-mailroom.ts'

const host = 'mail.test.example'
const files = [
  { name: 'mail.html', bytes: Buffer.from('<!doctype html><title>mail</title>') },
  { name: 'sign-in.html', bytes: Buffer.from('<!doctype html><title>sign-in</title>') },
  { name: 'assets/app-1a2b.js', bytes: Buffer.from('export const all = "' + 'x'.repeat(5_000) + '"') },
]
const line = (head: string, body = ''): string => `${head}\r\nHost: ${host}\r\nConnection: close\r\n\r\n${body}`

interface Seen {
  readonly preface: SeenPreface
  readonly head: string
  readonly body: string
}

/** A mailroom that answers every request alike, and remembers it. */
const echoMailroom = async (answers = true) => {
  const seen: Seen[] = []
  const room = await webMailroom((http, { prefaceOf }) => {
    http.on('request', (request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        const head = JSON.stringify([request.method, request.url, request.rawHeaders])
        seen.push({ preface: prefaceOf(request.socket), head, body: Buffer.concat(chunks).toString() })
        if (answers) response.writeHead(200, { 'content-type': 'text/plain', 'set-cookie': 'a=b', 'x-of': 'mailroom', server: 'secret' }).end('answered')
      })
    })
  })
  return Object.assign(room, { seen })
}

const basic = `Authorization: Basic ${Buffer.from('alice@test.example:right').toString('base64')}`
const token = `m1.${'x'.repeat(43)}`

test('smuggling: what two readers could take for two things is refused, and nothing of it reaches a mailroom', async () => {
  using mailroom = await echoMailroom()
  await using gate = await house({ mailroom, files, web: { onLoopback: true }, plainLoginOnLoopback: true })
  const post = `POST /jmap/api HTTP/1.1\r\nHost: ${host}\r\nAuthorization: DPoP ${token}\r\n`
  const smuggled = `GET /jmap/smuggled HTTP/1.1\r\nHost: ${host}\r\nAuthorization: DPoP ${token}\r\n\r\n`
  const tries = {
    'a length and a coding': `${post}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${smuggled}`,
    'two lengths': `${post}Content-Length: 0\r\nContent-Length: ${smuggled.length}\r\n\r\n${smuggled}`,
    'the same length twice': `${post}Content-Length: 0\r\nContent-Length: 0\r\n\r\n${smuggled}`,
    'a list of lengths': `${post}Content-Length: 0, 0\r\n\r\n${smuggled}`,
    'a signed length': `${post}Content-Length: +0\r\n\r\n${smuggled}`,
    'a coding that is not one': `${post}Transfer-Encoding: xchunked\r\n\r\n${smuggled}`,
    'two codings': `${post}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n${smuggled}`,
    'a blank before the colon': `${post}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n${smuggled}`,
    'a folded field': `${post}X: a\r\n Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n${smuggled}`,
    'a bare LF': `POST /jmap/api HTTP/1.1\nHost: ${host}\n\n${smuggled}`,
    'a lone CR in a field': `${post}X: a\rTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${smuggled}`,
    'a NUL in a field': `${post}X: a\0b\r\n\r\n${smuggled}`,
    'a chunk of a length that is none': `${post}Transfer-Encoding: chunked\r\n\r\nzz\r\n${smuggled}`,
    'two Hosts': `GET /jmap/session HTTP/1.1\r\nHost: ${host}\r\nHost: other.example\r\nAuthorization: DPoP ${token}\r\nConnection: close\r\n\r\n`,
    'a target of another host': `GET http://other.example/jmap/session HTTP/1.1\r\nHost: ${host}\r\nAuthorization: DPoP ${token}\r\nConnection: close\r\n\r\n`,
    'a body that GET has': `GET /jmap/session HTTP/1.1\r\nHost: ${host}\r\nAuthorization: DPoP ${token}\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello`,
    'two Authorizations': `GET /jmap/session HTTP/1.1\r\nHost: ${host}\r\n${basic}\r\nAuthorization: DPoP ${token}\r\nConnection: close\r\n\r\n`,
  }
  for (const [what, said] of Object.entries(tries)) {
    const heard = await exchange(gate.ports.http, said)
    assert.deepEqual([what, statuses(heard).filter((status) => status < 400)], [what, []])
    assert.ok(!mailroom.seen.some(({ head }) => head.includes('smuggled')), what)
  }
})

test('what is carried is written anew: known fields alone, no password, and of the answer no cookie', async () => {
  using mailroom = await echoMailroom()
  await using gate = await house({ mailroom, files, plainLoginOnLoopback: true })
  const heard = await exchange(gate.ports.http, [
    'POST /jmap/api?a=b HTTP/1.1', `Host: ${host.toUpperCase()}`, basic, 'X-Forwarded-For: 10.0.0.1', 'X-Anything: 1', 'Cookie: a=b', 'Content-Type: application/json',
    'Transfer-Encoding: chunked', 'Connection: close, X-Anything', '', '5\r\nhello\r\n0\r\n\r\n',
  ].join('\r\n'))
  assert.deepEqual(statuses(heard), [200])
  assert.match(heard, /x-of: mailroom/)
  assert.doesNotMatch(heard, /set-cookie|secret/i)
  const [one] = mailroom.seen
  assert.equal(one?.body, 'hello')
  assert.doesNotMatch(one?.head ?? '', /forwarded|anything|cookie|authorization|right/i)
  assert.match(one?.head ?? '', /"host","mail\.test\.example"/)
  assert.deepEqual([one?.preface['origin'], one?.preface['opens'], one?.preface['pass'], one?.preface['peer']], [`http://${host}`, 'pass', 'cGFzcw==', '127.0.0.1'])
})

test('requests of one connection are answered in their order, whatever each takes', async () => {
  using mailroom = await echoMailroom()
  await using gate = await house({ mailroom, files })
  const api = `POST /jmap/api HTTP/1.1\r\nHost: ${host}\r\nAuthorization: DPoP ${token}\r\nContent-Length: 2\r\n\r\n{}`
  const heard = await exchange(gate.ports.http, `${api}GET /missing.js HTTP/1.1\r\nHost: ${host}\r\n\r\n${api}${line('GET /sign-in HTTP/1.1')}`)
  assert.deepEqual(statuses(heard), [200, 404, 200, 200])
  assert.ok(heard.endsWith('<title>sign-in</title>'))
})

test('a mailroom that hangs is waited for so long and no longer; one that nobody reaches is away', async () => {
  using mailroom = await echoMailroom(false)
  await using gate = await house({ mailroom, files, policy: { webAnswerMs: 300 } })
  const asked = `GET /jmap/session HTTP/1.1\r\nHost: ${host}\r\nAuthorization: DPoP ${token}\r\nConnection: close\r\n\r\n`
  const heard = await exchange(gate.ports.http, asked)
  assert.deepEqual(statuses(heard), [504])
  mailroom[Symbol.dispose]()
  const away = await exchange(gate.ports.http, asked)
  assert.deepEqual([statuses(away), /retry-after: 5/.test(away)], [[503], true])
})

test('names: only ours are answered', async () => {
  await using gate = await house({ files, web: { onLoopback: false, contentHost: 'content.test.example' } })
  const at = async (name: string, path = '/'): Promise<number | undefined> =>
    statuses(await exchange(gate.ports.http, `GET ${path} HTTP/1.1\r\nHost: ${name}\r\nConnection: close\r\n\r\n`))[0]
  assert.equal(await at(host), 200)
  for (const name of ['localhost', '127.0.0.1', 'evil.example', `${host}.evil.example`, '[::1]']) assert.equal(await at(name), 421, name)
  for (const name of ['', 'a b', `${host}:x`, `x@${host}`, `${host}/`]) assert.equal(await at(name), 400, name)
  // What strangers wrote and what is ours are never at one name.
  assert.equal(await at('content.test.example'), 404)
  assert.equal(await at(host, '/content/m1/x'), 404)
})

test('paths: files are found by name alone, pages lead to the mail, nothing is above', async () => {
  await using gate = await house({ files })
  const get = async (path: string) => exchange(gate.ports.http, line(`GET ${path} HTTP/1.1`))
  for (const path of ['/../etc/passwd', '/assets/../../x', '/%2e%2e/x', '/assets/%2fetc', '//evil.example/', '/assets\\x', '/a/./b', '/%00']) {
    assert.deepEqual(statuses(await get(path)), [400], path)
  }
  for (const path of ['/assets/', '/assets/none.js', '/mail.html', '/sign-in.html', '/robots.txt', '/assets/app-1a2b.js/', '/.well-known/none']) assert.deepEqual(statuses(await get(path)), [404], path)
  for (const path of ['/', '/settings/devices', '/m/inbox']) assert.match(await get(path), /<title>mail<\/title>$/, path)
  assert.match(await get('/.well-known/change-password'), /^HTTP\/1\.1 302 [^]*\r\nlocation: \/settings\/security\r\n/)
  const asset = await exchange(gate.ports.http, `GET /assets/app-1a2b.js HTTP/1.1\r\nHost: ${host}\r\nAccept-Encoding: gzip, br\r\nConnection: close\r\n\r\n`)
  assert.match(asset, /content-encoding: br\r\n/)
  assert.match(asset, /cache-control: public, max-age=31536000, immutable\r\n/)
  const etag = /etag: (\S+)\r\n/.exec(asset)?.[1] ?? ''
  assert.deepEqual(statuses(await exchange(gate.ports.http, `GET /assets/app-1a2b.js HTTP/1.1\r\nHost: ${host}\r\nIf-None-Match: ${etag}\r\nConnection: close\r\n\r\n`)), [304])
  assert.doesNotMatch(await exchange(gate.ports.http, `GET /assets/app-1a2b.js HTTP/1.1\r\nHost: ${host}\r\nAccept-Encoding: br;q=0\r\nConnection: close\r\n\r\n`), /content-encoding/)
})

test('every answer holds the browser to what pages need and no more', async () => {
  await using gate = await house({ files })
  for (const path of ['/', '/sign-in', '/api/brand', '/assets/none.js', '/jmap/api']) {
    const heard = await exchange(gate.ports.http, line(`GET ${path} HTTP/1.1`))
    assert.match(heard, /content-security-policy: default-src 'none'; script-src 'self'; style-src 'self';[^\r]*require-trusted-types-for 'script'/, path)
    for (const field of ['cross-origin-opener-policy: same-origin', 'cross-origin-resource-policy: same-origin', 'x-content-type-options: nosniff', 'referrer-policy: no-referrer', 'permissions-policy: ']) {
      assert.ok(heard.includes(field), `${path} ${field}`)
    }
    assert.doesNotMatch(heard, /strict-transport-security|unsafe|set-cookie/i)
  }
})

test('heads and bodies have an end; what comes slowly is cut off', async () => {
  await using gate = await house({ files, policy: { webHeadMs: 400 } })
  const { http } = gate.ports
  assert.deepEqual(statuses(await exchange(http, `GET / HTTP/1.1\r\nHost: ${host}\r\n${'X: y\r\n'.repeat(100)}\r\n`)), [413])
  assert.deepEqual(statuses(await exchange(http, `GET /${'x'.repeat(20_000)} HTTP/1.1\r\nHost: ${host}\r\n\r\n`)), [431])
  const large = JSON.stringify({ login: 'x'.repeat(10_000) })
  assert.deepEqual(statuses(await exchange(http, `POST /api/session HTTP/1.1\r\nHost: ${host}\r\nContent-Length: ${large.length}\r\nConnection: close\r\n\r\n${large}`)), [403])
  assert.deepEqual(statuses(await exchange(http, `GET / HTTP/1.1\r\nHost: ${host}\r\n`)), [408])
})

test('who guesses passwords is stopped for a while', async () => {
  await using gate = await house({ files, plainLoginOnLoopback: true, mailroom: { path: '/nowhere', pass: () => 'cGFzcw==' } })
  const guess = (password: string) => exchange(gate.ports.http, [
    'GET /jmap/session HTTP/1.1', `Host: ${host}`, `Authorization: Basic ${Buffer.from(`a@b.example:${password}`).toString('base64')}`, 'Connection: close', '', '',
  ].join('\r\n'))
  for (let tries = 0; tries < 30; tries += 1) assert.deepEqual(statuses(await guess('wrong')), [401])
  assert.deepEqual(statuses(await guess('wrong')), [429])
  assert.deepEqual(statuses(await guess('right')), [429])
  assert.equal(gate.asked.length, 30)
})

test('devices that were signed out come once more: that is no guessing, and shuts nobody out beside them', async () => {
  await using gate = await house({ files, plainLoginOnLoopback: true, mailroom: { path: '/nowhere', pass: () => 'cGFzcw==' } })
  const { crv, kty, x, y } = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' })
  const resumed = () => {
    const body = JSON.stringify({ device: randomUUID(), secret: randomBytes(32).toString('base64'), key: { crv, kty, x, y } })
    return exchange(gate.ports.http, [
      'POST /api/session/resume HTTP/1.1', `Host: ${host}`, `Origin: http://${host}`, 'Content-Type: application/json',
      `Content-Length: ${body.length}`, 'Connection: close', '', body,
    ].join('\r\n'))
  }
  for (let devices = 0; devices < 40; devices += 1) assert.deepEqual(statuses(await resumed()), [401])
  assert.deepEqual(statuses(await exchange(gate.ports.http, `GET /jmap/session HTTP/1.1\r\nHost: ${host}\r\n${basic}\r\nConnection: close\r\n\r\n`)), [503])
})

test('requests made from elsewhere are refused', async () => {
  await using gate = await house({ files })
  for (const field of ['Origin: https://evil.example', 'Origin: null', 'Sec-Fetch-Site: cross-site', 'Sec-Fetch-Site: same-site']) {
    const heard = await exchange(gate.ports.http, `GET /api/brand HTTP/1.1\r\nHost: ${host}\r\n${field}\r\nConnection: close\r\n\r\n`)
    assert.deepEqual(statuses(heard), [403], field)
    assert.doesNotMatch(heard, /access-control/i)
  }
})
