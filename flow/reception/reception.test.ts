import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { openQueued } from '@bulkhead/mail/queue/record.ts'
import { inlineBytesMax } from '@bulkhead/mail/account/incoming.ts'
import { realSealing } from '@bulkhead/seal/real-sealing.ts'
import { lineClient, type LineClient } from '../testing/line-client.ts'
import { testReception } from '../testing/reception.ts'

const small = 'Subject: hello\r\n\r\nbody\r\n'
type Given = Awaited<ReturnType<typeof testReception>>

const greeted = async (given: Given, caller: 'gate' | 'courier' = 'gate'): Promise<LineClient> => {
  const client = lineClient(given.paths[caller])
  assert.equal(await client.reply(), '220 mx1.hikari.example LMTP')
  assert.match(await client.ask('LHLO gate.example'), /^250-mx1\.hikari\.example\n(?:.*\n)*250-CHUNKING\n/)
  return client
}

interface Sent {
  readonly to: readonly string[]
  readonly from?: string
  readonly content?: string | Buffer
}

/** One transaction; every reply after LHLO. */
const send = async (client: LineClient, { to, from = '<alice@far.example>', content = small }: Sent): Promise<readonly string[]> => {
  const replies = [await client.ask(`MAIL FROM:${from}`)]
  for (const one of to) replies.push(await client.ask(`RCPT TO:<${one}>`))
  const bytes = Buffer.from(content)
  client.send(`BDAT ${bytes.length} LAST\r\n`)
  client.send(bytes)
  for (const _ of replies.slice(1).filter((reply) => reply.startsWith('250'))) replies.push(await client.reply())
  return replies
}

const finals = async (client: LineClient, sent: Sent): Promise<readonly string[]> =>
  (await send(client, sent)).slice(1 + sent.to.length).map((reply) => reply.slice(0, 9))

const reportsOf = ({ queue, queueKeys }: Given): readonly string[] =>
  [...queue.kept.values()].map(({ message, queuedAtMs }) => {
    const recipients = message.recipients.map((recipient, number) => ({ ...recipient, number, attempts: 0, delayTold: false }))
    const opened = openQueued(realSealing, queueKeys.privateKey, { ...message, lease: 0n, dropped: false, queuedAtMs, recipients })
    assert.equal(opened.queued.reversePath, '')
    return opened.openBody(message.body).toString('utf8')
  })

test('a message is stored bit for bit under its trace fields, and the mailroom hears of it', async () => {
  await using given = await testReception()
  const bob = await given.addAccount(['bob@hikari.example'])
  using client = await greeted(given)
  await client.ask('XCLIENT ADDR=192.0.2.7 PORT=99 HELO=mx.far.example PROTO=ESMTPS TLS=TLSv1.3')
  const content = Buffer.concat([Buffer.from('Subject: x\r\n\r\n'), randomBytes(1_000), Buffer.from('\r\n')])
  assert.deepEqual((await send(client, { to: ['Bob@Hikari.Example'], content })).at(-1)?.slice(0, 19), '250 2.0.0 Stored as')
  const [mail = ''] = await given.mailOf(bob)
  assert.ok(mail.endsWith(content.toString('latin1')))
  assert.match(
    mail.slice(0, -content.length),
    /^Return-Path: <alice@far\.example>\r\nReceived: from mx\.far\.example \(\[192\.0\.2\.7\]\)\r\n\tby mx1\.hikari\.example with ESMTPS \(TLSv1\.3\) id \S+\r\n\tfor <Bob@Hikari\.Example>;\r\n\t[^\r]+\r\n$/,
  )
  assert.deepEqual(given.woken, [bob.account])
})

test('no copy tells of the other recipients', async () => {
  await using given = await testReception()
  const bob = await given.addAccount(['bob@hikari.example'])
  await given.addAccount(['carol@hikari.example'])
  using client = await greeted(given)
  await send(client, { to: ['bob@hikari.example', 'carol@hikari.example'] })
  const [mail = ''] = await given.mailOf(bob)
  assert.doesNotMatch(mail, /carol|for </)
})

test('unknown recipients, foreign domains and cancelled accounts are refused at RCPT; dormant and suspended ones take mail', async () => {
  await using given = await testReception()
  await given.addAccount(['gone@hikari.example'], 'cancelled')
  await given.addAccount(['asleep@hikari.example'], 'dormant')
  await given.addAccount(['away@hikari.example'], 'suspended')
  using client = await greeted(given)
  await client.ask('MAIL FROM:<>')
  assert.match(await client.ask('RCPT TO:<nobody@hikari.example>'), /^550 5\.1\.1 /)
  assert.match(await client.ask('RCPT TO:<gone@hikari.example>'), /^550 5\.1\.1 /)
  assert.match(await client.ask('RCPT TO:<bob@far.example>'), /^550 5\.7\.1 /)
  assert.match(await client.ask('RCPT TO:<asleep@hikari.example>'), /^250 /)
  assert.match(await client.ask('RCPT TO:<away@hikari.example>'), /^250 /)
})

