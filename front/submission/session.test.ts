import assert from 'node:assert/strict'
import { duplexPair } from 'node:stream'
import { test } from 'node:test'
import fc from 'fast-check'
import { manualClock } from '@bulkhead/base/clock.ts'
import { Fault } from '@bulkhead/base/fault.ts'
import { newAccountHandle } from '@bulkhead/base/ids.ts'
import { silentLog } from '@bulkhead/base/log.ts'
import { meter } from '@bulkhead/base/meter.ts'
import { pseudonymizer } from '@bulkhead/base/pseudonym.ts'
import { secret } from '@bulkhead/base/secret.ts'
import { openQueued } from '@bulkhead/mail/queue/record.ts'
import type { NewQueued } from '@bulkhead/mail/ports/queue.ts'
import { ordinaryPlan, type SendingPlan } from '@bulkhead/mail/sending/plan.ts'
import { memoryLedger } from '@bulkhead/mail/sending/memory-ledger.ts'
import { noTracer } from '@bulkhead/mail/ports/trace.ts'
import { realSealing } from '@bulkhead/seal/real-sealing.ts'
import { submission } from './session.ts'

const { publicKey, privateKey } = realSealing.newKeyPair()
const account = newAccountHandle()
const realPseudonym = pseudonymizer(secret(Buffer.alloc(32)))
const mine = ['taro@hikari.example', 'info@hikari.example']

const opened = (queued: NewQueued) => {
  const recipients = queued.recipients.map((recipient, number) => ({ ...recipient, number, attempts: 0, delayTold: false }))
  const found = openQueued(realSealing, privateKey, { ...queued, lease: 1n, dropped: false, queuedAtMs: 0, recipients })
  return { ...found.queued, text: found.openBody(queued.body).toString('latin1') }
}

interface Settings {
  readonly plan?: Partial<SendingPlan>
  readonly recipientsMax?: number
  readonly away?: boolean
  readonly suspended?: boolean
  readonly messageBytesMax?: number
  readonly chunked?: boolean
}

const converse = async (input: string | Buffer, { away, suspended, messageBytesMax = 10_000, chunked, plan, recipientsMax = 3 }: Settings = {}) => {
  const queue: NewQueued[] = []
  const told: string[] = []
  const ports = {
    directory: {
      accountState: async () => ({ state: suspended === true ? 'suspended' : 'active', publicKey } as const),
      maySendAs: async (_: string, index: Uint8Array) => mine.includes(Buffer.from(index).toString()),
      identities: async () => [],
      isLocalDomain: async (domain: string) => domain === 'hikari.example',
    },
    queue: {
      async enqueue(message: NewQueued) {
        if (away === true) throw new Fault('databaseAway', 'test')
        queue.push(message)
      },
      holdSender: async () => 0,
    },
    sealing: realSealing,
    queuePublicKey: publicKey,
    indexOf: async (address: string) => Buffer.from(address),
    pseudonym: (text: string) => (/ (to|from) /.test(text) ? realPseudonym(text) : 'p_pseudonym'),
    tokens: { field: (sender: string) => `X-Feedback-ID: of ${sender}\r\n` },
    tracer: noTracer,
    signature: { on: async (message: Buffer) => message },
    sending: memoryLedger(manualClock(0), { ...ordinaryPlan, ...plan }),
    tell: ({ kind }: { readonly kind: string }) => void told.push(kind),
  }
  const [client, socket] = duplexPair()
  const heard: Buffer[] = []
  client.on('data', (chunk: Buffer) => heard.push(chunk))
  const over = submission(ports).run({
    socket, firstBytes: Buffer.alloc(0), picture: null, language: '', utf8: false, gatehouse: () => undefined, who: { account, login: 'taro@hikari.example', loginIndex: Buffer.alloc(32) }, tag: '', helo: 'pc',
    peer: '192.0.2.7', tls: true, hostName: 'mail.hikari.example', jmapUrl: null, clock: manualClock(0), log: silentLog, meter: meter(),
    limits: { messageBytesMax, recipientsMax, connectionsMax: 1, connectionsPerPeerMax: 1 }, stopping: new AbortController().signal,
    openAccount: async () => { throw new Fault('databaseAway', 'test') },
  })
  const bytes = typeof input === 'string' ? Buffer.from(input.replaceAll('\n', '\r\n'), 'latin1') : input
  if (chunked === true) for (const byte of bytes) client.write(Buffer.from([byte]))
  else client.write(bytes)
  client.end()
  await over
  const replies = Buffer.concat(heard).toString()
  return { replies, codes: replies.split('\r\n').filter((line) => line[3] === ' ').map((line) => line.slice(0, 9).trim()), queue, told }
}

