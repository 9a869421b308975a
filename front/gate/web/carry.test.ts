/** What streams through the gate: uploads at the pace of who reads them, event streams as they come, WebSockets both ways. */
import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { request } from 'node:http'
import { connect } from 'node:net'
import { test } from 'node:test'
import { house } from '../testing/fakes.ts'
import { webMailroom } from './testing/web-mailroom.ts'

const host = 'mail.test.example'
const authorization = `DPoP m1.${'x'.repeat(43)}`
const megabyte = 1_048_576

test('an upload goes through whole, and its answer comes back whole', async () => {
  using mailroom = await webMailroom((http) => void http.on('request', (asked, answer) => {
    const digest = createHash('sha256')
    asked.on('data', (chunk: Buffer) => digest.update(chunk)).on('end', () => answer.end(digest.digest('hex')))
  }))
  await using gate = await house({ mailroom })
  const body = randomBytes(8 * megabyte)
  const sent = request({ port: gate.ports.http, host: '127.0.0.1', method: 'POST', path: '/jmap/upload/a/', headers: { host, authorization, 'content-length': body.length }, agent: false })
  sent.end(body)
  const [answer] = (await once(sent, 'response')) as [AsyncIterable<Buffer> & { statusCode?: number }]
  const heard: Buffer[] = []
  for await (const chunk of answer) heard.push(chunk)
  assert.deepEqual([answer.statusCode, Buffer.concat(heard).toString()], [200, createHash('sha256').update(body).digest('hex')])
})