test('odd dots are one address, quoted or not', async () => {
  await using given = await testReception()
  const odd = await given.addAccount(['a..b.@hikari.example'])
  using client = await greeted(given)
  assert.deepEqual(await finals(client, { to: ['a..b.@hikari.example', '"a..b."@hikari.example'] }), ['250 2.0.0', '250 2.0.0'])
  assert.equal((await given.mailOf(odd)).length, 1)
})

test('a vault or a directory that is away is temporary, and nothing unknown is remembered', async () => {
  await using given = await testReception()
  using client = await greeted(given)
  given.lookup.setAway(true)
  await client.ask('MAIL FROM:<a@far.example>')
  assert.match(await client.ask('RCPT TO:<bob@hikari.example>'), /^451 4\.3\.0 /)
  given.lookup.setAway(false)
  assert.match(await client.ask('RCPT TO:<bob@hikari.example>'), /^550 5\.1\.1 /)
  await given.addAccount(['bob@hikari.example'])
  assert.match(await client.ask('RCPT TO:<bob@hikari.example>'), /^250 /)
  const asked = given.lookup.asked()
  assert.match(await client.ask('RCPT TO:<bob@hikari.example>'), /^250 /)
  assert.equal(given.lookup.asked(), asked)
})

test('an account that has as many messages as it may keep takes no more, whatever their size', async () => {
  await using given = await testReception()
  const { account } = await given.addAccount(['bob@hikari.example', 'rob@hikari.example'])
  await given.store.life.setMessageQuota(account, 1)
  using client = await greeted(given)
  assert.deepEqual(await finals(client, { to: ['bob@hikari.example'], content: 'X: y\r\n\r\none\r\n' }), ['250 2.0.0'])
  // The use is remembered for a moment: then the append itself refuses.
  const late = await finals(client, { to: ['bob@hikari.example'], content: 'X: y\r\n\r\ntwo\r\n' })
  assert.deepEqual(late, ['452 4.2.2'])
  const { messages } = await given.store.journal.usage(account) ?? assert.fail()
  assert.equal(messages, 1)
})

test('a full mailbox is said at RCPT where SIZE or use shows it, and by the answer where only the content does', async () => {
  await using given = await testReception()
  await given.addAccount(['bob@hikari.example'], 'active', 500)
  using client = await greeted(given)
  await client.ask('MAIL FROM:<a@far.example> SIZE=600')
  assert.match(await client.ask('RCPT TO:<bob@hikari.example>'), /^452 4\.2\.2 /)
  await client.ask('RSET')
  assert.deepEqual(await finals(client, { to: ['bob@hikari.example'], content: `X: y\r\n\r\n${'z'.repeat(600)}\r\n` }), ['452 4.2.2'])
  assert.equal(given.queue.kept.size, 0)
})

test('who is refused while others are served is told by a report, unless the sender is nobody', async () => {
  await using given = await testReception()
  const bob = await given.addAccount(['bob@hikari.example'])
  await given.addAccount(['full@hikari.example'], 'active', 300)
  using client = await greeted(given)
  const content = `Subject: quarterly\r\n\r\n${'z'.repeat(600)}\r\n`
  assert.deepEqual(await finals(client, { to: ['full@hikari.example', 'bob@hikari.example'], content }), ['250 2.0.0', '250 2.0.0'])
  assert.equal((await given.mailOf(bob)).length, 1)
  const [report = ''] = reportsOf(given)
  assert.match(report, /Final-Recipient: rfc822; full@hikari\.example\r\nAction: failed\r\nStatus: 5\.2\.2/)
  assert.match(report, /Subject: quarterly/)
  await finals(client, { to: ['full@hikari.example', 'bob@hikari.example'], content, from: '<>' })
  assert.equal(given.queue.kept.size, 1)
})