const start = 'MAIL FROM:<taro@hikari.example>\nRCPT TO:<jiro@far.example>\n'
const send = (message: string, before = start): string => `${before}DATA\n${message}\n.\nQUIT\n`
const complete = 'From: Taro <taro@hikari.example>\nDate: Sat, 21 Nov 2026 12:00:00 +0900\nMessage-ID: <1@pc>\nSubject: x\n\ntext'

test('a pipelined submission is queued, sealed, and acknowledged once it is durable', async () => {
  const { codes, queue } = await converse(send(complete))
  assert.deepEqual(codes, ['235 2.7.0', '250 2.1.0', '250 2.1.5', '354 Send', '250 2.0.0', '221 2.0.0'])
  const [queued] = queue.map(opened)
  assert.equal(queued?.reversePath, 'taro@hikari.example')
  assert.deepEqual(queued?.recipients.map(({ forwardPath, domain }) => [forwardPath, domain]), [['jiro@far.example', 'far.example']])
  assert.equal(
    queued?.text,
    `Received: from p_pseudonym\r\n\tby mail.hikari.example with ESMTPSA id ${queued?.id};\r\n` +
      `\tThu, 01 Jan 1970 00:00:00 +0000\r\nX-Feedback-ID: of p_pseudonym\r\n${complete.replaceAll('\n', '\r\n')}\r\n`,
  )
})

test('neither the address of the customer nor what EHLO said leaves with the mail', async () => {
  const { queue } = await converse(send(complete, `EHLO [192.168.1.5]\n${start}`))
  assert.doesNotMatch(opened(queue[0] as NewQueued).text, /192\.|pc /)
})

test('missing Date, From and Message-ID are added; Bcc and Return-Path are taken out, folded lines and all', async () => {
  const { queue } = await converse(send('Subject: x\nBcc: secret@far.example,\n other@far.example\nReturn-Path: <x@y>\nTo: a@b.example\n\ntext'))
  const [, ...lines] = (queue.map(opened)[0]?.text ?? '').split('\r\n').filter((line) => !line.startsWith('\t'))
  assert.deepEqual(lines.map((line) => line.replace(/<[0-9a-f-]{36}@/, '<id@')), [
    'X-Feedback-ID: of p_pseudonym', 'Date: Thu, 01 Jan 1970 00:00:00 +0000', 'From: <taro@hikari.example>', 'Message-ID: <id@mail.hikari.example>', 'Subject: x',
    'To: a@b.example', '', 'text', '',
  ])
})

test('text without any header gets one of its own, apart from it', async () => {
  for (const message of ['just text\n\nBcc: stays', '\njust text', '']) {
    const { queue } = await converse(send(message))
    const text = queue.map(opened)[0]?.text ?? ''
    const body = text.slice(text.indexOf('\r\n\r\n') + 4)
    assert.equal(body, message === '' ? '' : `${message.trimStart().replaceAll('\n', '\r\n')}\r\n`)
  }
})

test('an alias of the account may send, a stranger and the empty sender may not', async () => {
  const from = (address: string) => converse(`MAIL FROM:<${address}>\nQUIT\n`)
  assert.equal((await from('INFO@Hikari.Example')).codes[1], '250 2.1.0')
  for (const stranger of ['jiro@hikari.example', 'taro@far.example', '', 'taro@[192.0.2.1]']) {
    assert.equal((await from(stranger)).codes[1], '550 5.7.1', stranger)
  }
})

test('From and Sender must be addresses of the account, all of them, each field once', async () => {
  const bad = ['From: boss@far.example', 'From: taro@hikari.example, boss@far.example', 'From: taro@hikari.example\nSender: boss@far.example',
    'From: Taro', 'From: taro@hikari.example\nResent-From: boss@far.example', 'From: boss@far.example\nResent-From: taro@hikari.example', 'From: friends:;', 'From: "taro@hikari.example" <boss@far.example>']
  for (const header of bad) {
    const { replies, queue } = await converse(send(`${header}\n\ntext`))
    assert.match(replies, /\r\n550 5\.[67]\.[01] /, header)
    assert.equal(queue.length, 0)
  }
  assert.equal((await converse(send('From: info@hikari.example\nSender: taro@hikari.example\n\ntext'))).queue.length, 1)
})

