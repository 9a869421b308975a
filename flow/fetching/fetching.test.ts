import assert from 'node:assert/strict'
import { createServer, type IncomingMessage, type RequestListener } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { meter } from '@bulkhead/base/meter.ts'
import fc from 'fast-check'
import { trustOnly } from '../relay/trust.ts'
import { testCertificate, testKey } from '../testing/certificate.ts'
import { zoneDns, type Zone } from '../testing/zone.ts'
import type { Outside } from './exchange.ts'
import { fetchImage, imageBytesMax } from './image.ts'
import { postOneClick } from './one-click.ts'
import { isPublicAddress } from './public-address.ts'
import { fetchHandlers } from './serve.ts'

const png = Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), Buffer.alloc(100, 7)])

const listening = async (listener: RequestListener, secure: boolean) => {
  const seen: IncomingMessage[] = []
  const heard: RequestListener = (request, response) => {
    seen.push(request)
    listener(request, response)
  }
  const server = secure ? createSecureServer({ key: testKey, cert: testCertificate }, heard) : createServer(heard)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    seen, port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** Loopback stands for the public internet here; every other address is judged as ever. */
const outsideOf = (zone: Zone, changes: Partial<Outside> = {}): Outside => ({
  dns: zoneDns(zone), trust: trustOnly([testCertificate]), timeoutMs: 30_000,
  mayReach: (address) => address === '127.0.0.1' || isPublicAddress(address), mayUse: () => true, ...changes,
})

const here: Zone = { 'img.example': { A: ['127.0.0.1'] }, 'sink.example': { A: ['127.0.0.1'] } }

test('an image comes as what its bytes say it is, and nothing of the reader goes along', async () => {
  await using server = await listening((_, response) => response.writeHead(200, { 'content-type': 'text/html', 'set-cookie': 'a=b' }).end(png), false)
  const found = await fetchImage(`http://someone:secret@img.example:${server.port}/x?y=1#z`, outsideOf(here))
  assert.deepEqual(found, { is: 'image', type: 'image/png', body: png })
  const { headers, url } = server.seen[0] ?? assert.fail('not asked')
  assert.equal(url, '/x?y=1')
  assert.equal(headers.host, `img.example:${server.port}`)
  for (const name of ['cookie', 'referer', 'authorization', 'accept-language', 'x-forwarded-for', 'origin']) assert.equal(headers[name], undefined)
})

for (const [what, body] of [
  ['a page', '<html><script>alert(1)</script></html>'], ['an SVG', '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'], ['nothing', ''],
] as const) {
  test(`${what} is no image, whatever it is called`, async () => {
    await using server = await listening((_, response) => response.writeHead(200, { 'content-type': 'image/png' }).end(body), false)
    assert.deepEqual(await fetchImage(`http://img.example:${server.port}/`, outsideOf(here)), { is: 'refused', refusal: 'notAnImage' })
  })
}

test('an image that is too large is not read to its end', async () => {
  await using server = await listening((_, response) => {
    response.writeHead(200)
    const more = (): void => {
      while (response.write(Buffer.alloc(65_536, 1)));
    }
    response.on('drain', more)
    more()
  }, false)
  assert.deepEqual(await fetchImage(`http://img.example:${server.port}/`, outsideOf(here)), { is: 'refused', refusal: 'tooLarge' })
  await using honest = await listening((_, response) => response.writeHead(200, { 'content-length': imageBytesMax + 1 }).end('x'), false)
  assert.deepEqual(await fetchImage(`http://img.example:${honest.port}/`, outsideOf(here)), { is: 'refused', refusal: 'tooLarge' })
})

test('three redirects are followed, a fourth is not', async () => {
  await using server = await listening((request, response) => {
    const left = Number(new URL(request.url ?? '', 'http://x').searchParams.get('left'))
    if (left === 0) response.end(png)
    else response.writeHead(302, { location: `/?left=${left - 1}` }).end()
  }, false)
  assert.equal((await fetchImage(`http://img.example:${server.port}/?left=3`, outsideOf(here))).is, 'image')
  assert.equal((await fetchImage(`http://img.example:${server.port}/?left=4`, outsideOf(here))).is, 'refused')
})

const inside = [
  'http://127.1/', 'http://0x7f.0.0.1/', 'http://2130706433/', 'http://017700000001/', 'http://[::1]/', 'http://[::ffff:10.0.0.1]/', 'http://10.0.0.1/', 'http://169.254.169.254/',
  'http://100.64.0.1/', 'http://[fe80::1]/', 'http://[fc00::1]/', 'http://[64:ff9b::7f00:1]/', 'http://[2002:7f00:1::]/', 'http://192.168.0.1/', 'http://172.31.255.255/', 'http://0.0.0.0/',
]

test('nothing inside is spoken to: not by number, not by name, not after a redirect', async () => {
  const strict = outsideOf({ ...here, 'inside.example': { A: ['10.1.2.3'] }, 'both.example': { A: ['93.184.216.34', '127.0.0.1'] }, 'six.example': { AAAA: ['fd00::1'] } }, { mayReach: isPublicAddress })
  for (const url of [...inside, 'http://inside.example/', 'http://both.example/', 'https://six.example/', 'http://localhost/']) {
    const found = await fetchImage(url, strict)
    assert.equal(found.is, 'refused', url)
  }
  for (const location of [...inside, 'http://inside.example/', 'file:///etc/passwd', 'gopher://img.example/']) {
    await using server = await listening((_, response) => response.writeHead(302, { location }).end(), false)
    const zone = { ...here, 'inside.example': { A: ['10.1.2.3'] } }
    const outside = outsideOf(zone, { mayReach: (address) => address === '127.0.0.1' ? server.seen.length === 0 : isPublicAddress(address) })
    assert.equal((await fetchImage(`http://img.example:${server.port}/`, outside)).is, 'refused', location)
    assert.equal(server.seen.length, 1)
  }
})

test('a name that leads elsewhere the second time is asked once: the connection goes where it was looked', async () => {
  await using server = await listening((_, response) => response.end(png), false)
  let asked = 0
  const first = zoneDns({ 'img.example': { A: ['127.0.0.1'] } })
  const then = zoneDns({ 'img.example': { A: ['10.0.0.1'] } })
  const outside = outsideOf({}, { dns: { query: (name, type) => (type === 'A' && (asked += 1) > 1 ? then : first).query(name, type) } })
  assert.equal((await fetchImage(`http://img.example:${server.port}/`, outside)).is, 'image')
  assert.equal(asked, 1)
})

test('other ports, other schemes and addresses that are none are not fetched', async () => {
  const outside = outsideOf(here, { mayUse: (port) => port === 80 || port === 443 })
  for (const url of ['http://img.example:25/', 'ftp://img.example/', 'data:image/png;base64,AA', 'javascript:alert(1)', '//img.example/', '', 'http://', `http://img.example/${'x'.repeat(9_000)}`]) {
    assert.deepEqual(await fetchImage(url, outside), { is: 'refused', refusal: 'badUrl' }, url.slice(0, 40))
  }
})

test('only public addresses are public', () => {
  for (const address of ['8.8.8.8', '93.184.216.34', '2001:4860:4860::8888', '2606:4700::1111']) assert.equal(isPublicAddress(address), true, address)
  for (const address of [
    '127.0.0.1', '10.0.0.1', '172.16.0.1', '192.168.1.1', '169.254.169.254', '100.64.0.1', '100.127.255.255', '0.0.0.0', '224.0.0.1', '255.255.255.255', '198.18.0.1', '192.0.2.1',
    '::', '::1', '::ffff:127.0.0.1', '::ffff:8.8.8.8'.replace('8.8.8.8', '10.0.0.1'), '::127.0.0.1', 'fe80::1', 'fec0::1', 'fc00::1', 'fd12::1', 'ff02::1', '64:ff9b::a00:1', '64:ff9b:1::1',
    '2002:a00:1::', '2001::1', '2001:db8::1', '3fff::1', '100::1', '', 'localhost', '1.2.3', '1.2.3.4.5', 'fe80::1%eth0',
  ]) assert.equal(isPublicAddress(address), false, address)
  fc.assert(fc.property(fc.ipV4(), (address) => {
    const [a = 0] = address.split('.').map(Number)
    if (a === 10 || a === 127 || a === 0 || a >= 224) assert.equal(isPublicAddress(address), false)
    assert.equal(isPublicAddress(`::ffff:${address}`), isPublicAddress(address))
    const hex = address.split('.').map((part) => Number(part).toString(16).padStart(2, '0'))
    assert.equal(isPublicAddress(`2002:${hex[0]}${hex[1]}:${hex[2]}${hex[3]}::1`), false)
    assert.equal(isPublicAddress(`64:ff9b::${address}`), false)
  }))
})

test('one click posts what RFC 8058 says, by HTTPS alone, and follows nothing', async () => {
  let body = ''
  await using server = await listening((request, response) => {
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () => response.writeHead(302, { location: 'http://10.0.0.1/' }).end())
  }, true)
  assert.deepEqual(await postOneClick(`https://sink.example:${server.port}/u?id=1`, outsideOf(here)), { is: 'posted', status: 302 })
  assert.equal(body, 'List-Unsubscribe=One-Click')
  assert.equal(server.seen[0]?.method, 'POST')
  assert.equal(server.seen[0]?.headers['content-type'], 'application/x-www-form-urlencoded')
  assert.deepEqual(await postOneClick(`http://sink.example:${server.port}/`, outsideOf(here)), { is: 'refused', refusal: 'badUrl' })
  // A certificate for another name.
  assert.deepEqual(await postOneClick(`https://img.example:${server.port}/`, outsideOf(here)), { is: 'refused', refusal: 'unreachable' })
  assert.equal(server.seen.length, 1)
})

