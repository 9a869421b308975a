/** Peers that lie, hang, drip, flood and part: no message is lost or counted twice, time and memory are bounded. */
import assert from 'node:assert/strict'
import type { Socket } from 'node:net'
import { test } from 'node:test'
import { newQueueId } from '@bulkhead/base/ids.ts'
import { ordinary, type Queued } from '@bulkhead/mail/queue/queued.ts'
import { replyLineBytesMax, replyLinesMax } from '@bulkhead/wire/smtp/reply.ts'
import { rawPeer } from '../testing/raw-peer.ts'
import { testReaching } from '../testing/reaching.ts'
import { deliver } from './deliver.ts'
import { patience, type Patience } from './limits.ts'
import { findWay, openWay } from './reach.ts'
import { contentOf } from './content.ts'

const nowMs = 1_000_000
const queuedTo = (recipients: number, more: Partial<Queued> = {}): Queued => ({
  id: newQueueId(), ...ordinary, reversePath: 'a@hikari.example', bodyKind: '7bit', account: null, queuedAtMs: 0, sizeBytes: 10,
  recipients: Array.from({ length: recipients }, (_, number) => (
    { forwardPath: `b${number}@far.example`, notify: null, orcpt: null, number, domain: 'far.example', attempts: 0 } as Queued['recipients'][number]
  )),
  ...more,
})

interface Sent {
  readonly message?: Buffer
  readonly queued?: Queued
  /** Until a session is open, and from then on: short only where nothing is expected in time. */
  readonly waits?: Partial<Patience>
  readonly then?: Partial<Patience>
}

/** `open`, or what every recipient came to, as `deferred 4.4.2`. */
const sent = async (
  meet: (socket: Socket) => void,
  { message = Buffer.from('Subject: x\r\n\r\nhello\r\n'), queued = queuedTo(1), waits = {}, then = {} }: Sent = {},
) => {
  await using peer = await rawPeer(meet)
  const reaching = testReaching({ patience: { ...patience, goodbyeMs: 100, ...waits } })
  const way = await findWay(reaching, { to: 'host', verified: false, login: null, host: '127.0.0.1', port: peer.port })
  assert.ok('key' in way)
  const reached = await openWay(reaching, way)
  if (reached.is !== 'open') return { came: [`${reached.is} ${reached.said.enhanced}`], text: reached.said.text, heard: peer.heard() }
  const session = { ...reached.session, patience: { ...reached.session.patience, ...then } }
  const { outcomes } = await deliver(session, queued, contentOf(message), nowMs)
  const { over } = session.conversation
  session.conversation.destroy('test is over')
  return { came: [...outcomes.values()].map(({ is, said }) => `${is} ${said.enhanced}`), text: [...outcomes.values()][0]?.said.text ?? '', heard: peer.heard(), over }
}

type Answers = Readonly<Record<string, string | ((socket: Socket) => void)>>

/** Speaks SMTP line by line; `answers` by verb, `.` for the content. */
const server = (extensions: readonly string[], answers: Answers = {}) => (socket: Socket): void => {
  let held = ''
  let inContent = false
  let chunkLeft = 0
  const usual: Answers = {
    greeting: '220 peer', EHLO: ['250-peer', ...extensions.map((one) => `250-${one}`), '250 ENHANCEDSTATUSCODES'].join('\r\n'),
    MAIL: '250 2.1.0 ok', RCPT: '250 2.1.5 ok', DATA: '354 go', '.': '250 2.0.0 taken', BDAT: '250 2.0.0 taken', RSET: '250 2.0.0 ok', QUIT: '221 2.0.0 bye',
  }
  const answer = (verb: string): void => {
    const said = answers[verb] ?? usual[verb] ?? '502 5.5.1 what'
    if (typeof said === 'string') socket.write(`${said}\r\n`)
    else said(socket)
  }
  const line = (text: string): void => {
    if (inContent) {
      if (text !== '.') return
      inContent = false
      return answer('.')
    }
    const [verb = '', size = ''] = text.split(' ')
    if (verb === 'BDAT') chunkLeft = Number(size)
    else answer(verb)
    if (verb === 'DATA' && (answers['DATA'] ?? '354').toString().startsWith('354')) inContent = true
  }
  socket.on('data', (chunk: Buffer) => {
    held += chunk.toString('latin1')
    for (;;) {
      if (chunkLeft > 0) {
        const taken = Math.min(chunkLeft, held.length)
        held = held.slice(taken)
        chunkLeft -= taken
        if (chunkLeft > 0) return
        answer('BDAT')
      }
      const end = held.indexOf('\r\n')
      if (end < 0) return
      const text = held.slice(0, end)
      held = held.slice(end + 2)
      line(text)
    }
  })
  answer('greeting')
}