test('one recipient too many is put off, a repeated one is one, odd dots and DSN wishes arrive', async () => {
  const { codes, queue } = await converse(send(complete,
    'MAIL FROM:<taro@hikari.example> RET=HDRS ENVID=x+2By BODY=8BITMIME\nRCPT TO:<a..b@docomo.example> NOTIFY=SUCCESS,FAILURE\n' +
    'RCPT TO:<"a..b"@DOCOMO.example>\nRCPT TO:<Postmaster>\nRCPT TO:<c@far.example> ORCPT=rfc822;c@far.example NOTIFY=NEVER\nRCPT TO:<d@far.example>\n'))
  assert.deepEqual(codes.slice(2, 7), ['250 2.1.5', '250 2.1.5', '250 2.1.5', '250 2.1.5', '452 4.5.3'])
  const [queued] = queue.map(opened)
  assert.deepEqual([queued?.ret, queued?.envid, queued?.bodyKind], ['hdrs', 'x+y', '7bit'])
  assert.deepEqual(queued?.recipients.map(({ forwardPath, notify, orcpt }) => [forwardPath, notify, orcpt]), [
    ['"a..b"@docomo.example', ['success', 'failure'], null], ['Postmaster@hikari.example', null, null], ['c@far.example', [], 'rfc822;c@far.example'],
  ])
})

test('chunks make the same message as DATA, whatever the reads were', async () => {
  const text = complete.replaceAll('\n', '\r\n')
  const half = Math.trunc(text.length / 2)
  const envelope = start.replaceAll('\n', '\r\n')
  const chunks = `BDAT ${half}\r\n${text.slice(0, half)}BDAT ${text.length - half} LAST\r\n${text.slice(half)}`
  const input = Buffer.from(`${envelope}${chunks}QUIT\r\n`)
  for (const chunked of [false, true]) {
    const { codes, queue } = await converse(input, { chunked })
    assert.deepEqual(codes.slice(3), ['250 2.0.0', '250 2.0.0', '221 2.0.0'])
    assert.ok(queue.map(opened)[0]?.text.endsWith(`${text}\r\n`))
  }
  const { queue } = await converse(send(complete), { chunked: true })
  assert.ok(queue.map(opened)[0]?.text.endsWith(`${text}\r\n`))
})

test('a chunk that may not come is read past and the session stays in step', async () => {
  const { codes } = await converse('BDAT 6\nQUIT\nNOOP\nBDAT 6 LAST\nRSET\n')
  assert.deepEqual(codes, ['235 2.7.0', '503 5.5.1', '250 2.0.0', '503 5.5.1'])
})

test('bare CR, bare LF and NUL are refused after the end, and nothing of them is a command', async () => {
  for (const bad of ['a\r\n.\rMAIL\r\n', 'a\n.\nRSET\r\n', 'a\0b\r\n']) {
    const input = Buffer.from(`${start.replaceAll('\n', '\r\n')}DATA\r\nFrom: taro@hikari.example\r\n\r\n${bad}\r\n.\r\nNOOP\r\n`, 'latin1')
    const { codes, queue } = await converse(input)
    assert.deepEqual(codes.slice(3), ['354 Send', '554 5.6.0', '250 2.0.0'])
    assert.equal(queue.length, 0)
  }
})

test('too large is said for the announcement and for the content, and the next message is welcome', async () => {
  const big = `${complete}${'x'.repeat(20_000)}`
  const { codes, queue } = await converse(`MAIL FROM:<taro@hikari.example> SIZE=10001\n${send(big).replace('QUIT\n', '')}${send(complete)}`)
  assert.deepEqual(codes.slice(1, 6), ['552 5.3.4', '250 2.1.0', '250 2.1.5', '354 Send', '552 5.3.4'])
  assert.equal(queue.length, 1)
})

test('a queue that is away is a temporary refusal, never an acknowledgement', async () => {
  const { codes } = await converse(send(complete), { away: true })
  assert.equal(codes[4], '451 4.3.0')
})

test('a suspended account may not send', async () => {
  assert.equal((await converse(send(complete), { suspended: true })).codes[4], '550 5.7.1')
})