test('where the mailroom does not read, neither does the gate', async () => {
  let began = (): void => undefined
  const begun = new Promise<void>((resolve) => {
    began = resolve
  })
  using mailroom = await webMailroom((http) => void http.on('request', (asked) => {
    asked.pause()
    began()
  }))
  await using gate = await house({ mailroom })
  const socket = connect({ host: '127.0.0.1', port: gate.ports.http })
  socket.on('error', () => undefined)
  const total = 256 * megabyte
  socket.write(`POST /jmap/upload/a/ HTTP/1.1\r\nHost: ${host}\r\nAuthorization: ${authorization}\r\nContent-Length: ${total}\r\n\r\n`)
  await begun
  const piece = Buffer.alloc(megabyte)
  let sent = 0
  // Until nothing more was taken for a while.
  for (let still = 0; still < 20 && sent < total;) {
    if (socket.writableLength === 0) {
      socket.write(piece)
      sent += piece.length
      still = 0
    } else still += 1
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
  assert.ok(sent < total / 4, `${sent} bytes went somewhere`)
  socket.destroy()
})

test('an event stream reaches the client as it comes, and ends in the mailroom when the client goes', async () => {
  const gone = Promise.withResolvers<void>()
  using mailroom = await webMailroom((http) => void http.on('request', (asked, answer) => {
    answer.writeHead(200, { 'content-type': 'text/event-stream' })
    answer.write('event: ping\n\n')
    asked.on('close', () => gone.resolve())
  }))
  await using gate = await house({ mailroom })
  const sent = request({ port: gate.ports.http, host: '127.0.0.1', path: '/jmap/eventsource', headers: { host, authorization }, agent: false })
  sent.on('error', () => undefined).end()
  const [answer] = (await once(sent, 'response')) as [NodeJS.ReadableStream]
  const [first] = (await once(answer, 'data')) as [Buffer]
  assert.equal(first.toString(), 'event: ping\n\n')
  sent.destroy()
  await gone.promise
})

const webSocketHead = (path: string, more = ''): string =>
  `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nAuthorization: ${authorization}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
  `Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: jmap\r\n${more}\r\n`

const heardUntil = (port: number, said: string, isEnough: (heard: string) => boolean): Promise<string> =>
  new Promise((resolve) => {
    let heard = ''
    const socket = connect({ host: '127.0.0.1', port }, () => void socket.write(said))
    socket.on('data', (chunk: Buffer) => {
      heard += chunk.toString('latin1')
      if (isEnough(heard)) socket.destroy()
    })
    socket.on('error', () => undefined)
    socket.on('close', () => resolve(heard))
  })

test('RFC 6455: an upgrade is carried, and bytes go both ways from then on; elsewhere there is none', async () => {
  using mailroom = await webMailroom((http) => void http.on('upgrade', (asked, socket, head) => {
    socket.write(`HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: yes\r\nX-Secret: ${asked.url}\r\n\r\nhello`)
    socket.write(head)
    socket.pipe(socket)
  }))
  await using gate = await house({ mailroom })
  const heard = await heardUntil(gate.ports.http, `${webSocketHead('/jmap/ws')}early`, (text) => text.includes('helloearly'))
  assert.match(heard, /^HTTP\/1\.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-accept: yes\r\n\r\nhello/)
  for (const said of [webSocketHead('/'), webSocketHead('/jmap/api'), webSocketHead('/jmap/ws', 'Origin: https://evil.example\r\n')]) {
    assert.match(await heardUntil(gate.ports.http, said, () => false), /^HTTP\/1\.1 400 /)
  }
})

/** The body of the answer, or that there was none. */
const asked = (port: number, path: string, more: Readonly<Record<string, string>> = {}): Promise<string> =>
  new Promise((resolve) => {
    const sent = request({ port, host: '127.0.0.1', path, headers: { host, authorization, ...more }, agent: false }, (answer) => {
      let heard = ''
      answer.on('data', (chunk: Buffer) => (heard += chunk.toString()))
      answer.on('end', () => resolve(heard))
      answer.on('error', () => resolve('broken'))
    })
    sent.on('error', () => resolve('broken')).end()
  })

test('a connection goes on to the next request of the same visitor, and to nobody else’s; one that broke to none', async () => {
  const sockets: unknown[] = []
  const waiting: (() => void)[] = []
  using mailroom = await webMailroom((http) => void http.on('request', (got, answer) => {
    const at = sockets.includes(got.socket) ? sockets.indexOf(got.socket) : sockets.push(got.socket) - 1
    if (got.url === '/jmap/together') waiting.push(() => answer.end(`${at}`))
    else if (got.url === '/jmap/half') answer.writeHead(200, { 'content-length': 10 }).write('half')
    else answer.end(`${at}`)
    if (got.url === '/jmap/half') setImmediate(() => got.socket.destroy())
    if (waiting.length === 3) for (const finish of waiting) finish()
  }))
  await using gate = await house({ mailroom })
  const { http } = gate.ports
  const first = [await asked(http, '/jmap/a'), await asked(http, '/jmap/b'), await asked(http, '/jmap/c')]
  assert.deepEqual(first, ['0', '0', '0'])
  assert.equal(await asked(http, '/jmap/d', { host: `${host}:8443` }), '1', 'by another name')
  assert.equal(await asked(http, '/jmap/half'), 'broken')
  assert.equal(await asked(http, '/jmap/e'), '2', 'after one that broke')
  const together = await Promise.all([1, 2, 3].map(() => asked(http, '/jmap/together')))
  assert.equal(new Set(together).size, 3, 'no answer waits for another')
})

test('an upload that is answered before it was sent ends its connection', async () => {
  const sockets = new Set<unknown>()
  using mailroom = await webMailroom((http) => void http.on('request', (got, answer) => {
    sockets.add(got.socket)
    answer.end('enough')
  }))
  await using gate = await house({ mailroom })
  for (let times = 0; times < 3; times += 1) {
    const socket = connect({ host: '127.0.0.1', port: gate.ports.http })
    const heard = once(socket, 'data')
    socket.on('error', () => undefined)
    socket.write(`POST /jmap/upload/a/ HTTP/1.1\r\nHost: ${host}\r\nAuthorization: ${authorization}\r\nContent-Length: 1000000\r\n\r\nGET /jmap/smuggled HTTP/1.1\r\n\r\n`)
    assert.match(String(await heard), /^HTTP\/1\.1 200 /)
    socket.destroy()
  }
  assert.equal(sockets.size, 3)
})
