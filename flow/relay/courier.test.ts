import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { systemClock } from '@bulkhead/base/clock.ts'
import { silentLog } from '@bulkhead/base/log.ts'
import { meter } from '@bulkhead/base/meter.ts'
import type { RetryPolicy, Route } from '@bulkhead/door/contracts/start.ts'
import { ordinary } from '@bulkhead/mail/queue/queued.ts'
import { openQueued, sealQueued, type ToQueue } from '@bulkhead/mail/queue/record.ts'
import { noTracer, type TraceNote, type Tracer } from '@bulkhead/mail/ports/trace.ts'
import { realSealing } from '@bulkhead/seal/real-sealing.ts'
import { testReaching } from '../testing/reaching.ts'
import { smtpSink, type SinkScript } from '../testing/smtp-sink.ts'
import { zoneDns } from '../testing/zone.ts'
import type { Dns } from '../resolving/dns.ts'
import type { Refusals } from '../bounce/refusals.ts'
import { startCourier } from './courier.ts'
import { patience } from './limits.ts'
import { windowMax } from './pace.ts'
import { memoryQueue, type MemoryQueue } from './memory-queue.ts'

const unheard: Refusals = { count: () => undefined, [Symbol.dispose]: () => undefined }
const { publicKey, privateKey } = realSealing.newKeyPair()
const soon = { waitsMs: [30], giveUpAfterMs: 60_000, warnAfterMs: 0 }
const later = { waitsMs: [60_000], giveUpAfterMs: 600_000, warnAfterMs: 0 }

const mailTo = (forwardPaths: readonly string[], more: Partial<ToQueue> = {}): ToQueue => ({
  ...ordinary,
  reversePath: 'alice@hikari.example',
  bodyKind: '7bit',
  account: null,
  sender: null,
  recipients: forwardPaths.map((forwardPath) => ({ forwardPath, notify: null, orcpt: null })),
  message: Buffer.from('Subject: hello\r\n\r\nfirst\r\n.dotted\r\n'),
  ...more,
})


const silentDns = zoneDns({ example: 'away' })

interface Setting {
  readonly routes: readonly Route[]
  readonly retry?: RetryPolicy
  readonly dns?: Dns
  readonly smtpPort?: number
  readonly tracer?: Tracer
  readonly localOnly?: boolean
  readonly greetingMs?: number
  readonly leasing?: { readonly leaseMs: number; readonly renewEveryMs: number }
}

const courierFor = (queue: MemoryQueue, { routes, retry = soon, dns = silentDns, smtpPort = 25, localOnly = false, greetingMs = 2_000, leasing, tracer = noTracer }: Setting) => {
  const random = () => 0.5
  const settling = { queue, writer: queue, sealing: realSealing, queuePublicKey: publicKey, hostName: 'mx1.hikari.example', retry, clock: systemClock, random, log: silentLog, meter: meter(), tracer, refusals: unheard }
  const short = { ...patience, greetingMs, commandMs: 2_000, goodbyeMs: 500 }
  const reaching = testReaching({ dns, localOnly, patience: short, smtpPort })
  return startCourier({ settling, reaching, privateKey, routes, ...(leasing === undefined ? {} : { leasing }) })
}

const until = async (claim: string, holds: () => boolean): Promise<void> => {
  const giveUpMs = Date.now() + 30_000
  while (!holds()) {
    assert.ok(Date.now() < giveUpMs, claim)
    await sleep(5)
  }
}

/** Runs mail through a scripted server until the queue is empty, or `holds`. */
const run = async (script: SinkScript, mail: readonly ToQueue[], setting: Partial<Setting> = {}, holds?: (queue: MemoryQueue) => boolean) => {
  await using sink = await smtpSink(script)
  const queue = memoryQueue(systemClock)
  for (const one of mail) await queue.enqueue(sealQueued(realSealing, publicKey, one))
  const routes = setting.routes ?? [{ domain: 'far.example', host: '127.0.0.1', port: sink.port }]
  {
    await using _ = courierFor(queue, { smtpPort: sink.port, ...setting, routes })
    await until('the queue comes to its end', () => holds?.(queue) ?? queue.kept.size === 0)
  }
  return { messages: sink.messages, commands: sink.commands, connections: sink.connections(), queue }
}