test('a large image comes in pieces, for a while; too many are refused; the mailroom alone may ask', async () => {
  const large = Buffer.concat([png, Buffer.alloc(2_000_000, 9)])
  await using server = await listening((_, response) => response.end(large), false)
  let nowMs = 0
  const handlers = fetchHandlers(outsideOf(here), { clock: { now: () => nowMs }, meter: meter() })
  const url = `http://img.example:${server.port}/`
  const first = await handlers.fetchImage({ url, asker: 'a' }, 'mailroom')
  assert.ok(first.is === 'answered' && first.answer.rest !== null)
  const pieces = [Buffer.from(first.answer.body, 'base64')]
  while (Buffer.concat(pieces).length < first.answer.sizeBytes) {
    const more = await handlers.imageRest({ rest: first.answer.rest, offset: Buffer.concat(pieces).length }, 'mailroom')
    assert.ok(more.is === 'answered')
    pieces.push(Buffer.from(more.answer.body, 'base64'))
  }
  assert.deepEqual(Buffer.concat(pieces), large)
  assert.deepEqual(await handlers.imageRest({ rest: first.answer.rest, offset: 0 }, 'mailroom'), { is: 'refused', refusal: 'gone' })
  await assert.rejects(async () => handlers.fetchImage({ url, asker: 'a' }, 'intake'))
  const posts = await Promise.all(Array.from({ length: 40 }, () => handlers.postOneClick({ url: 'http://x.example/', asker: 'b' }, 'mailroom')))
  assert.deepEqual(posts.filter(({ is }) => is === 'refused').map((reply) => reply.is === 'refused' ? reply.refusal : '').filter((refusal) => refusal === 'overBudget').length >= 10, true)
  nowMs += 3_600_000
  const later = await handlers.postOneClick({ url: 'http://x.example/', asker: 'b' }, 'mailroom')
  assert.deepEqual(later, { is: 'refused', refusal: 'badUrl' })
})

