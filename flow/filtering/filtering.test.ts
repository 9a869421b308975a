import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newMailboxId } from '@bulkhead/base/ids.ts'
import { entryOf } from '@bulkhead/mail/filtering/entries.ts'
import { openQueued } from '@bulkhead/mail/queue/record.ts'
import { realSealing } from '@bulkhead/seal/real-sealing.ts'
import { lineClient } from '../testing/line-client.ts'
import { testReception } from '../testing/reception.ts'

type Given = Awaited<ReturnType<typeof testReception>>

const plain = 'From: Alice <alice@far.example>\r\nTo: bob@hikari.example\r\nMessage-ID: <1@far.example>\r\nSubject: =?utf-8?B?5Lya6K2w?=\r\n\r\nbody\r\n'

/** Second line of the reply codes: one for each recipient. */
const send = async (given: Given, to: readonly string[], content = plain, from = '<alice@far.example>'): Promise<readonly string[]> => {
  using client = lineClient(given.paths.gate)
  await client.reply()
  await client.ask('LHLO gate.example')
  await client.ask(`MAIL FROM:${from}`)
  for (const one of to) await client.ask(`RCPT TO:<${one}>`)
  const bytes = Buffer.from(content)
  client.send(`BDAT ${bytes.length} LAST\r\n`)
  client.send(bytes)
  const replies: string[] = []
  for (const _ of to) replies.push(await client.reply())
  return replies.map((reply) => reply.slice(0, 9))
}

const queued = ({ queue, queueKeys }: Given) =>
  [...queue.kept.values()].map(({ message, queuedAtMs }) => {
    const recipients = message.recipients.map((recipient, number) => ({ ...recipient, number, attempts: 0, delayTold: false }))
    const opened = openQueued(realSealing, queueKeys.privateKey, { ...message, lease: 0n, dropped: false, queuedAtMs, recipients })
    const { reversePath, recipients: [first] } = opened.queued
    return { from: reversePath, to: first?.forwardPath ?? '', text: opened.openBody(message.body).toString('utf8') }
  })

const factsOf = ({ notes }: Given) => notes.map(({ state, facts: { filters, forward, mailbox } }) => ({ state, filters, forward, mailbox }))

const bobWith = async (given: Given, rules: Parameters<Given['setRules']>[1]) => {
  const bob = await given.addAccount(['bob@hikari.example'])
  await given.setRules(bob, rules)
  return bob
}

test('a script files, with flags, and the trace says where', async () => {
  await using given = await testReception()
  const bob = await bobWith(given, { script: 'require ["fileinto", "imap4flags", "copy"]; if header :contains "subject" "会議" { fileinto :copy :flags "\\\\Flagged" "仕事"; }' })
  assert.deepEqual(await send(given, ['bob@hikari.example']), ['250 2.0.0'])
  assert.equal((await given.mailOf(bob)).length, 1)
  assert.equal((await given.mailIn(bob, '仕事')).length, 1)
  const loaded = await given.store.journal.load(bob.account)
  assert.deepEqual([loaded?.messages, loaded?.events.length], [1, 2], 'one message in two places')
  assert.deepEqual(factsOf(given), [{ state: 'delivered', filters: 'filed', forward: undefined, mailbox: '仕事' }])
  await send(given, ['bob@hikari.example'])
  assert.equal((await given.mailIn(bob, '仕事')).length, 1, 'what comes again before its answer was taken is known')
})

test('what is saved holds for the next message, also where the recipient had another a moment ago', async () => {
  await using given = await testReception()
  const bob = await given.addAccount(['bob@hikari.example'])
  const saying = (subject: string): string => `Message-ID: <${subject}@far.example>\r\nSubject: ${subject}\r\n\r\n`
  await send(given, ['bob@hikari.example'], saying('one'))
  await given.setRules(bob, { script: 'require "fileinto"; fileinto "仕事";' })
  await send(given, ['bob@hikari.example'], saying('two'))
  await given.rules.setRules(bob.account, null)
  await send(given, ['bob@hikari.example'], saying('three'))
  assert.equal((await given.mailOf(bob)).length, 2)
  assert.equal((await given.mailIn(bob, '仕事')).length, 1)
})

test('devices are told of what is left for the person, not of what a script put aside', async () => {
  await using given = await testReception()
  const script = 'require ["fileinto", "imap4flags", "copy"]; if header :contains "subject" "aside" { fileinto "Junk"; } elsif header :contains "subject" "seen" { keep :flags "\\\\Seen"; }'
  const bob = await bobWith(given, { script })
  for (const subject of ['for bob', 'aside', 'seen']) await send(given, ['bob@hikari.example'], `From: <a@far.example>\r\nMessage-ID: <${subject}@far.example>\r\nSubject: ${subject}\r\n\r\nx\r\n`)
  const delivered = given.news.map(({ account, types }) => [account, types.includes('EmailDelivery'), types.includes('Email')])
  assert.deepEqual(delivered, [[bob.account, true, true], [bob.account, false, true], [bob.account, false, true]])
})