test('one fault makes the whole answer temporary, and the message that comes again is stored once for each', async () => {
  await using given = await testReception()
  const bob = await given.addAccount(['bob@hikari.example'])
  const carol = await given.addAccount(['carol@hikari.example'])
  using client = await greeted(given)
  const to = ['bob@hikari.example', 'carol@hikari.example']
  given.sick.add(carol.account)
  assert.deepEqual(await finals(client, { to }), ['451 4.3.0', '451 4.3.0'])
  await client.ask('XACK')
  given.sick.clear()
  assert.deepEqual(await finals(client, { to }), ['250 2.0.0', '250 2.0.0'])
  assert.deepEqual([(await given.mailOf(bob)).length, (await given.mailOf(carol)).length], [1, 1])
})

test('a courier hears of each recipient by itself', async () => {
  await using given = await testReception()
  await given.addAccount(['bob@hikari.example'])
  const carol = await given.addAccount(['carol@hikari.example'])
  given.sick.add(carol.account)
  using client = await greeted(given, 'courier')
  assert.deepEqual(await finals(client, { to: ['bob@hikari.example', 'carol@hikari.example'] }), ['250 2.0.0', '451 4.3.0'])
  assert.match(await client.ask('XCLIENT ADDR=192.0.2.1'), /^550 /)
})

test('a message that was not acknowledged is known when it comes again; one that was is a new message', async () => {
  await using given = await testReception()
  const bob = await given.addAccount(['bob@hikari.example'])
  const to = ['bob@hikari.example']
  using first = await greeted(given)
  await finals(first, { to })
  using second = await greeted(given)
  await finals(second, { to })
  assert.equal((await given.mailOf(bob)).length, 1)
  await second.ask('XACK')
  await finals(second, { to })
  assert.equal((await given.mailOf(bob)).length, 2)
})

test('what a relay sends twice is known even after the acknowledgement', async () => {
  await using given = await testReception()
  const bob = await given.addAccount(['bob@hikari.example'])
  using client = await greeted(given)
  const sent = { to: ['bob@hikari.example'], content: `Received: from a by b id 7; now\r\n${small}` }
  await finals(client, sent)
  await client.ask('XACK')
  await finals(client, sent)
  assert.equal((await given.mailOf(bob)).length, 1)
})

test('loops, large messages and endless headers are refused, and the connection goes on', async () => {
  await using given = await testReception(400_000)
  const bob = await given.addAccount(['bob@hikari.example'])
  using client = await greeted(given)
  const to = ['bob@hikari.example']
  assert.deepEqual(await finals(client, { to, content: `${'Received: from a by b; now\r\n'.repeat(51)}${small}` }), ['554 5.4.6'])
  assert.deepEqual(await finals(client, { to, content: `${small}${'x'.repeat(400_000)}` }), ['552 5.3.4'])
  assert.deepEqual(await finals(client, { to, content: 'X: y\r\n'.repeat(50_000) }), ['552 5.3.4'])
  assert.match(await client.ask('MAIL FROM:<a@far.example> SIZE=400001'), /^552 5\.3\.4 /)
  assert.deepEqual(await finals(client, { to }), ['250 2.0.0'])
  assert.equal((await given.mailOf(bob)).length, 1)
})

test('a large message goes to the blob store, and nothing stays of one that was not taken', async () => {
  await using given = await testReception(4 * inlineBytesMax)
  const bob = await given.addAccount(['bob@hikari.example'])
  await given.addAccount(['full@hikari.example'], 'active', 100_000)
  using client = await greeted(given)
  const content = Buffer.concat([Buffer.from('Subject: big\r\n\r\n'), randomBytes(2 * inlineBytesMax)])
  await finals(client, { to: ['bob@hikari.example'], content })
  const held = given.store.blobs.bytesHeld()
  assert.ok(held > content.length)
  assert.ok((await given.mailOf(bob))[0]?.endsWith(content.toString('latin1')))
  await finals(client, { to: ['bob@hikari.example'], content })
  assert.deepEqual(await finals(client, { to: ['full@hikari.example'], content }), ['452 4.2.2'])
  assert.equal(given.store.blobs.bytesHeld(), held)
})

test('a message for which there is no memory now is to come again later; others go on', async () => {
  await using given = await testReception(1_000_000, 1_200_000)
  const bob = await given.addAccount(['bob@hikari.example'])
  using first = await greeted(given)
  using second = await greeted(given)
  for (const client of [first, second]) {
    await client.ask('MAIL FROM:<a@far.example> SIZE=700000')
    assert.match(await client.ask('RCPT TO:<bob@hikari.example>'), /^250 /)
  }
  first.send('BDAT 6\r\nX: y\r\n')
  assert.equal(await first.reply(), '250 2.0.0 6 octets')
  second.send('BDAT 6\r\nX: y\r\n')
  assert.match(await second.reply(), /^452 4\.3\.1 /)
  second.send('BDAT 0 LAST\r\n')
  assert.match(await second.reply(), /^452 4\.3\.1 /)
  await second.ask('MAIL FROM:<a@far.example> SIZE=700000')
  assert.match(await second.ask('RCPT TO:<bob@hikari.example>'), /^452 4\.3\.1 /, 'who says the size hears it at once')
  await second.ask('RSET')
  assert.deepEqual(await finals(second, { to: ['bob@hikari.example'] }), ['250 2.0.0'])
  first.send('BDAT 0 LAST\r\n')
  assert.match(await first.reply(), /^250 2\.0\.0 Stored/)
  assert.equal((await given.mailOf(bob)).length, 2)
  assert.equal(given.memory.heldBytes, 0)
})