/** Reports in the queue, opened. */
const reports = (queue: MemoryQueue): readonly { readonly to: string; readonly text: string; readonly requireTls: boolean }[] =>
  [...queue.kept.values()].flatMap(({ message, queuedAtMs }) => {
    const recipients = message.recipients.map((recipient, number) => ({ ...recipient, number, attempts: 0, delayTold: false }))
    const opened = openQueued(realSealing, privateKey, { ...message, lease: 0n, dropped: false, queuedAtMs, recipients })
    if (opened.queued.reversePath !== '') return []
    return [{ to: opened.queued.recipients[0]?.forwardPath ?? '', text: opened.openBody(message.body).toString('utf8'), requireTls: opened.queued.requireTls }]
  })

const onlyReport = (queue: MemoryQueue): boolean => queue.kept.size === 1 && reports(queue).length === 1

test('a message arrives bit for bit, dots and all, with its recipients in one transaction', async () => {
  const { messages, connections } = await run({}, [mailTo(['b@far.example', 'c@far.example'])])
  assert.equal(messages.length, 1)
  assert.equal(messages[0]?.content, 'Subject: hello\r\n\r\nfirst\r\n.dotted\r\n')
  assert.deepEqual(messages[0]?.to, ['<b@far.example>', '<c@far.example>'])
  assert.equal(connections, 1)
})

test('STARTTLS is used where it is offered, whatever the certificate', async () => {
  const { messages } = await run({ extensions: ['STARTTLS', 'PIPELINING'] }, [mailTo(['b@far.example'])])
  assert.equal(messages[0]?.tls, true)
})

test('where TLS fails the mail goes in plain', async () => {
  const { messages, connections } = await run({ extensions: ['STARTTLS'], breakTls: true }, [mailTo(['b@far.example'])])
  assert.deepEqual([messages[0]?.tls, connections], [false, 2])
})

test('a server without extensions is spoken to step by step, and one without EHLO by HELO', async () => {
  const say = (command: string) => (command.startsWith('EHLO') ? '502 what' : undefined)
  const { messages, commands } = await run({ say }, [mailTo(['b@far.example'])])
  assert.equal(messages.length, 1)
  assert.ok(commands.includes('HELO mx1.hikari.example'))
  assert.ok(commands.includes('MAIL FROM:<alice@hikari.example>'))
})

test('a temporary refusal is tried again, and only for whom it concerned', async () => {
  let refusals = 0
  const say = (command: string) => (command === 'RCPT TO:<c@far.example>' && (refusals += 1) === 1 ? '450 4.2.0 later' : undefined)
  const { messages } = await run({ say }, [mailTo(['b@far.example', 'c@far.example'])])
  assert.deepEqual(messages.map(({ to }) => to), [['<b@far.example>'], ['<c@far.example>']])
})

test('a temporary answer to the content is tried again for all', async () => {
  let answers = 0
  const say = (command: string) => (command === '.' && (answers += 1) === 1 ? '451 4.3.0 later' : undefined)
  const { messages } = await run({ say }, [mailTo(['b@far.example', 'c@far.example'])])
  assert.deepEqual(messages.map(({ to }) => to.length), [2])
})

test('a permanent refusal is reported to the sender in the words of the peer', async () => {
  const say = (command: string) => (command.startsWith('RCPT TO:<c@') ? '550 5.1.1 never heard of c' : undefined)
  const { messages, queue } = await run({ say }, [mailTo(['b@far.example', 'c@far.example'])], {}, onlyReport)
  assert.deepEqual(messages.map(({ to }) => to), [['<b@far.example>']])
  const [report] = reports(queue)
  assert.equal(report?.to, 'alice@hikari.example')
  assert.match(report.text, /Final-Recipient: rfc822; c@far\.example\r\nAction: failed\r\nStatus: 5\.1\.1\r\nRemote-MTA: dns; \[127\.0\.0\.1\]\r\nDiagnostic-Code: smtp; 550 5\.1\.1 never heard of c/)
  assert.doesNotMatch(report.text, /b@far\.example/)
})