test('scripts that one includes run with it, and scores are asked of who looked', async () => {
  await using given = await testReception()
  const script = 'require ["include", "spamtest", "fileinto"]; include "work"; if spamtest "0" { fileinto "nobody looked"; }'
  const bob = await bobWith(given, { script, included: [{ name: 'work', text: 'require ["fileinto", "regex"]; if header :regex "subject" "^会.$" { fileinto "仕事"; }' }] })
  assert.deepEqual(await send(given, ['bob@hikari.example']), ['250 2.0.0'])
  assert.equal((await given.mailIn(bob, '仕事')).length, 1)
  assert.equal((await given.mailIn(bob, 'nobody looked')).length, 1)
})

test('a mailbox that is named by its id is found under whatever name it has by now, and by name where the id is not known', async () => {
  await using given = await testReception()
  const bob = await given.addAccount(['bob@hikari.example'])
  const id = newMailboxId()
  await given.setRules(bob, { script: `require ["fileinto", "mailboxid"]; fileinto :mailboxid "${id}" "Old name";`, mailboxIds: [id] })
  assert.deepEqual(await send(given, ['bob@hikari.example']), ['250 2.0.0'])
  // It was there when the rules were written and is gone now: no mail is lost.
  assert.equal((await given.mailOf(bob)).length, 1)
  await given.setRules(bob, { script: `require ["fileinto", "mailboxid"]; fileinto :mailboxid "${id}" "Old name";` })
  await send(given, ['bob@hikari.example'], 'Message-ID: <2@far.example>\r\nSubject: other\r\n\r\n')
  assert.equal((await given.mailIn(bob, 'Old name')).length, 1)
})

test('somebody elsewhere is told that a message came, by mail that no machine answers, and not of what tells by itself', async () => {
  await using given = await testReception()
  const script = 'require ["enotify", "variables"]; if header :matches "subject" "*" { notify :message "着信: ${1}" "mailto:090@phone.example"; notify "mailto:bob@hikari.example"; }'
  const bob = await bobWith(given, { script, own: ['bob@hikari.example'] })
  await send(given, ['bob@hikari.example'])
  assert.equal((await given.mailOf(bob)).length, 1)
  const [notice, ...more] = queued(given)
  assert.deepEqual(more, [], 'nobody is told at an address of their own')
  assert.equal(notice?.from, '')
  assert.equal(notice?.to, '090@phone.example')
  assert.match(notice?.text ?? '', /From: <bob@hikari\.example>\r\nTo: <090@phone\.example>\r\nSubject: =\?UTF-8\?/)
  assert.match(notice?.text ?? '', /\r\nAuto-Submitted: auto-notified; owner-email="bob@hikari\.example"\r\n/)
  for (const field of ['Auto-Submitted: auto-notified', 'Auto-Submitted: auto-replied (vacation)', 'Delivered-To: bob@hikari.example']) await send(given, ['bob@hikari.example'], `${field}\r\n${plain.replace('<1@', `<${field.length}@`)}`)
  await send(given, ['bob@hikari.example'], plain.replace('<1@', '<9@'), '<>')
  assert.equal(queued(given).length, 1)
})

test('a message may be discarded, or refused in the words of its recipient', async () => {
  await using given = await testReception()
  const bob = await bobWith(given, { script: 'require "reject"; if header :is "subject" "会議" { reject "Not\r\nhere"; } else { discard; }' })
  assert.deepEqual(await send(given, ['bob@hikari.example']), ['550 5.7.1'])
  assert.deepEqual(await send(given, ['bob@hikari.example'], 'Subject: other\r\n\r\n'), ['250 2.0.0'])
  assert.deepEqual(await given.mailOf(bob), [])
  assert.deepEqual(factsOf(given).map(({ state, filters }) => [state, filters]), [['refused', 'refused'], ['discarded', 'discarded']])
})

test('one who refuses beside one who takes: the sender hears of it by mail', async () => {
  await using given = await testReception()
  await bobWith(given, { script: 'require "ereject"; ereject "no";' })
  const carol = await given.addAccount(['carol@hikari.example'])
  assert.deepEqual(await send(given, ['bob@hikari.example', 'carol@hikari.example']), ['250 2.0.0', '250 2.0.0'])
  assert.equal((await given.mailOf(carol)).length, 1)
  const [report] = queued(given)
  assert.equal(report?.to, 'alice@far.example')
  assert.match(report?.text ?? '', /Final-Recipient: rfc822; bob@hikari\.example\r\nAction: failed\r\nStatus: 5\.7\.1/)
})

