/** What senders may ask by ESMTP parameters, seen at intake's door: reports, binary content, REQUIRETLS. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openQueued } from '@bulkhead/mail/queue/record.ts'
import { realSealing } from '@bulkhead/seal/real-sealing.ts'
import { lineClient, type LineClient } from '../testing/line-client.ts'
import { testReception } from '../testing/reception.ts'

type Given = Awaited<ReturnType<typeof testReception>>

const greeted = async ({ paths }: Given, caller: 'gate' | 'courier' = 'gate'): Promise<LineClient> => {
  const client = lineClient(paths[caller])
  await client.reply()
  await client.ask('LHLO gate.example')
  return client
}

/** Parameters of MAIL and of each RCPT; the replies after content. */
const send = async (client: LineClient, mail: string, rcpts: readonly string[], content: Buffer | string = 'Subject: quarterly\r\n\r\nsecret body\r\n') => {
  assert.match(await client.ask(`MAIL FROM:${mail}`), /^250 /)
  for (const rcpt of rcpts) assert.match(await client.ask(`RCPT TO:${rcpt}`), /^250 /)
  const bytes = Buffer.from(content)
  client.send(`BDAT ${bytes.length} LAST\r\n`)
  client.send(bytes)
  const replies = []
  for (const _ of rcpts) replies.push((await client.reply()).slice(0, 9))
  return replies
}

const reportsOf = ({ queue, queueKeys }: Given) =>
  [...queue.kept.values()].map(({ message, queuedAtMs }) => {
    const recipients = message.recipients.map((recipient, number) => ({ ...recipient, number, attempts: 0, delayTold: false }))
    const opened = openQueued(realSealing, queueKeys.privateKey, { ...message, lease: 0n, dropped: false, queuedAtMs, recipients })
    return { ...opened.queued, text: opened.openBody(message.body).toString('utf8') }
  })

test('who asks to hear of success hears of those who have the message, with what the envelope called them', async () => {
  await using given = await testReception()
  await given.addAccount(['bob@hikari.example'])
  await given.addAccount(['carol@hikari.example'])
  using client = await greeted(given)
  await send(client, '<alice@far.example> RET=FULL ENVID=QQ+2B314', [
    '<bob@hikari.example> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;Bob+2Bx@old.example', '<carol@hikari.example> NOTIFY=FAILURE',
  ])
  const [report, ...others] = reportsOf(given)
  assert.equal(others.length, 0)
  assert.deepEqual([report?.reversePath, report?.recipients[0]?.forwardPath, report?.recipients[0]?.notify], ['', 'alice@far.example', []])
  assert.match(report?.text ?? '', /^DKIM-Signature: d=mx1\.hikari\.example\r\n/)
  assert.match(report?.text ?? '', /Original-Envelope-Id: QQ\+314\r\n/)
  assert.match(report?.text ?? '', /Original-Recipient: rfc822; Bob\+x@old\.example\r\nFinal-Recipient: rfc822; bob@hikari\.example\r\nAction: delivered\r\nStatus: 2\.0\.0/)
  assert.doesNotMatch(report?.text ?? '', /carol|secret body/)
})

test('nobody hears of success who did not ask, who is nobody, or who hears it from the courier', async () => {
  await using given = await testReception()
  await given.addAccount(['bob@hikari.example'])
  using client = await greeted(given)
  await send(client, '<alice@far.example>', ['<bob@hikari.example>'])
  await send(client, '<alice@far.example>', ['<bob@hikari.example> NOTIFY=NEVER'])
  await send(client, '<>', ['<bob@hikari.example> NOTIFY=SUCCESS'])
  using courier = await greeted(given, 'courier')
  await send(courier, '<alice@far.example>', ['<bob@hikari.example> NOTIFY=SUCCESS'], 'Subject: other\r\n\r\n')
  assert.equal(reportsOf(given).length, 0)
})

test('failure is told as RET asks, and not to who asked never to hear of it', async () => {
  await using given = await testReception()
  await given.addAccount(['bob@hikari.example'])
  await given.addAccount(['full@hikari.example'], 'active', 300)
  using client = await greeted(given)
  const content = `Subject: quarterly\r\n\r\nsecret body${'z'.repeat(600)}\r\n`
  const to = (params: string) => ['<bob@hikari.example>', `<full@hikari.example>${params}`]
  assert.deepEqual(await send(client, '<alice@far.example>', to(' NOTIFY=NEVER'), content), ['250 2.0.0', '250 2.0.0'])
  assert.deepEqual(await send(client, '<alice@far.example>', to(' NOTIFY=SUCCESS'), content), ['250 2.0.0', '250 2.0.0'])
  assert.equal(reportsOf(given).length, 0)
  await send(client, '<alice@far.example> RET=HDRS', to(''), content)
  await send(client, '<alice@far.example> RET=FULL REQUIRETLS', to(''), content)
  const [headers, whole] = reportsOf(given)
  assert.match(headers?.text ?? '', /Action: failed/)
  assert.doesNotMatch(headers?.text ?? '', /secret body/)
  assert.match(whole?.text ?? '', /secret body/)
  assert.deepEqual([headers?.requireTls, whole?.requireTls], [false, true])
})

const binary = Buffer.concat([
  Buffer.from('Subject: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\nContent-Transfer-Encoding: binary\r\n\r\n'),
  Buffer.from('--b\r\nContent-Type: text/plain\r\n\r\nplain\r\n--b\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: binary\r\n\r\n'),
  Buffer.from([0, 13, 10, 0x2e, 13, 10, 10, 13, 0xff, 0]),
  Buffer.from('\r\n--b--\r\n'),
])

test('binary parts of BINARYMIME are stored in base64, all else as it came', async () => {
  await using given = await testReception()
  const bob = await given.addAccount(['bob@hikari.example'])
  using client = await greeted(given)
  assert.deepEqual(await send(client, '<a@far.example> BODY=BINARYMIME', ['<bob@hikari.example>'], binary), ['250 2.0.0'])
  const [mail = ''] = await given.mailOf(bob)
  assert.ok(mail.includes('--b\r\nContent-Type: text/plain\r\n\r\nplain\r\n--b\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\nAA0KLg0KCg3/AA==\r\n'))
  // eslint-disable-next-line no-control-regex
  assert.doesNotMatch(mail, /\0|\r(?!\n)|(?<!\r)\n/)
  assert.equal(given.memory.heldBytes, 0)
})

test('octets of BINARYMIME outside of binary parts that are no text are refused', async () => {
  await using given = await testReception()
  const bob = await given.addAccount(['bob@hikari.example'])
  using client = await greeted(given)
  for (const content of ['Subject: x\r\n\r\nbare\nline\r\n', 'Subject: x\0\r\n\r\n', 'Subject: x\rX: y\r\n\r\n', 'Content-Transfer-Encoding: 8bit\r\n\r\na\0\r\n']) {
    assert.deepEqual(await send(client, '<a@far.example> BODY=BINARYMIME', ['<bob@hikari.example>'], content), ['554 5.6.0'])
  }
  assert.equal((await given.mailOf(bob)).length, 0)
  assert.equal(given.memory.heldBytes, 0)
})
