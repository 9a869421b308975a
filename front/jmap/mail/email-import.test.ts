import assert from 'node:assert/strict'
import { test } from 'node:test'
import { jmapInProcess } from '../testing/jmap-in-process.ts'

const eml = 'Received: from a by b; Fri, 20 Nov 2026 10:00:00 +0900\r\nFrom: bob@far.example\r\nSubject: =?UTF-8?B?6KaL56mN?=\r\n\r\nbody\r\n'

test('a message is filed as it is, from when its last server had it', async () => {
  const jmap = await jmapInProcess()
  const inbox = await jmap.mailbox('INBOX')
  const { created } = await jmap.call('Email/import', { emails: { i: { blobId: jmap.blobs.upload(eml), mailboxIds: { [inbox]: true }, keywords: { $seen: true } } } })
  assert.equal((await jmap.message(created.i.id)).toString(), eml)
  const { list: [email] } = await jmap.call('Email/get', { ids: [created.i.id], properties: ['subject', 'receivedAt', 'keywords', 'blobId', 'threadId', 'size'] })
  const { id, blobId, threadId, size } = created.i
  assert.deepEqual(email, { id, blobId, threadId, size, subject: '見積', receivedAt: '2026-11-20T01:00:00Z', keywords: { $seen: true } })
})

test('files of mail programs, with lines in LF and binary parts, become messages', async () => {
  const jmap = await jmapInProcess()
  const mailboxIds = { [await jmap.mailbox('INBOX')]: true }
  const binary = Buffer.from('Subject: x\nContent-Type: application/octet-stream\nContent-Transfer-Encoding: binary\n\n\0\x01\x02')
  const { created } = await jmap.call('Email/import', { emails: { i: { blobId: jmap.blobs.upload(binary), mailboxIds, receivedAt: '2026-01-01T00:00:00Z' } } })
  const text = (await jmap.message(created.i.id)).toString()
  assert.match(text, /^Subject: x\r\nContent-Type: application\/octet-stream\r\nContent-Transfer-Encoding: base64\r\n\r\nAAEC\r\n$/)
})

test('what is no message, not there, or filed nowhere is refused', async () => {
  const jmap = await jmapInProcess()
  const mailboxIds = { [await jmap.mailbox('INBOX')]: true }
  const { notCreated } = await jmap.call('Email/import', { emails: {
    text: { blobId: jmap.blobs.upload('no header at all\n\nno'), mailboxIds }, none: { blobId: 'Unone', mailboxIds },
    nowhere: { blobId: jmap.blobs.upload(eml), mailboxIds: {} }, more: { blobId: jmap.blobs.upload(eml), mailboxIds, subject: 'x' },
    large: { blobId: jmap.blobs.upload(Buffer.alloc(200_000)), mailboxIds },
  } })
  const types = Object.fromEntries(Object.entries(notCreated).map(([name, error]) => [name, (error as { type: string }).type]))
  assert.deepEqual(types, { text: 'invalidEmail', none: 'blobNotFound', nowhere: 'invalidProperties', more: 'invalidProperties', large: 'tooLarge' })
})

test('a session has one account: nothing can be copied between two', async () => {
  const jmap = await jmapInProcess()
  const copy = async (fromAccountId: string) => (await jmap.request(['Email/copy', { fromAccountId, create: {} }]))[0]
  assert.deepEqual((await copy('Aother'))?.[1], { type: 'fromAccountNotFound' })
  assert.equal((await copy(jmap.accountId))?.[1].type, 'invalidArguments')
})

test('a message attached to another is parsed, and its own attachments can be downloaded', async () => {
  const jmap = await jmapInProcess()
  const mailboxIds = { [await jmap.mailbox('INBOX')]: true }
  const inner = 'From: =?UTF-8?B?5bGx55Sw?= <y@far.example>\r\nSubject: inner\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nこんにちは\r\n--b\r\n' +
    'Content-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename=a.pdf\r\n\r\nUERG\r\n--b--\r\n'
  const { created } = await jmap.call('Email/set', { create: { k: { mailboxIds, attachments: [{ blobId: jmap.blobs.upload(inner), type: 'message/rfc822', name: '転送.eml' }] } } })
  const { list: [{ attachments }] } = await jmap.call('Email/get', { ids: [created.k.id], properties: ['attachments'] })
  const [{ blobId, type, name }] = attachments
  assert.deepEqual([type, name], ['message/rfc822', '転送.eml'])
  const { parsed } = await jmap.call('Email/parse', { blobIds: [blobId], fetchTextBodyValues: true, properties: ['id', 'from', 'subject', 'bodyValues', 'attachments', 'size', 'keywords'] })
  const email = parsed[blobId]
  assert.deepEqual([email.id, email.keywords, email.subject, email.from, email.size], [null, null, 'inner', [{ name: '山田', email: 'y@far.example' }], Buffer.byteLength(inner)])
  assert.deepEqual(Object.values(email.bodyValues).map((value) => (value as { value: string }).value), ['こんにちは'])
  assert.equal((await jmap.blobs.read(jmap.account, email.attachments[0].blobId, 100)).toString(), 'PDF')
})

test('uploads are parsed too; what is none says so', async () => {
  const jmap = await jmapInProcess()
  const [good, bad] = [jmap.blobs.upload(eml), jmap.blobs.upload('%PDF-1.7\nno')]
  const { parsed, notParsable, notFound } = await jmap.call('Email/parse', { blobIds: [good, bad, 'Unone'] })
  assert.deepEqual([parsed[good].subject, notParsable, notFound], ['見積', [bad], ['Unone']])
  const [, refused] = (await jmap.request(['Email/parse', { blobIds: Array.from({ length: 51 }, (_, at) => `U${at}`) }]))[0] ?? []
  assert.equal(refused.type, 'requestTooLarge')
})