test('a message nobody there takes leaves nothing behind on its connection', async () => {
  const say = (command: string) => (command.startsWith('RCPT TO:<no') ? '550 5.1.1 no' : undefined)
  const mails = Array.from({ length: 40 }, (_, at) => mailTo([at % 2 === 0 ? `no${at}@far.example` : `b${at}@far.example`], { reversePath: '' }))
  const { messages, queue } = await run({ say }, mails)
  assert.equal(messages.length, 20)
  assert.deepEqual([...new Set([...queue.bounced.values()].flat())], ['0 550 5.1.1'])
})

test('nobody is told of a failure of mail from nobody, or where NEVER was asked', async () => {
  const say = (command: string) => (command.startsWith('RCPT') ? '550 5.1.1 no' : undefined)
  const never = mailTo([], { recipients: [{ forwardPath: 'c@far.example', notify: [], orcpt: null }] })
  const { queue } = await run({ say }, [mailTo(['b@far.example'], { reversePath: '' }), never])
  assert.equal(reports(queue).length, 0)
})

test('a connection that breaks in the middle of the content loses nothing', async () => {
  const message = Buffer.from(`Subject: big\r\n\r\n${'0123456789\r\n'.repeat(40_000)}`)
  const say = (command: string, connection: number) => (connection === 1 && command === 'cut' ? 'drop' : undefined)
  const { messages, connections } = await run({ say, cutAfterBytes: 100_000 }, [mailTo(['b@far.example'], { message })])
  assert.deepEqual([messages.length, messages[0]?.content.length, connections], [1, message.length, 2])
})

test('an answer in the middle of the content is the answer', async () => {
  const message = Buffer.from(`Subject: big\r\n\r\n${'0123456789\r\n'.repeat(400_000)}`)
  const say = (command: string) => (command === 'cut' ? '552 5.3.4 too much' : undefined)
  const { queue } = await run({ say, cutAfterBytes: 100_000 }, [mailTo(['b@far.example'], { message })], {}, onlyReport)
  assert.match(reports(queue)[0]?.text ?? '', /Status: 5\.3\.4/)
})

test('garbage, silence and a wrong greeting are connection failures, and defer', async () => {
  for (const greeting of ['SSH-2.0-OpenSSH', '554 go away', 'drop'] as const) {
    const say = (command: string) => (command === 'greeting' ? greeting : undefined)
    const deferred = (queue: MemoryQueue) => [...queue.kept.values()].some(({ rows }) => rows[0]?.attempts === 1)
    const { messages, queue } = await run({ say }, [mailTo(['b@far.example'])], { retry: later }, deferred)
    assert.equal(messages.length, 0)
    assert.equal([...queue.kept.values()][0]?.rows[0]?.status, '451 4.4.1')
  }
})

test('what stays undeliverable is given up and reported', async () => {
  const say = (command: string) => (command === '.' ? '451 4.3.0 not today' : undefined)
  const { queue } = await run({ say }, [mailTo(['b@far.example'])], { retry: { waitsMs: [20], giveUpAfterMs: 80, warnAfterMs: 0 } }, onlyReport)
  assert.match(reports(queue)[0]?.text ?? '', /Action: failed\r\nStatus: 5\.4\.7/)
})

test('messages of one destination share connections, and so do domains with the same exchangers', async () => {
  const many = Array.from({ length: 120 }, (_, at) => mailTo([`b@far${at % 3}.example`]))
  const exchangers = { MX: [{ preference: 10, host: 'mx.far.example' }] }
  const dns = zoneDns({ 'far0.example': exchangers, 'far1.example': exchangers, 'far2.example': exchangers, 'mx.far.example': { A: ['127.0.0.1'] } })
  const { messages, connections } = await run({}, many, { routes: [], dns, localOnly: true })
  assert.equal(messages.length, 120)
  assert.ok(connections <= windowMax, `${connections} connections`)
})

test('a host that has enough of our connections gets no more, and loses no message', async () => {
  const open = new Set<number>()
  let most = 0
  const say = (command: string, connection: number) => {
    if (command === 'greeting') {
      if (open.size >= 3) return '421 4.7.0 too many connections from you'
      open.add(connection)
      most = Math.max(most, open.size)
    }
    if (command === 'QUIT') open.delete(connection)
    return undefined
  }
  const many = Array.from({ length: 80 }, () => mailTo(['b@far.example']))
  const { messages, connections } = await run({ say, thinksMs: 5 }, many)
  assert.deepEqual([messages.length, most], [80, 3])
  assert.ok(connections < 20, `${connections} connections`)
})