test('a connection that breaks inside content leaves nothing behind', async () => {
  const { queue } = await converse(`${start}DATA\n${complete}\n`)
  assert.equal(queue.length, 0)
})

test('commands out of order, unknown ones and a second login are refused by the book', async () => {
  const { codes } = await converse(
    'RCPT TO:<a@b.example>\nDATA\nSTARTTLS\nAUTH PLAIN\nFROB\nVRFY a\nHELP\n' +
      'MAIL FROM:<taro@hikari.example>\nMAIL FROM:<taro@hikari.example>\nRSET\nQUIT\n',
  )
  assert.deepEqual(codes.slice(1).map((code) => code.slice(0, 3)), ['503', '503', '502', '503', '500', '252', '214', '250', '503', '250', '221'])
})

test('a header that can be read in two ways is refused with the reason', async () => {
  const bad = [
    ['From: taro@hikari.example\nFrom: taro@hikari.example', /554 5\.6\.0 from is/], ['Subject: a\nsubject: b', /554 5\.6\.0 subject/],
    ['Content-Type: text/plain\nContent-Type: text/html', /554 5\.6\.0 content-type/], [`X: ${'x'.repeat(996)}`, /554 5\.6\.0 A line/],
    ['Subject: a\nno field\nTo: b@far.example', /554 5\.6\.0 A line of the header is no field/], ['Subject: a\nno field', /554 5\.6\.0 A line/],
    ['To: <\xc3\xa5@far.example>', /554 5\.6\.7/], ['Content-Type: text/plain; name="\xc3\xa5"', /554 5\.6\.7/],
  ] as const
  for (const [header, said] of bad) {
    const { replies, queue } = await converse(send(`${header}\n\ntext`))
    assert.match(replies, said, header)
    assert.equal(queue.length, 0)
  }
  const utf8 = await converse(send('Subject: \xc3\xa5\n\ntext', start.replace('>\n', '> SMTPUTF8\n')))
  assert.equal(utf8.queue.length, 1)
  assert.equal((await converse(send(`X: ${'x'.repeat(995)}\n\ntext`))).queue.length, 1)
})

test('text and names that old programs write as they are leave as encoded-words', async () => {
  const { queue } = await converse(send('From: \xe6\x97\xa5 <taro@hikari.example>\nSubject: \xe6\x97\xa5\xe6\x9c\xac\nX: kept\n\n\xe6\x97\xa5'))
  const text = queue.map(opened)[0]?.text ?? ''
  assert.match(text, /From: =\?UTF-8\?B\?5pel\?= <taro@hikari\.example>\r\nSubject: =\?UTF-8\?B\?5pel5pys\?=\r\nX: kept\r\n\r\n\xe6\x97\xa5/)
})

test('of several authors one is the Sender', async () => {
  const { queue } = await converse(send('From: taro@hikari.example, info@hikari.example\n\ntext'))
  assert.match(queue.map(opened)[0]?.text ?? '', /\r\nSender: <taro@hikari\.example>\r\n/)
  const said = await converse(send('From: taro@hikari.example, info@hikari.example\nSender: info@hikari.example\n\ntext'))
  assert.equal((said.queue.map(opened)[0]?.text ?? '').match(/Sender:/g)?.length, 1)
})

test('what mail programs keep for themselves and what only others may say is taken out, and a resent message completed', async () => {
  const { queue } = await converse(send([
    'From: taro@hikari.example', 'Content-Length: 12', 'Status: RO', 'X-Mozilla-Status: 0001', 'Delivered-To: x@y.example', 'MT-Priority: 9',
    'Authentication-Results: mail.hikari.example; dkim=pass', 'Resent-From: info@hikari.example', 'Resent-Bcc: secret@far.example', 'X-Kept: yes', '', 'text',
  ].join('\n')))
  const text = queue.map(opened)[0]?.text ?? ''
  assert.doesNotMatch(text, /Content-Length|Status|Delivered-To|MT-Priority|Authentication-Results|secret/)
  assert.match(text, /\r\nResent-Date: [^\r]*\r\nResent-Message-ID: <resent\.[^\r]*>\r\n/)
  assert.match(text, /\r\nX-Kept: yes\r\n\r\ntext/)
})