const silent = (): void => {}
const short = { greetingMs: 60, commandMs: 60, contentMs: 60, finalMs: 60 }

test('a peer that hangs after any command defers', async () => {
  for (const verb of ['greeting', 'EHLO']) {
    assert.deepEqual((await sent(server([], { [verb]: silent }), { waits: short })).came, ['deferred 4.4.1'], verb)
  }
  for (const verb of ['MAIL', 'RCPT', 'DATA', '.']) {
    for (const extensions of [[], ['PIPELINING']]) {
      const { came, text } = await sent(server(extensions, { [verb]: silent }), { then: short })
      assert.deepEqual([came, text], [['deferred 4.4.2'], 'peer kept silent'], `${verb} ${extensions.join('')}`)
    }
  }
})

test('a peer that drips a reply byte by byte has no more time than a silent one', async () => {
  const drip = (socket: Socket): void => {
    const timer = setInterval(() => (socket.destroyed ? clearInterval(timer) : socket.write('2')), 5)
  }
  assert.deepEqual((await sent(server([], { greeting: drip }), { waits: short })).came, ['deferred 4.4.1'])
  for (const verb of ['MAIL', '.']) assert.deepEqual((await sent(server([], { [verb]: drip }), { then: short })).came, ['deferred 4.4.2'], verb)
})

test('nonsense, floods and endless replies end the connection', async () => {
  const bad = [
    'SSH-2.0-OpenSSH', '999 hello', '250-one\r\n354 other', 'x'.repeat(replyLineBytesMax + 10), `${'250-more\r\n'.repeat(replyLinesMax + 10)}250 end`, '\u0000\u0001\u0002',
  ]
  for (const said of bad) {
    for (const verb of ['EHLO', 'MAIL', '.']) {
      const { came } = await sent(server([], { [verb]: said }))
      assert.match(came[0] ?? '', /^deferred 4\.4\.[12]$/, `${verb} ${said.slice(0, 20)}`)
    }
  }
})

test('more replies than were asked for end the connection', async () => {
  const { came, over } = await sent(server([], { MAIL: '250 2.1.0 ok\r\n250 2.1.0 ok\r\n250 2.1.0 ok\r\n250 2.1.0 ok\r\n250 2.1.0 ok' }))
  assert.deepEqual([came, over], [['deferred 4.4.2'], true])
})

test('a yes before the content is all there is none: the message is sent again', async () => {
  const message = Buffer.from(`Subject: big\r\n\r\n${'0123456789\r\n'.repeat(2_000_000)}`)
  const early = (socket: Socket): void => {
    socket.removeAllListeners('data')
    socket.once('data', () => socket.pause().write('250 2.0.0 taken\r\n'))
    socket.write('354 go\r\n')
  }
  const { came, text } = await sent(server([], { DATA: early }), { message })
  assert.deepEqual([came, text], [['deferred 4.4.2'], 'The server took the message before it had it'])
})

test('a peer that closes anywhere defers, and after the dot too', async () => {
  for (const verb of ['greeting', 'EHLO', 'MAIL', 'RCPT', 'DATA', '.']) {
    const { came } = await sent(server([], { [verb]: (socket) => socket.destroy() }))
    assert.match(came[0] ?? '', /^deferred 4\.4\.[12]$/, verb)
  }
})

test('421 anywhere defers in the words of the peer', async () => {
  for (const verb of ['MAIL', 'RCPT', 'DATA', '.']) {
    for (const extensions of [[], ['PIPELINING']]) {
      const { came } = await sent(server(extensions, { [verb]: (socket) => socket.end('421 4.3.2 shutting down\r\n') }))
      assert.match(came[0] ?? '', /^deferred 4\.(3|4)\.2$/, verb)
    }
  }
  assert.deepEqual((await sent(server([], { EHLO: '421 4.3.2 shutting down' }))).came, ['deferred 4.3.2'])
})