test('destinations that do not answer hold up nobody else', async () => {
  await using live = await smtpSink({})
  // Takes the connection and never greets.
  await using dead = await smtpSink({ say: (command) => (command === 'greeting' ? 'silence' : undefined) })
  const queue = memoryQueue(systemClock)
  for (let at = 0; at < 600; at += 1) await queue.enqueue(sealQueued(realSealing, publicKey, mailTo([`b@dead${at % 20}.example`])))
  for (let at = 0; at < 60; at += 1) await queue.enqueue(sealQueued(realSealing, publicKey, mailTo([`b@live${at % 20}.example`])))
  const routes = Array.from({ length: 20 }, (_, at) => [
    { domain: `dead${at}.example`, host: '127.0.0.1', port: dead.port },
    { domain: `live${at}.example`, host: '127.0.0.1', port: live.port },
  ]).flat()
  await using _ = courierFor(queue, { routes, retry: later, greetingMs: 120_000 })
  await until('the live ones have theirs', () => live.messages.length === 60)
  const held = [...queue.kept.values()].filter(({ rows }) => rows.some(({ leasedUntilMs }) => leasedUntilMs > 0))
  assert.ok(held.length <= 20 * 4, `${held.length} of 600 messages are in the courier's hands`)
})

test('a server that parts with 421 between messages is called again at once', async () => {
  const say = (command: string, connection: number) => (command.startsWith('MAIL') && connection > 10 && connection % 2 === 1 ? '421 4.7.0 enough' : undefined)
  const { messages } = await run({ say }, Array.from({ length: 12 }, () => mailTo(['b@far.example'])))
  assert.equal(messages.length, 12)
})

test('DSN parameters go on to a peer that knows them, and are answered here where it does not', async () => {
  const mail = mailTo([], { ret: 'hdrs', envid: 'x y', recipients: [{ forwardPath: 'b@far.example', notify: ['success'], orcpt: 'rfc822;b@far.example' }] })
  const passed = await run({ extensions: ['DSN', 'PIPELINING'] }, [mail])
  assert.ok(passed.commands.includes('MAIL FROM:<alice@hikari.example> RET=HDRS ENVID=x+20y'))
  assert.ok(passed.commands.includes('RCPT TO:<b@far.example> NOTIFY=SUCCESS ORCPT=rfc822;b@far.example'))
  const answered = await run({}, [mail], {}, onlyReport)
  assert.match(reports(answered.queue)[0]?.text ?? '', /Action: relayed/)
})

test('odd dots are quoted, and said bare to a peer that can not read that', async () => {
  const say = (command: string) => (command.startsWith('RCPT TO:<"') ? '501 5.1.3 what' : undefined)
  const { messages, queue } = await run({ say }, [mailTo(['a..b@far.example', 'c@far.example'])])
  assert.deepEqual(messages.map(({ to }) => to), [['<c@far.example>'], ['<a..b@far.example>']])
  assert.equal(reports(queue).length, 0)
  const carrier = await run({}, [mailTo(['"a."@docomo.ne.jp'])], { routes: [], dns: zoneDns({ 'docomo.ne.jp': { A: ['127.0.0.1'] } }), localOnly: true })
  assert.deepEqual(carrier.messages[0]?.to, ['<a.@docomo.ne.jp>'])
})

test('8-bit content and wide addresses are not forced on a peer that lacks them', async () => {
  const eight = mailTo(['b@far.example'], { message: Buffer.from('Subject: x\r\n\r\n日本\r\n'), bodyKind: '8bitmime' })
  const without8 = await run({ extensions: ['PIPELINING'] }, [eight])
  assert.match(without8.messages[0]?.content ?? '', /Content-Transfer-Encoding: base64\r\n[^]*\r\n\r\n5pel5pys/)
  const unchangeable = mailTo(['b@far.example'], { message: Buffer.from('Subject: 日本\r\n\r\nx\r\n'), bodyKind: '8bitmime' })
  const refused = await run({ extensions: ['PIPELINING'] }, [unchangeable], {}, onlyReport)
  assert.match(reports(refused.queue)[0]?.text ?? '', /Status: 5\.6\.3/)
  const wide = mailTo(['日本@far.example', 'b@far.example'], { smtpUtf8: true })
  const withoutUtf8 = await run({}, [wide], {}, onlyReport)
  assert.match(reports(withoutUtf8.queue)[0]?.text ?? '', /Status: 5\.6\.7/)
  assert.deepEqual(withoutUtf8.messages.map(({ to }) => to), [['<b@far.example>']])
  const withUtf8 = await run({ extensions: ['SMTPUTF8', '8BITMIME'] }, [wide])
  assert.ok(withUtf8.commands.includes('MAIL FROM:<alice@hikari.example> SMTPUTF8'))
})