test('chunks are answered one by one, RSET forgets them, and a caller that leaves in the middle leaves nothing', async () => {
  await using given = await testReception()
  const bob = await given.addAccount(['bob@hikari.example'])
  using client = await greeted(given)
  await client.ask('MAIL FROM:<a@far.example>')
  await client.ask('RCPT TO:<bob@hikari.example>')
  client.send('BDAT 5\r\nX: y\r')
  assert.equal(await client.reply(), '250 2.0.0 5 octets')
  client.send('BDAT 1\r\n\n')
  assert.equal(await client.reply(), '250 2.0.0 1 octets')
  assert.match(await client.ask('RSET'), /^250 /)
  client.send('BDAT 3 LAST\r\nabc')
  assert.match(await client.reply(), /^503 /)
  await client.ask('MAIL FROM:<a@far.example>')
  await client.ask('RCPT TO:<nobody@hikari.example>')
  client.send('BDAT 3 LAST\r\nabc')
  assert.match(await client.reply(), /^554 5\.5\.1 /)
  await client.ask('RCPT TO:<bob@hikari.example>')
  client.send('BDAT 10 LAST\r\nabc')
  client[Symbol.dispose]()
  await new Promise((resolve) => setTimeout(resolve, 250))
  assert.deepEqual(await given.mailOf(bob), [])
})

test('a whole transaction may be pipelined, and any chunking of it gives the same', async () => {
  await using given = await testReception()
  const bob = await given.addAccount(['bob@hikari.example'])
  const stream = Buffer.from(`MAIL FROM:<a@far.example>\r\nRCPT TO:<bob@hikari.example>\r\nBDAT 9\r\nX: y\r\n\r\nzBDAT 2 LAST\r\n\r\nXACK\r\nNOOP\r\n`)
  using client = await greeted(given)
  const cutsOf = fc.array(fc.nat(stream.length), { maxLength: 12 })
  let count = 0
  await fc.assert(
    fc.asyncProperty(cutsOf, async (cuts) => {
      let at = 0
      for (const cut of [...cuts].sort((a, b) => a - b)) {
        client.send(stream.subarray(at, cut))
        at = Math.max(at, cut)
        await new Promise((resolve) => setImmediate(resolve))
      }
      client.send(stream.subarray(at))
      const codes = []
      for (let reply = 0; reply < 6; reply += 1) codes.push((await client.reply()).slice(0, 3))
      assert.deepEqual(codes, Array<string>(6).fill('250'))
      count += 1
    }),
    { numRuns: 25 },
  )
  const mails = await given.mailOf(bob)
  assert.equal(mails.length, count)
  assert.ok(mails.every((mail) => mail.endsWith('X: y\r\n\r\nz\r\n')))
})

test('garbage is answered or cut off, and disturbs nobody else', async () => {
  await using given = await testReception()
  await given.addAccount(['bob@hikari.example'])
  using other = await greeted(given)
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 4_000 }), async (bytes) => {
      using client = lineClient(given.paths.gate)
      await client.reply()
      client.send(bytes)
      client.send('\r\nQUIT\r\n')
      for (let reply = await client.reply(); reply !== 'closed' && !reply.startsWith('221'); reply = await client.reply()) {
        assert.match(reply, /^[245]/)
      }
    }),
    { numRuns: 30 },
  )
  using client = lineClient(given.paths.gate)
  await client.reply()
  client.send(`MAIL ${'x'.repeat(100_000)}\r\nNOOP\r\n`)
  assert.match(await client.reply(), /^500 /)
  assert.match(await client.reply(), /^250 /)
  client.send('BDAT 99999999999999999999\r\n')
  assert.match(await client.reply(), /^501 /)
  assert.equal(await client.reply(), 'closed')
  assert.deepEqual(await finals(other, { to: ['bob@hikari.example'] }), ['250 2.0.0'])
})