test('LIMITS is kept to (RFC 9422): no more recipients in a transaction than the peer takes', async () => {
  const { came, heard } = await sent(server(['PIPELINING', 'LIMITS RCPTMAX=3 MAILMAX=20']), { queued: queuedTo(8) })
  assert.equal(came.filter((one) => one === 'delivered 2.0.0').length, 8)
  assert.deepEqual(heard.split('MAIL FROM').slice(1).map((part) => part.split('RCPT TO').length - 1), [3, 3, 2])
})

const binary = Buffer.concat([
  Buffer.from('MIME-Version: 1.0\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: binary\r\n\r\n'), Buffer.from([0, 1, 10, 13, 200, 46, 13, 10]),
])
const binaryMail = queuedTo(1, { bodyKind: 'binarymime' })

test('binary content goes in a chunk where the peer takes it (RFC 3030), in base64 where not', async () => {
  const asIs = await sent(server(['CHUNKING', 'BINARYMIME', 'PIPELINING']), { message: binary, queued: binaryMail })
  assert.deepEqual(asIs.came, ['delivered 2.0.0'])
  assert.ok(asIs.heard.includes(`BODY=BINARYMIME\r\n`) && asIs.heard.includes(`BDAT ${binary.length} LAST\r\n${binary.toString('latin1')}`))
  const encoded = await sent(server(['PIPELINING']), { message: binary, queued: binaryMail })
  assert.deepEqual(encoded.came, ['delivered 2.0.0'])
  assert.ok(encoded.heard.includes(`Content-Transfer-Encoding: base64\r\n\r\n${binary.subarray(-8).toString('base64')}`))
  assert.ok(!encoded.heard.includes('BDAT') && !encoded.heard.includes('BODY='))
})

test('a chunk is not sent where no recipient was taken', async () => {
  const { came, heard } = await sent(server(['CHUNKING', 'BINARYMIME', 'PIPELINING'], { RCPT: '550 5.1.1 no' }), { message: binary, queued: binaryMail })
  assert.deepEqual([came, heard.includes('BDAT')], [['failed 5.1.1'], false])
})

test('the size that is sent is what counts against SIZE', async () => {
  const message = Buffer.from(`Subject: x\r\n\r\n${'ä'.repeat(400)}\r\n`)
  assert.deepEqual((await sent(server(['SIZE 900', '8BITMIME']), { message })).came, ['delivered 2.0.0'])
  assert.deepEqual((await sent(server(['SIZE 900']), { message })).came, ['failed 5.3.4'])
})

test('what the sender asked for is passed on where the peer knows it', async () => {
  const queued = queuedTo(1, { requireTls: true, priority: 3, deliverBy: { atMs: nowMs + 90_500, mode: 'return', trace: true } })
  const { heard } = await sent(server(['MT-PRIORITY', 'DELIVERBY', 'REQUIRETLS']), { queued })
  assert.match(heard, /MAIL FROM:<a@hikari\.example>(?=[^\r]* REQUIRETLS)(?=[^\r]* MT-PRIORITY=3)(?=[^\r]* BY=90;RT)/)
  const { heard: without } = await sent(server([]), { queued })
  assert.match(without, /MAIL FROM:<a@hikari\.example>\r\n/)
})

test('a peer that says more before the handshake, or never begins it, gets the message in plain or not at all', async () => {
  const offering = ['STARTTLS']
  const first = (act: (socket: Socket) => void, then: string) => {
    let asked = 0
    return (socket: Socket): void => {
      asked += 1
      if (asked === 1) act(socket)
      else socket.write(`${then}\r\n`)
    }
  }
  const injected = await sent(server(offering, { STARTTLS: first((socket) => socket.write('220 go\r\nEHLO?'), '454 no') }))
  assert.deepEqual(injected.came, ['delivered 2.0.0'])
  const replied = await sent(server(offering, { STARTTLS: (socket) => socket.write('220 go\r\n250 2.0.0 injected\r\n') }))
  assert.deepEqual(replied.came, ['deferred 4.4.1'])
  const stalled = await sent(server(offering, { STARTTLS: first((socket) => socket.removeAllListeners('data').write('220 go\r\n'), '454 no') }), { waits: { tlsMs: 100 } })
  assert.deepEqual(stalled.came, ['delivered 2.0.0'])
})