test('a script that fails, or can not be read, loses nothing', async () => {
  await using given = await testReception()
  const bob = await bobWith(given, { script: 'require "fileinto"; discard; fileinto "a"; fileinto "no\\\u0001"; ' })
  assert.deepEqual(await send(given, ['bob@hikari.example']), ['250 2.0.0'])
  await given.setRules(bob, { script: 'discard' })
  assert.deepEqual(await send(given, ['bob@hikari.example'], 'Subject: 2\r\n\r\n'), ['250 2.0.0'])
  await given.rules.setRules(bob.account, Buffer.from('garbage'))
  assert.deepEqual(await send(given, ['bob@hikari.example'], 'Subject: 3\r\n\r\n'), ['250 2.0.0'])
  assert.equal((await given.mailOf(bob)).length, 3)
  assert.ok(factsOf(given).every(({ filters }) => filters?.startsWith('failed: ')))
})

test('forwarding sends the message as it came, from the address it was for; with a copy or without', async () => {
  await using given = await testReception()
  const bob = await bobWith(given, { forwarding: { addresses: ['me@elsewhere.example', 'me@third.example'], keepsCopy: false } })
  assert.deepEqual(await send(given, ['bob@hikari.example']), ['250 2.0.0'])
  assert.deepEqual(await given.mailOf(bob), [])
  const sent = queued(given)
  assert.deepEqual(sent.map(({ from, to }) => [from, to]), [['bob@hikari.example', 'me@elsewhere.example'], ['bob@hikari.example', 'me@third.example']])
  assert.ok(sent[0]?.text.endsWith(plain))
  assert.match(sent[0]?.text ?? '', /^Received: from [^]*\r\nDelivered-To: bob@hikari\.example\r\nFrom: Alice/)
  assert.deepEqual(factsOf(given)[0], { state: 'forwarded', filters: undefined, forward: '2', mailbox: undefined })

  assert.deepEqual(await send(given, ['bob@hikari.example'], sent[0]?.text), ['250 2.0.0'])
  assert.equal((await given.mailOf(bob)).length, 1, 'what was here before stays')
  assert.equal(queued(given).length, 2)

  await send(given, ['bob@hikari.example'], 'Subject: report\r\n\r\n', '<>')
  assert.equal((await given.mailOf(bob)).length, 2, 'a report is seen here as well')
  assert.equal(queued(given).at(-1)?.from, '')
})

test('an account sends on so much in an hour; the rest stays', async () => {
  await using given = await testReception()
  const bob = await bobWith(given, { script: 'redirect "a@elsewhere.example";' })
  await given.rules.countSentOn(bob.account, 299, 300)
  await send(given, ['bob@hikari.example'])
  await send(given, ['bob@hikari.example'], 'Subject: 2\r\n\r\n')
  assert.equal(queued(given).length, 1)
  assert.equal((await given.mailOf(bob)).length, 1)
  assert.equal(factsOf(given).at(-1)?.forward, 'not: too much in this hour')
})

test('a redirection to oneself keeps the message', async () => {
  await using given = await testReception()
  const bob = await bobWith(given, { script: 'redirect "bob@hikari.example"; redirect "second@hikari.example";', own: ['second@hikari.example'] })
  await send(given, ['bob@hikari.example'])
  assert.equal((await given.mailOf(bob)).length, 1)
  assert.deepEqual(queued(given), [])
})

const away = { fromMs: null, toMs: null, subject: '不在のお知らせ\r\nBcc: x@y.example', text: 'ただいま不在です。\n.\n来週戻ります。', html: null }

test('who writes is told once that somebody is away, in any language, and nothing else is told', async () => {
  await using given = await testReception()
  const bob = await bobWith(given, { vacation: away })
  await send(given, ['bob@hikari.example'])
  await send(given, ['bob@hikari.example'], plain.replace('<1@', '<2@'))
  assert.equal((await given.mailOf(bob)).length, 2)
  const [answer, ...others] = queued(given)
  assert.deepEqual(others, [])
  assert.equal(answer?.from, '')
  assert.equal(answer?.to, 'alice@far.example')
  const text = answer?.text ?? ''
  assert.match(text, /^DKIM-Signature: d=hikari\.example\r\nFrom: <bob@hikari\.example>\r\nTo: <alice@far\.example>\r\nSubject: =\?UTF-8\?B\?/)
  assert.match(text, /\r\nAuto-Submitted: auto-replied \(vacation\)\r\n/)
  assert.match(text, /\r\nIn-Reply-To: <1@far\.example>\r\n/)
  assert.doesNotMatch(text, /^Bcc:/m)
  const [head = '', body = ''] = text.split('\r\n\r\n')
  assert.ok(/^[\x00-\x7f]*$/.test(head))
  assert.equal(Buffer.from(body, 'base64').toString('utf8'), 'ただいま不在です。\r\n.\r\n来週戻ります。\r\n')
  given.clock.advance(8 * 86_400_000)
  await send(given, ['bob@hikari.example'], plain.replace('<1@', '<3@'))
  assert.equal(queued(given).length, 2, 'a week later again')
})