test('how a message wants to be handled is queued with it, and its priority shown', async () => {
  const { queue } = await converse(send(complete, 'MAIL FROM:<taro@hikari.example> HOLDFOR=60 BY=120;RT MT-PRIORITY=2 REQUIRETLS\nRCPT TO:<jiro@far.example>\n'))
  const [queued] = queue.map(opened)
  assert.deepEqual([queued?.releaseAtMs, queued?.deliverBy, queued?.priority, queued?.requireTls, queued?.held], [
    60_000, { atMs: 120_000, mode: 'return', trace: true }, 2, true, false,
  ])
  assert.match(queued?.text ?? '', /id \S+ PRIORITY 2;/)
  assert.deepEqual([queue[0]?.releaseAtMs, queue[0]?.priority], [60_000, 2])
})

test('binary parts are queued in base64, so that every server takes them', async () => {
  const message = 'From: taro@hikari.example\r\nMIME-Version: 1.0\r\nContent-Transfer-Encoding: binary\r\n\r\na\0\r\nb\rc'
  const { queue } = await converse(Buffer.from(
    `MAIL FROM:<taro@hikari.example> BODY=BINARYMIME\r\nRCPT TO:<jiro@far.example>\r\nBDAT ${message.length} LAST\r\n${message}QUIT\r\n`, 'latin1'))
  const [queued] = queue.map(opened)
  assert.equal(queued?.bodyKind, '7bit')
  assert.match(queued?.text ?? '', /Content-Transfer-Encoding: base64\r\n\r\nYQANCmINYw==\r\n$/)
})

test('a plan that has no room refuses at MAIL, says until when, and in Japanese where that can be read', async () => {
  const { replies, queue } = await converse(`${send(complete).replace('QUIT\n', '')}MAIL FROM:<taro@hikari.example>\nMAIL FROM:<taro@hikari.example> SMTPUTF8\n`, {
    plan: { messagesPerHour: 1 },
  })
  assert.equal(queue.length, 1)
  assert.match(replies, /\r\n450 4\.7\.28 Your plan [^\r]* after 1970-01-01T01:00Z\r\n450-4\.7\.28 1時間に[^\r]*\r\n450 4\.7\.28 Your plan/)
  const never = await converse(send(complete), { plan: { recipientsPerDay: 0 } })
  assert.equal(never.codes[1], '550 5.7.1')
})

test('mail to a hundred strangers at once is taken, held, and told; so is what follows', async () => {
  const many = Array.from({ length: 101 }, (_, at) => `RCPT TO:<r${at}@far.example>\n`).join('')
  const toMany = send(complete, `MAIL FROM:<taro@hikari.example>\n${many}`).replace('QUIT\n', '')
  const { queue, told } = await converse(`${toMany}${send(complete)}`, { recipientsMax: 200 })
  assert.deepEqual(queue.map(({ held }) => held), [true, true])
  assert.deepEqual(told, ['submission.burst'])
  const allowed = await converse(toMany, { recipientsMax: 200, plan: { holdsBursts: false } })
  assert.deepEqual([allowed.queue.map(({ held }) => held), allowed.told], [[false], []])
})

test('whatever is sent, in whatever pieces, the session ends with the connection and stays in step with itself', async () => {
  const pieces = fc.constantFrom(
    'MAIL FROM:<taro@hikari.example>\r\n', 'RCPT TO:<a@b.example>\r\n', 'DATA\r\n', '.\r\n', 'BDAT 5\r\n', 'BDAT 3 LAST\r\n', 'abc', '\r\n', '\n',
    '\0', 'RSET\r\n', 'From: taro@hikari.example\r\n\r\n', 'EHLO x\r\n', 'BDAT 99999999999\r\n', '\xff'.repeat(3_000),
    'MAIL FROM:<taro@hikari.example> BODY=BINARYMIME HOLDFOR=60 BY=90;R\r\n', 'BURL imap://a@h/INBOX/;uid=1 LAST\r\n', 'BURL x\r\n',
  )
  await fc.assert(
    fc.asyncProperty(fc.array(pieces, { maxLength: 30 }), async (input) => {
      const bytes = Buffer.from(input.join(''), 'latin1')
      const whole = await converse(bytes)
      const cut = await converse(bytes, { chunked: true })
      assert.deepEqual(cut.codes, whole.codes)
      assert.equal(cut.queue.length, whole.queue.length)
    }),
    { numRuns: 100 },
  )
})