test('a push goes by HTTPS to public addresses alone, as it was sealed, and follows nothing', async () => {
  let body = Buffer.alloc(0)
  await using server = await listening((request, response) => {
    request.on('data', (chunk: Buffer) => (body = Buffer.concat([body, chunk])))
    request.on('end', () => response.writeHead(201, { location: 'https://10.0.0.1/' }).end())
  }, true)
  const handlers = fetchHandlers(outsideOf(here), { clock: { now: () => 0 }, meter: meter() })
  const sealed = Buffer.from([1, 2, 3])
  const ask = { url: `https://sink.example:${server.port}/p`, asker: 'a', body: sealed.toString('base64'), encoding: 'aes128gcm', authorization: 'vapid t=x, k=y', ttlSeconds: 60 }
  assert.deepEqual(await handlers.push(ask, 'intake'), { is: 'answered', answer: { status: 201 } })
  assert.deepEqual(body, sealed)
  const { method, headers } = server.seen[0] ?? assert.fail()
  assert.deepEqual([method, headers['content-encoding'], headers['ttl'], headers['authorization']], ['POST', 'aes128gcm', '60', 'vapid t=x, k=y'])
  assert.deepEqual(await handlers.push({ ...ask, url: `http://sink.example:${server.port}/p` }, 'intake'), { is: 'refused', refusal: 'badUrl' })
  const inside = fetchHandlers({ ...outsideOf(here), mayReach: isPublicAddress }, { clock: { now: () => 0 }, meter: meter() })
  assert.deepEqual(await inside.push(ask, 'intake'), { is: 'refused', refusal: 'notPublic' })
  await assert.rejects(async () => handlers.push(ask, 'mailroom'))
  await assert.rejects(async () => handlers.push({ ...ask, body: Buffer.alloc(4_097).toString('base64') }, 'intake'))
  const many = await Promise.all(Array.from({ length: 80 }, () => handlers.push({ ...ask, url: 'http://x.example/' }, 'intake')))
  assert.ok(many.filter((reply) => reply.is === 'refused' && reply.refusal === 'overBudget').length >= 20)
})