test('REQUIRETLS is not sent where TLS is not sure, and neither is the report on that (RFC 8689)', async () => {
  const { messages, queue } = await run({ extensions: ['STARTTLS', 'REQUIRETLS'] }, [mailTo(['b@far.example'], { requireTls: true }), mailTo(['c@far.example'])], {}, onlyReport)
  assert.deepEqual(messages.map(({ to }) => to), [['<c@far.example>']])
  const [report] = reports(queue)
  assert.match(report?.text ?? '', /Status: 5\.7\.30/)
  assert.equal(report?.requireTls, true)
})

test('the trace says whom a message went to and how it was protected on the way', async () => {
  const notes: TraceNote[] = []
  const tracer = { note: (note: TraceNote) => void notes.push(note) }
  await run({ extensions: ['STARTTLS'], tlsVersion: 'TLSv1.3' }, [mailTo(['b@far.example'])], { tracer })
  await run({}, [mailTo(['b@far.example'])], { tracer })
  assert.deepEqual(notes.map(({ state, peer, facts }) => [state, peer, facts['tls']]), [['relayed', '127.0.0.1', 'TLSv1.3'], ['relayed', '127.0.0.1', 'none']])
})

test('two couriers on one queue deliver each message once', async () => {
  await using sink = await smtpSink({})
  const queue = memoryQueue(systemClock)
  const routes = [{ domain: '*', host: '127.0.0.1', port: sink.port }]
  for (let count = 0; count < 60; count += 1) await queue.enqueue(sealQueued(realSealing, publicKey, mailTo([`b${count}@d${count % 7}.example`])))
  {
    await using _one = courierFor(queue, { routes })
    await using _two = courierFor(queue, { routes })
    await until('all is sent', () => queue.kept.size === 0)
  }
  assert.equal(sink.messages.length, 60)
  assert.equal(new Set(sink.messages.map(({ to }) => to[0])).size, 60)
})

test('a slow server gets a message once: its lease is renewed while the attempt lasts', async () => {
  await using sink = await smtpSink({ thinksMs: 700 })
  const queue = memoryQueue(systemClock)
  const setting = { routes: [{ domain: '*', host: '127.0.0.1', port: sink.port }], leasing: { leaseMs: 200, renewEveryMs: 40 } }
  await queue.enqueue(sealQueued(realSealing, publicKey, mailTo(['b@far.example'])))
  {
    await using _one = courierFor(queue, setting)
    await using _two = courierFor(queue, setting)
    await until('it is sent', () => queue.kept.size === 0)
  }
  assert.equal(sink.messages.length, 1)
})

test('what a courier held that died is sent by another when the lease is over', async () => {
  const queue = memoryQueue(systemClock)
  await queue.enqueue(sealQueued(realSealing, publicKey, mailTo(['b@far.example'])))
  assert.equal((await queue.claim([{ domain: 'far.example', count: 1 }], 150)).length, 1)
  await using sink = await smtpSink({})
  await using _ = courierFor(queue, { routes: [{ domain: '*', host: '127.0.0.1', port: sink.port }] })
  await until('it is sent', () => queue.kept.size === 0)
  assert.equal(sink.messages.length, 1)
})

