import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '@bulkhead/wire/jmap/json.ts'
import { jmapInProcess } from '../testing/jmap-in-process.ts'

const asking = 'From: bob@far.example\r\nTo: alice@one.example\r\nSubject: =?UTF-8?B?5p2h5Lu2?=\r\nMessage-ID: <q@far.example>\r\nDisposition-Notification-To: Bob <bob@far.example>\r\n\r\nbody\r\n'
const displayed: JsonObject = { actionMode: 'manual-action', sendingMode: 'mdn-sent-manually', type: 'displayed' }

const prepared = async (message = asking) => {
  const jmap = await jmapInProcess()
  const { created } = await jmap.call('Email/import', { emails: { i: { blobId: jmap.blobs.upload(message), mailboxIds: { [await jmap.mailbox('INBOX')]: true } } } })
  const { list: [{ id: identityId }] } = await jmap.call('Identity/get', {})
  return { jmap, identityId, forEmailId: created.i.id as string }
}

test('a report goes to who asked for it, from nobody, once; what is sent can be read', async () => {
  const { jmap, identityId, forEmailId } = await prepared()
  const args = { identityId, send: { r: { forEmailId, disposition: displayed, textBody: '開封しました。', reportingUA: 'Webmail' } }, onSuccessUpdateEmail: { '#r': { 'keywords/$mdnsent': true } } }
  const responses = await jmap.request(['MDN/send', args])
  assert.deepEqual(responses.map(([name]) => name), ['MDN/send', 'Email/set'])
  assert.deepEqual(responses[0]?.[1].sent.r, { finalRecipient: 'rfc822; alice@one.example', originalMessageId: 'q@far.example', originalRecipient: null, mdnGateway: null, error: null })
  const [id] = jmap.sending.queue.kept.keys()
  assert.ok(id !== undefined)
  const queued = jmap.sending.opened(id)
  assert.deepEqual([queued.reversePath, queued.recipients], ['', ['bob@far.example']])
  const { parsed } = await jmap.call('MDN/parse', { blobIds: [jmap.blobs.upload(Buffer.from(queued.text, 'latin1'))] })
  const [mdn] = Object.values(parsed) as JsonObject[]
  assert.deepEqual(
    [mdn?.['disposition'], mdn?.['finalRecipient'], mdn?.['originalMessageId'], mdn?.['reportingUA'], String(mdn?.['textBody']).trim()],
    [displayed, 'rfc822; alice@one.example', '<q@far.example>', 'Webmail', '開封しました。'],
  )
  assert.equal((await jmap.call('MDN/send', args)).notSent.r.type, 'mdnAlreadySent')
})

test('without a question there is no report; nobody reports for another; fields hold no lines', async () => {
  const unasked = await prepared('From: bob@far.example\r\nSubject: x\r\n\r\nbody\r\n')
  const send = async ({ jmap, identityId, forEmailId }: Awaited<ReturnType<typeof prepared>>, more: JsonObject = {}) =>
    (await jmap.call('MDN/send', { identityId, send: { r: { forEmailId, disposition: displayed, ...more } } })).notSent?.r
  assert.equal((await send(unasked)).type, 'notFound')
  const asked = await prepared()
  assert.equal((await send(asked, { finalRecipient: 'rfc822; boss@far.example' })).type, 'forbiddenFrom')
  assert.deepEqual((await send(asked, { reportingUA: 'x\r\nDisposition: y' })).properties, ['reportingUA'])
  assert.deepEqual((await send(asked, { extensionFields: { 'X-A': 'b\r\n' } })).properties, ['extensionFields'])
  assert.deepEqual((await send(asked, { disposition: { ...displayed, type: 'eaten' } })).properties, ['disposition'])
  assert.equal(asked.jmap.sending.queue.kept.size, 0)
})

test('what is no report is not parsable', async () => {
  const jmap = await jmapInProcess()
  const blob = jmap.blobs.upload(asking)
  assert.deepEqual((await jmap.call('MDN/parse', { blobIds: [blob, 'Unone'] })), { accountId: jmap.accountId, parsed: null, notParsable: [blob], notFound: ['Unone'] })
})

test('RFC 9007 section 1: a report is for the sent Email that it names, where there is one', async () => {
  const jmap = await jmapInProcess()
  const sent = await jmap.mailbox('Sent')
  await jmap.call('Mailbox/set', { update: { [sent]: { role: 'sent' } } })
  const { created } = await jmap.call('Email/set', { create: { e: { mailboxIds: { [sent]: true }, from: [{ email: 'alice@one.example' }], messageId: ['mine@one.example'], subject: 's' } } })
  const report = (id: string): string => jmap.blobs.upload(
    `Content-Type: multipart/report; boundary=r\r\n\r\n--r\r\nContent-Type: message/disposition-notification\r\n\r\nFinal-Recipient: rfc822; bob@far.example\r\nOriginal-Message-ID: ${id}\r\nDisposition: manual-action/MDN-sent-manually; displayed\r\n\r\n--r--\r\n`)
  const [mine, other] = [report('<mine@one.example>'), report('<other@one.example>')]
  const { parsed } = await jmap.call('MDN/parse', { blobIds: [mine, other] })
  assert.deepEqual([parsed[mine].forEmailId, parsed[other].forEmailId], [created.e.id, null])
})