test('answers count towards what an account sends in an hour', async () => {
  await using given = await testReception()
  const bob = await bobWith(given, { vacation: away })
  await given.rules.countSentOn(bob.account, 299, 300)
  await send(given, ['bob@hikari.example'], plain, '<one@far.example>')
  await send(given, ['bob@hikari.example'], plain, '<two@far.example>')
  assert.deepEqual(queued(given).map(({ to }) => to), ['one@far.example'])
})

test('machines, lists and strangers to the address are not answered', async () => {
  await using given = await testReception()
  await bobWith(given, { vacation: away })
  const with_ = (field: string): string => `${field}\r\n${plain}`
  const quiet: readonly (readonly [content: string, from: string])[] = [
    [plain, '<>'], [plain, '<no-reply@far.example>'], [plain, '<MAILER-DAEMON@far.example>'], [plain, '<list-bounces@far.example>'], [plain, '<bob@hikari.example>'],
    [with_('List-Id: <a.far.example>'), '<a@far.example>'], [with_('Precedence: bulk'), '<b@far.example>'], [with_('Auto-Submitted: auto-generated'), '<c@far.example>'],
    [with_('X-Auto-Response-Suppress: OOF'), '<d@far.example>'], [plain.replace('To: bob@', 'To: all@'), '<e@far.example>'],
  ]
  for (const [content, from] of quiet) assert.deepEqual(await send(given, ['bob@hikari.example'], content, from), ['250 2.0.0'])
  assert.deepEqual(queued(given), [])
})

test('an answer in HTML alone is HTML', async () => {
  await using given = await testReception()
  await bobWith(given, { vacation: { ...away, subject: null, text: null, html: '<p>不在です</p>' } })
  await send(given, ['bob@hikari.example'])
  const text = queued(given)[0]?.text ?? ''
  assert.match(text, /\r\nSubject: =\?UTF-8\?B\?QXV0bzog/)
  assert.match(text, /\r\nContent-Type: text\/html; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n/)
  assert.equal(Buffer.from(text.split('\r\n\r\n')[1] ?? '', 'base64').toString('utf8'), '<p>不在です</p>')
})

test('a vacation has its dates', async () => {
  await using given = await testReception()
  const nowMs = Date.now()
  await bobWith(given, { vacation: { ...away, fromMs: nowMs + 10 * 86_400_000, toMs: nowMs + 20 * 86_400_000 } })
  await send(given, ['bob@hikari.example'])
  assert.deepEqual(queued(given), [])
  given.clock.advance(11 * 86_400_000)
  await send(given, ['bob@hikari.example'], plain.replace('<1@', '<2@'))
  assert.equal(queued(given).length, 1)
  given.clock.advance(11 * 86_400_000)
  await send(given, ['bob@hikari.example'], plain.replace('<1@', '<3@'), '<other@far.example>')
  assert.equal(queued(given).length, 1)
})

test('what was seen before is a duplicate, also in another message', async () => {
  await using given = await testReception()
  const bob = await bobWith(given, { script: 'require ["duplicate", "fileinto"]; if duplicate { fileinto "Twice"; }' })
  await send(given, ['bob@hikari.example'])
  await send(given, ['bob@hikari.example'], plain.replace('body', 'other'))
  assert.equal((await given.mailOf(bob)).length, 1)
  assert.equal((await given.mailIn(bob, 'Twice')).length, 1)
})

test('where the queue is away the sender comes again, and a mailbox that has the message has it once', async () => {
  await using given = await testReception()
  const bob = await bobWith(given, { forwarding: { addresses: ['me@elsewhere.example'], keepsCopy: true } })
  const { enqueue } = given.queue
  Object.assign(given.queue, { enqueue: () => Promise.reject(new Error('away')) })
  assert.deepEqual(await send(given, ['bob@hikari.example']), ['451 4.3.0'])
  Object.assign(given.queue, { enqueue })
  assert.deepEqual(await send(given, ['bob@hikari.example']), ['250 2.0.0'])
  assert.equal((await given.mailOf(bob)).length, 1)
  assert.equal(queued(given).length, 1)
})

test('filters come after judging: what a person denied no script brings back', async () => {
  await using given = await testReception()
  await bobWith(given, { script: 'keep;' })
  given.lookup.setBook({ isp: { 'deny.action': 'discard' } })
  given.lookup.setBook({ deny: entryOf(given.listKey, 'isp', 'deny', 'far.example') })
  given.clock.advance(60_000)
  await send(given, ['bob@hikari.example'])
  assert.deepEqual(factsOf(given).map(({ state, filters }) => [state, filters]), [['discarded', undefined]])
})