test('a smarthost is logged in at over TLS, by what it offers, and never in plain', async () => {
  const login = { name: 'isp', password: 's3cret' }
  const base64 = (text: string): string => Buffer.from(text).toString('base64')
  const through = async (extensions: readonly string[], answers: Readonly<Record<string, string>>, tls: 'may' | 'verified' = 'may') => {
    await using sink = await smtpSink({ extensions, say: (command) => answers[command] })
    const queue = memoryQueue(systemClock)
    await queue.enqueue(sealQueued(realSealing, publicKey, mailTo(['b@far.example'])))
    await using _ = courierFor(queue, { routes: [{ domain: '*', host: '127.0.0.1', port: sink.port, tls, login }], retry: later })
    await until('it is tried', () => queue.kept.size === 0 || [...queue.kept.values()].some(({ rows }) => rows[0]?.attempts === 1))
    return { taken: sink.messages.length, auth: sink.commands.filter((line) => line.startsWith('AUTH')), status: [...queue.kept.values()][0]?.rows[0]?.status }
  }
  const plain = `AUTH PLAIN ${base64('\0isp\0s3cret')}`
  assert.deepEqual(await through(['STARTTLS', 'AUTH PLAIN LOGIN'], { [plain]: '235 2.7.0 ok' }), { taken: 1, auth: [plain], status: undefined })
  const asked = { 'AUTH LOGIN': '334 VXNlcm5hbWU6', [base64('isp')]: '334 UGFzc3dvcmQ6', [base64('s3cret')]: '235 2.7.0 ok' }
  assert.equal((await through(['STARTTLS', 'AUTH LOGIN'], asked)).taken, 1)
  assert.deepEqual(await through(['STARTTLS', 'AUTH PLAIN'], { [plain]: '535 5.7.8 wrong' }), { taken: 0, auth: [plain], status: '535 5.7.8' })
  assert.deepEqual(await through(['AUTH PLAIN'], {}), { taken: 0, auth: [], status: '451 4.7.4' })
  assert.deepEqual((await through(['STARTTLS', 'AUTH PLAIN'], {}, 'verified')).auth, [], 'the certificate is its own')
})

test('two routes to one smarthost under one name log in each with its own password, at the same time', async () => {
  const plain = (password: string): string => `AUTH PLAIN ${Buffer.from(`\0isp\0${password}`).toString('base64')}`
  const answers = Object.fromEntries(['first', 'second'].map((password) => [plain(password), '235 2.7.0 ok']))
  await using sink = await smtpSink({ extensions: ['STARTTLS', 'AUTH PLAIN'], say: (command) => answers[command] })
  const queue = memoryQueue(systemClock)
  for (const domain of ['one', 'two', 'one', 'two']) await queue.enqueue(sealQueued(realSealing, publicKey, mailTo([`b@${domain}.example`])))
  const to = (domain: string, password: string) => ({ domain, host: '127.0.0.1', port: sink.port, tls: 'may', login: { name: 'isp', password } } as const)
  await using _ = courierFor(queue, { routes: [to('one.example', 'first'), to('two.example', 'second')], retry: later })
  await until('all is sent', () => queue.kept.size === 0)
  const logins = sink.commands.filter((line) => line.startsWith('AUTH'))
  assert.deepEqual([...new Set(logins)].toSorted(), [plain('first'), plain('second')].toSorted())
})

test('a courier that stops hands back what it had not begun and breaks off nothing it can finish', async () => {
  await using sink = await smtpSink({})
  const queue = memoryQueue(systemClock)
  for (let count = 0; count < 40; count += 1) await queue.enqueue(sealQueued(realSealing, publicKey, mailTo([`b${count}@far.example`])))
  const courier = courierFor(queue, { routes: [{ domain: '*', host: '127.0.0.1', port: sink.port }] })
  await until('it began', () => sink.messages.length > 0)
  await courier[Symbol.asyncDispose]()
  const left = [...queue.kept.values()]
  assert.ok(left.every(({ rows }) => rows.every(({ leasedUntilMs }) => leasedUntilMs === 0)))
  assert.equal(left.length + sink.messages.length, 40)
})

test('the demonstration speaks to loopback only, and DNS can not lead us to our own services', async () => {
  const dns = zoneDns({ 'out.example': { A: ['192.0.2.1'] } })
  const deferred = (queue: MemoryQueue) => [...queue.kept.values()].some(({ rows }) => rows[0]?.attempts === 1)
  const demo = await run({}, [mailTo(['b@out.example'])], { routes: [], dns, localOnly: true, retry: later }, deferred)
  assert.equal([...demo.queue.kept.values()][0]?.rows[0]?.status, '451 4.4.1')
  const lured = zoneDns({ 'out.example': { A: ['127.0.0.1'] } })
  const real = await run({}, [mailTo(['b@out.example'])], { routes: [], dns: lured, retry: later }, deferred)
  assert.equal(real.connections, 0)
})
