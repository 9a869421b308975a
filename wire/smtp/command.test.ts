import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { encodeCommand, parseCommand, type SmtpCommand } from './command.ts'
import { encodeAddress, parseAddress, parsePath, type Address } from './path.ts'
import { mxPhases, welcome } from './phases.ts'
import { encodeReply, replyReader, type Reply } from './reply.ts'
import { mail } from './verbs/mail.ts'
import { rcpt } from './verbs/rcpt.ts'
import { cutAt } from '../testing/cut-at.ts'
import { mayFollow, smtpClient } from './client.ts'

const parse = (line: string) => parseCommand(Buffer.from(line))
const refusedWith = (line: string): number | string => {
  const parsed = parse(line)
  return parsed.is === 'refused' ? parsed.reply.code : parsed.command.verb
}

/** With the ordinary prototype, as parsers make them. */
const record = <T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<T> =>
  fc.record<T>(model, { noNullPrototype: true }) as fc.Arbitrary<T>

const localPart = fc.oneof(
  fc.stringMatching(/^[a-z0-9.!#_+-]{1,20}$/),
  fc.stringMatching(/^[ -~]{1,20}$/),
  fc.constantFrom('a..b', 'a.', '.a', '.', 'たろう', 'a"b\\c', 'a b'),
)
const domain = fc.constantFrom('example.org', 'a_b.example', '例え.jp', '[192.0.2.1]', '[IPv6:2001:db8::1]', 'x')
const address: fc.Arbitrary<Address> = record({ localPart, domain })
const word = fc.stringMatching(/^[!-~]{1,30}$/)
const anyText = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
  .filter((text) => !/[\u0000-\u001f\u007f-\u009f]/.test(text) && text.isWellFormed())

const command: fc.Arbitrary<SmtpCommand> = fc.oneof(
  record({ verb: fc.constantFrom('EHLO' as const, 'HELO' as const, 'LHLO' as const), name: word }),
  record({
    verb: fc.constant('MAIL' as const),
    reversePath: fc.oneof(address, fc.constant(null)),
    size: fc.oneof(fc.constant(undefined), fc.nat()),
    body: fc.constantFrom(undefined, '7BIT' as const, '8BITMIME' as const, 'BINARYMIME' as const),
    requireTls: fc.boolean(),
    holdFor: fc.oneof(fc.constant(undefined), fc.integer({ min: 1, max: 999_999_999 })),
    holdUntil: fc.oneof(fc.constant(undefined), fc.integer({ min: 0, max: 4e12 })),
    priority: fc.oneof(fc.constant(undefined), fc.integer({ min: -9, max: 9 })),
    by: fc.oneof(fc.constant(undefined), record({
      seconds: fc.integer({ min: -999_999_999, max: 999_999_999 }).map((seconds) => seconds + 0),
      mode: fc.constantFrom('return' as const, 'notify' as const),
      trace: fc.boolean(),
    })),
    smtpUtf8: fc.constant(true),
    ret: fc.constantFrom(undefined, 'FULL' as const, 'HDRS' as const),
    envelopeId: fc.oneof(fc.constant(undefined), fc.stringMatching(/^[ -~]{0,30}$/)),
    auth: fc.oneof(fc.constant(undefined), anyText),
  }),
  record({
    verb: fc.constant('RCPT' as const),
    forwardPath: address,
    notify: fc.constantFrom(undefined, [], ['SUCCESS' as const, 'DELAY' as const], ['FAILURE' as const]),
    originalRecipient: fc.constantFrom(undefined, 'rfc822;a+2Bb@example.org'),
  }),
  record({ verb: fc.constant('BDAT' as const), sizeBytes: fc.nat(), last: fc.boolean() }),
  record({ verb: fc.constant('BURL' as const), url: fc.stringMatching(/^imap:[!-~]{1,60}$/), last: fc.boolean() }),
  record({ verb: fc.constant('XCLIENT' as const), attributes: record({ ADDR: word, HELO: anyText }) }),
  record({ verb: fc.constant('AUTH' as const), mechanism: fc.constant('PLAIN'), initialResponse: fc.oneof(fc.constant(undefined), word.map((text) => Buffer.from(text))) }),
  fc.constantFrom('STARTTLS', 'DATA', 'RSET', 'QUIT', 'XACK').map((verb) => ({ verb }) as SmtpCommand),
  record({ verb: fc.constantFrom('NOOP' as const, 'VRFY' as const, 'HELP' as const), text: word }),
)

test('decoding what was encoded gives the same command', () => {
  fc.assert(fc.property(command, (value) => {
    const line = encodeCommand(value)
    assert.ok(line.endsWith('\r\n') && line.indexOf('\r') === line.length - 2)
    assert.deepEqual(parse(line.slice(0, -2)), { is: 'command', command: value })
  }), { numRuns: 1_000 })
})

test('hostile bytes are refused, never thrown at', () => {
  const starts = fc.constantFrom('', 'MAIL FROM:', 'MAIL FROM:<', 'RCPT TO:<', 'RCPT TO:<"', 'EHLO ', 'AUTH ', 'BDAT ', 'XCLIENT ', 'MAIL FROM:<a@b> ')
  fc.assert(fc.property(starts, fc.uint8Array({ maxLength: 60 }), (start, bytes) => {
    const parsed = parseCommand(Buffer.concat([Buffer.from(start), bytes]))
    assert.ok(parsed.is === 'command' || parsed.reply.code >= 500)
  }), { numRuns: 3_000 })
})

test('each mistake gets the reply the RFCs give it', () => {
  assert.equal(refusedWith('FROB'), 500)
  assert.equal(refusedWith(''), 500)
  assert.equal(refusedWith('MAIL FROM:a@b.example'), 501)
  assert.equal(refusedWith('MAIL FROM:<a@b.example> FOO=1'), 555)
  assert.equal(refusedWith('MAIL FROM:<a@b.example> SIZE=x'), 501)
  assert.equal(refusedWith('MAIL FROM:<a@b.example> SIZE=1 SIZE=2'), 501)
  assert.equal(refusedWith('MAIL FROM:<a@b.example>SIZE=1'), 501)
  assert.equal(refusedWith('MAIL FROM:<たろう@b.example>'), 553)
  assert.equal(refusedWith('RCPT TO:<>'), 501)
  assert.equal(refusedWith('RCPT TO:<a@b\0.example>'), 501)
  assert.equal(refusedWith('DATA now'), 501)
  assert.equal(refusedWith('BDAT -1'), 501)
  assert.equal(refusedWith('rcpt to:<Postmaster>'), 'RCPT')
  assert.equal(refusedWith('mail from: <a@b.example> '), 'MAIL')
})

test('odd dots are one address, quoted or not, and are quoted for the world but bare on request', () => {
  for (const local of ['a..b', 'a.', '.a', '...']) {
    const odd = { localPart: local, domain: 'docomo.ne.jp' }
    assert.deepEqual(parseAddress(`${local}@docomo.ne.jp`), odd)
    assert.deepEqual(parseAddress(`"${local}"@docomo.ne.jp`), odd)
    assert.equal(encodeAddress(odd), `"${local}"@docomo.ne.jp`)
    assert.equal(encodeAddress(odd, 'bare'), `${local}@docomo.ne.jp`)
  }
  assert.equal(encodeAddress({ localPart: 'a b', domain: 'x.example' }, 'bare'), '"a b"@x.example')
})

const valid = ['a@b', '"a@b"@c.example', 'a@[192.0.2.255]', 'a@[IPv6:::1]', 'a@[IPv6:::ffff:192.0.2.1]', "o'brien+tag@x-y.example", 'a=b@c', '"\\""@c']
const invalid = ['', 'a', 'a@', '@b', 'a b@c', 'a@b..c', 'a@.b', 'a@b.', 'a@-b', 'a@b-', 'a@[1.2.3]', 'a@[1.2.3.256]', 'a@[01.2.3.4]', 'a@[IPv6:::1::]', 'a@[IPv6:1:2:3]', 'a@[x:y]', '"a"b@c', '"a@c', '""@c', 'a@b@c', 'a<b@c', 'a@b>c', 'a\u0001@b', '"a\u0085"@b', `${'a'.repeat(256)}@b`, `a@${'b'.repeat(64)}`]
test('the postmaster of a domain is an address like any other; the one without a domain is only a path', () => {
  assert.deepEqual(parseAddress('postmaster@isp.example'), { localPart: 'postmaster', domain: 'isp.example' })
  assert.equal(parseAddress('postmaster'), undefined)
  assert.deepEqual(parsePath('<Postmaster>', 0)?.path, { localPart: 'Postmaster', domain: '' })
})
for (const text of valid) test(`${text} is an address`, () => assert.notEqual(parseAddress(text), undefined))
for (const text of invalid) test(`${JSON.stringify(text.slice(0, 20))} is no address`, () => assert.equal(parseAddress(text), undefined))

test('a source route is ignored', () => {
  assert.deepEqual(parsePath('<@relay.example,@other.example:a@b.example>', 0)?.path, { localPart: 'a', domain: 'b.example' })
  assert.equal(parsePath('<@relay example:a@b.example>', 0), undefined)
})

const replies: fc.Arbitrary<Reply> = record({
  code: fc.constantFrom(220, 250, 354, 421, 452, 550),
  enhanced: fc.constant(undefined),
  lines: fc.array(fc.stringMatching(/^[a-z ~!é]{0,20}$/), { minLength: 1, maxLength: 4 }),
}).chain((reply) => fc.constantFrom(undefined, reply.code === 354 ? undefined : `${Math.trunc(reply.code / 100)}.1.10`).map((enhanced) => ({ ...reply, enhanced })))

test('replies survive encoding and any chunking', () => {
  fc.assert(fc.property(fc.array(replies, { maxLength: 5 }), fc.array(fc.nat(200)), (values, cuts) => {
    const reader = replyReader()
    const got: unknown[] = []
    for (const chunk of cutAt(Buffer.from(values.map(encodeReply).join('')), cuts)) {
      reader.push(chunk)
      for (let reply = reader.next(); reply !== undefined; reply = reader.next()) got.push(reply)
    }
    assert.deepEqual(got, values)
  }))
})

test('a peer that does not speak SMTP is garbled, for good', () => {
  for (const text of ['HTTP/1.1 400\r\n', '25\r\n', '250-a\r\n550 b\r\n', '250 a\n', '250-x\r\n'.repeat(300), 'x'.repeat(9_000)]) {
    const reader = replyReader()
    reader.push(Buffer.from(text))
    const got = reader.next()
    assert.equal(got ?? (reader.push(Buffer.from('\r\n')), reader.next()), 'garbled')
    reader.push(Buffer.from('250 ok\r\n'))
    assert.equal(reader.next(), 'garbled')
  }
})

test('the client matches pipelined commands and LMTP replies in order, and sees the reply nobody asked for', () => {
  const client = smtpClient<string>()
  client.expect('greeting')
  const sent = [
    client.ask({ verb: 'LHLO', name: 'gate' }, 'lhlo'),
    client.ask(mail(null, { size: 9 }), 'mail'),
    client.ask(rcpt({ localPart: 'a..b', domain: 'x.example' }), 'rcpt'),
    client.ask({ verb: 'BDAT', sizeBytes: 9, last: true }, 'done'),
  ].join('')
  client.expect('done', 1)
  assert.equal(sent, 'LHLO gate\r\nMAIL FROM:<> SIZE=9\r\nRCPT TO:<"a..b"@x.example>\r\nBDAT 9 LAST\r\n')
  client.push(Buffer.from('220 hi\r\n250-x\r\n250 SIZE 5\r\n250 2.1.0 ok\r\n550 5.1.1 no\r\n250 2.0.0 a\r\n452 4.2.2 b\r\n'))
  const tags: string[] = []
  for (let found = client.next(); found?.is === 'answered'; found = client.next()) tags.push(`${found.tag} ${found.reply.code}`)
  assert.deepEqual(tags, ['greeting 220', 'lhlo 250', 'mail 250', 'rcpt 550', 'done 250', 'done 452'])
  assert.equal(client.owedCount, 0)
  client.push(Buffer.from('421 4.3.2 bye\r\n'))
  assert.equal(client.next()?.is, 'unasked')
  assert.equal(mayFollow('RCPT') && !mayFollow('DATA'), true)
})

test('the phase table refuses out of order with 503 and unknown with 502', () => {
  const code = (answer: ReturnType<typeof welcome>) => (typeof answer === 'string' ? answer : answer.code)
  assert.equal(code(welcome(mxPhases, 'greeted', 'MAIL')), 503)
  assert.equal(code(welcome(mxPhases, 'ready', 'MAIL')), 'mail')
  assert.equal(code(welcome(mxPhases, 'mail', 'DATA')), 503)
  assert.equal(code(welcome(mxPhases, 'ready', 'AUTH')), 502)
  assert.equal(code(welcome(mxPhases, 'ready', 'XACK')), 502)
})

test('how a submitted message wants to be handled is read as it is written, and nonsense is refused', () => {
  const asked = (parameters: string) => {
    const parsed = parse(`MAIL FROM:<a@b.example> ${parameters}`)
    if (parsed.is === 'refused') return parsed.reply.code
    assert.ok(parsed.command.verb === 'MAIL')
    const { holdFor, holdUntil, priority, by } = parsed.command
    return [holdFor, holdUntil, priority, by]
  }
  assert.deepEqual(asked('HOLDFOR=86400'), [86_400, undefined, undefined, undefined])
  assert.deepEqual(asked('HOLDUNTIL=2026-12-01T09:00:00+09:00'), [undefined, Date.UTC(2026, 11, 1), undefined, undefined])
  assert.deepEqual(asked('MT-PRIORITY=-3'), [undefined, undefined, -3, undefined])
  assert.deepEqual(asked('by=+120;rt'), [undefined, undefined, undefined, { seconds: 120, mode: 'return', trace: true }])
  assert.deepEqual(asked('BY=-1;N'), [undefined, undefined, undefined, { seconds: -1, mode: 'notify', trace: false }])
  for (const nonsense of [
    'HOLDFOR', 'HOLDFOR=0', 'HOLDFOR=-1', 'HOLDFOR=1.5', 'HOLDFOR=1234567890', 'HOLDUNTIL=tomorrow', 'HOLDUNTIL=2026-13-01T00:00:00Z',
    'HOLDUNTIL=2026-12-01 09:00:00Z', 'MT-PRIORITY=10', 'MT-PRIORITY=+1', 'MT-PRIORITY=-0', 'MT-PRIORITY=', 'BY=1', 'BY=;R', 'BY=1;X', 'BY=1234567890;R',
    'HOLDFOR=1 HOLDFOR=2',
  ]) assert.equal(asked(nonsense), 501, nonsense)
})
