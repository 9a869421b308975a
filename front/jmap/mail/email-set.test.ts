import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { emailsIn } from '@bulkhead/mail/email/emails.ts'
import { keywordsOfFlags } from '@bulkhead/mail/email/keywords.ts'
import { messageOfEmail } from '@bulkhead/mail/email/ids.ts'
import { decodedContent } from '@bulkhead/wire/mime/decoded-text.ts'
import { decodedWords } from '@bulkhead/wire/mime/encoded-word.ts'
import { fieldText, headerFields } from '@bulkhead/wire/mime/header.ts'
import { indexMessage } from '@bulkhead/wire/mime/indexer.ts'
import type { Part } from '@bulkhead/wire/mime/message-index.ts'
import type { JsonObject } from '@bulkhead/wire/jmap/json.ts'
import { jmapInProcess, type JmapInProcess } from '../testing/jmap-in-process.ts'

const create = async (jmap: JmapInProcess, email: JsonObject) => {
  const { created, notCreated } = await jmap.call('Email/set', { create: { k: email } })
  return { created: created?.k, refused: notCreated?.k }
}

const headerOf = (message: Buffer): Readonly<Record<string, string>> =>
  Object.fromEntries(headerFields(message).map((field) => [field.name, decodedWords(fieldText(message, field))]))
const shapeOf = (part: Part): string => (part.type === 'multipart' ? `${part.subtype}(${part.parts.map(shapeOf).join(' ')})` : `${part.type}/${part.subtype}`)
const stateOf = (jmap: JmapInProcess, id: string) => {
  const emails = emailsIn(jmap.account.state().own)
  const [entry] = emails.entriesOf(messageOfEmail(id) ?? ('' as never))
  if (entry === undefined) return undefined
  const names = emails.mailboxIdsOf(entry).map((mailbox) => jmap.account.state().mailboxes.get(mailbox)?.name)
  return { keywords: keywordsOfFlags(emails.flagsOf(entry)).toSorted(), mailboxes: names.toSorted() }
}

test('a draft with text, HTML, a picture inside and a Japanese attachment is the message that people expect', async () => {
  const jmap = await jmapInProcess()
  const drafts = await jmap.mailbox('Drafts')
  const { created } = await create(jmap, {
    mailboxIds: { [drafts]: true }, keywords: { $draft: true, $seen: true },
    from: [{ name: '山田 太郎', email: 'alice@one.example' }], to: [{ name: null, email: 'bob@日本語.example' }], subject: '見積書の件（再送）',
    sentAt: '2026-11-21T18:00:00+09:00', inReplyTo: ['1@far.example'], references: ['0@far.example', '1@far.example'],
    bodyValues: { t: { value: 'お世話になっております。\nよろしく' }, h: { value: '<p>お世話になっております。<img src="cid:logo@one"></p>' } },
    textBody: [{ partId: 't', type: 'text/plain' }], htmlBody: [{ partId: 'h', type: 'text/html' }],
    attachments: [
      { blobId: jmap.blobs.upload('PNG'), type: 'image/png', cid: 'logo@one', disposition: 'inline', name: 'ロゴ.png' },
      { blobId: jmap.blobs.upload('PDF'), type: 'application/pdf', name: '見積書（令和８年度）.pdf' },
    ],
  })
  const message = await jmap.message(created.id)
  const header = headerOf(message)
  assert.deepEqual(
    [header['from'], header['to'], header['subject'], header['date'], header['in-reply-to'], header['references']],
    ['山田 太郎 <alice@one.example>', '<bob@xn--wgv71a119e.example>', '見積書の件（再送）', 'Sat, 21 Nov 2026 18:00:00 +0900', '<1@far.example>', '<0@far.example> <1@far.example>'],
  )
  assert.match(header['message-id'] ?? '', /^<[0-9a-f]{36}@one\.example>$/)
  const { root, sizeBytes } = indexMessage(message)
  assert.equal(shapeOf(root), 'mixed(alternative(text/plain related(text/html image/png)) application/pdf)')
  assert.equal(root.parts[1]?.fileName, '見積書（令和８年度）.pdf')
  const text = root.parts[0]?.parts[0]
  assert.equal(decodedContent(text?.encoding ?? '', message.subarray(text?.bodyStart, text?.bodyEnd)).toString(), 'お世話になっております。\r\nよろしく')
  assert.equal(created.size, sizeBytes)
  assert.deepEqual(stateOf(jmap, created.id), { keywords: ['$draft', '$seen'], mailboxes: ['Drafts'] })
})

test('bodyStructure is taken as it stands, format=flowed too', async () => {
  const jmap = await jmapInProcess()
  const { created } = await create(jmap, {
    mailboxIds: { [await jmap.mailbox('INBOX')]: true }, 'header:X-Test:asText': 'テスト', 'header:X-Many:asRaw:all': ['one', 'two'],
    bodyStructure: { type: 'multipart/mixed', subParts: [{ partId: '1', 'header:Content-Type': ' text/plain; format=flowed; delsp=yes', language: ['ja'] }, { blobId: jmap.blobs.upload('Subject: x\r\n\r\ny'), type: 'message/rfc822' }] },
    bodyValues: { 1: { value: '一行目 \n二行目' } },
  })
  const message = await jmap.message(created.id)
  const { root } = indexMessage(message)
  assert.equal(shapeOf(root), 'mixed(text/plain message/rfc822)')
  assert.deepEqual(root.parts[0]?.parameters, [['format', 'flowed'], ['delsp', 'yes'], ['charset', 'utf-8']])
  assert.deepEqual(headerFields(message).filter(({ name }) => name.startsWith('x-')).map((field) => decodedWords(fieldText(message, field))), ['テスト', 'one', 'two'])
})

test('every wrong property is named', async () => {
  const jmap = await jmapInProcess()
  const inbox = await jmap.mailbox('INBOX')
  const good: JsonObject = { mailboxIds: { [inbox]: true }, subject: 'x' }
  const wrong: readonly (readonly [JsonObject, readonly string[]])[] = [
    [{ subject: 'x' }, ['mailboxIds']],
    [{ mailboxIds: {} }, ['mailboxIds']],
    [{ mailboxIds: { '00000000-0000-0000-0000-000000000000': true } }, ['mailboxIds']],
    [{ ...good, mailboxIds: { [inbox]: false } }, ['mailboxIds']],
    [{ ...good, keywords: { 'a b': true } }, ['keywords']],
    [{ ...good, subject: 'x\r\nBcc: evil@far.example' }, ['subject']],
    [{ ...good, subject: 'x\u0000' }, ['subject']],
    [{ ...good, from: [{ name: 'x\n', email: 'a@b.example' }] }, ['from/0/name']],
    [{ ...good, to: [{ name: null, email: 'a@b.example>\r\nX: y' }] }, ['to/0/email']],
    [{ ...good, 'header:X-A:asRaw': ' one\r\nBcc: evil@far.example' }, ['header:X-A:asRaw']],
    [{ ...good, 'header:X-A:asRaw': ' one\r\n \r\n two' }, ['header:X-A:asRaw']],
    [{ ...good, 'header:X A:asRaw': ' one' }, ['header:X A:asRaw']],
    [{ ...good, 'header:Content-Type:asRaw': 'text/html' }, ['header:Content-Type:asRaw']],
    [{ ...good, 'header:Subject:asText': 'twice' }, ['header:Subject:asText']],
    [{ ...good, messageId: ['a b'] }, ['messageId/0']],
    [{ ...good, headers: [] }, ['headers']],
    [{ ...good, id: 'x', blobId: 'y' }, ['id', 'blobId']],
    [{ ...good, bodyStructure: { partId: '1' } }, ['bodyStructure/partId']],
    [{ ...good, bodyStructure: { type: 'multipart/mixed' } }, ['bodyStructure/type']],
    [{ ...good, bodyStructure: { type: 'text/plain', partId: '1', blobId: 'U1' }, bodyValues: { 1: { value: '' } } }, ['bodyStructure/partId']],
    [{ ...good, bodyStructure: { type: 'text/plain\r\nX: y', partId: '1' }, bodyValues: { 1: { value: '' } } }, ['bodyStructure/type']],
    [{ ...good, bodyStructure: { partId: '1', 'header:Content-Transfer-Encoding': '8bit' }, bodyValues: { 1: { value: '' } } }, ['bodyStructure/header:Content-Transfer-Encoding']],
    [{ ...good, bodyStructure: { partId: '1', 'header:Content-Type': 'multipart/mixed; boundary=x' }, bodyValues: { 1: { value: '' } } }, ['bodyStructure/header:Content-Type']],
    [{ ...good, textBody: [{ partId: '1', type: 'text/plain', charset: 'utf-8' }], bodyValues: { 1: { value: '' } } }, ['textBody/0/charset']],
    [{ ...good, textBody: [{ partId: '1', type: 'text/html' }], bodyValues: { 1: { value: '' } } }, ['textBody/0/type']],
    [{ ...good, bodyValues: { 1: { value: '', isTruncated: true } } }, ['bodyValues/1/isTruncated']],
  ]
  for (const [email, properties] of wrong) {
    const { refused } = await create(jmap, email)
    assert.deepEqual([refused?.type, refused?.properties], ['invalidProperties', properties], JSON.stringify(email))
  }
  assert.equal(jmap.account.state().inbox.messages.count, 0)
})

test('blobs that are not there, and messages too large, say so', async () => {
  const jmap = await jmapInProcess()
  const mailboxIds = { [await jmap.mailbox('INBOX')]: true }
  const { refused } = await create(jmap, { mailboxIds, attachments: [{ blobId: 'Unone', type: 'a/b' }, { blobId: 'Bother', type: 'a/b' }] })
  assert.deepEqual(refused, { type: 'blobNotFound', notFound: ['Unone', 'Bother'] })
  const blobId = jmap.blobs.upload(Buffer.alloc(80_000))
  assert.equal((await create(jmap, { mailboxIds, attachments: [{ blobId, type: 'a/b' }] })).refused.type, 'tooLarge')
  assert.equal((await create(jmap, { mailboxIds, attachments: Array.from({ length: 900 }, () => ({ blobId, type: 'a/b' })) })).refused.type, 'tooLarge')
})

test('fifty thousand parts, endless nesting and thousands of recipients are refused before they cost anything', async () => {
  const jmap = await jmapInProcess()
  const mailboxIds = { [await jmap.mailbox('INBOX')]: true }
  const bodyValues = { 1: { value: 'x' } }
  const many = await create(jmap, { mailboxIds, bodyValues, bodyStructure: { type: 'multipart/mixed', subParts: Array.from({ length: 50_000 }, () => ({ partId: '1' })) } })
  assert.equal(many.refused.type, 'invalidProperties')
  let deep: JsonObject = { partId: '1' }
  for (let at = 0; at < 500; at += 1) deep = { type: 'multipart/mixed', subParts: [deep] }
  assert.equal((await create(jmap, { mailboxIds, bodyValues, bodyStructure: deep })).refused.type, 'invalidProperties')
  const to = Array.from({ length: 9_000 }, (_, at) => ({ name: null, email: `r${at}@far.example` }))
  assert.equal((await create(jmap, { mailboxIds, to })).refused.type, 'invalidProperties')
})

test('keywords and mailboxes change by patch, by whole value, and for many at once', async () => {
  const jmap = await jmapInProcess()
  const [inbox, archive, sent] = [await jmap.mailbox('INBOX'), await jmap.mailbox('Archive'), await jmap.mailbox('Sent')]
  const emails = Object.fromEntries(Array.from({ length: 30 }, (_, at) => [`k${at}`, { mailboxIds: { [inbox]: true }, subject: `${at}` }]))
  const { created } = await jmap.call('Email/set', { create: emails })
  const ids: readonly string[] = Object.values(created).map((one) => (one as { id: string }).id)
  const seqBefore = jmap.account.state().seq
  const all = await jmap.call('Email/set', { update: Object.fromEntries(ids.map((id) => [id, { 'keywords/$Seen': true, 'keywords/custom': true, [`mailboxIds/${archive}`]: true, [`mailboxIds/${inbox}`]: null }])) })
  assert.equal(Object.keys(all.updated).length, 30)
  assert.ok(jmap.account.state().seq - seqBefore <= 4, 'a few events, not one for each')
  assert.deepEqual(stateOf(jmap, ids[7] ?? ''), { keywords: ['$seen', 'custom'], mailboxes: ['Archive'] })
  const [first = ''] = ids
  await jmap.call('Email/set', { update: { [first]: { keywords: { $flagged: true }, mailboxIds: { [archive]: true, [sent]: true, [inbox]: true } } } })
  assert.deepEqual(stateOf(jmap, first), { keywords: ['$flagged'], mailboxes: ['Archive', 'INBOX', 'Sent'] })
  await jmap.call('Email/set', { update: { [first]: { 'keywords/$flagged': null, [`mailboxIds/${archive}`]: null } } })
  assert.deepEqual(stateOf(jmap, first), { keywords: [], mailboxes: ['INBOX', 'Sent'] })
})

test('a patch that means nothing is refused, and what was asked for wrongly changes nothing', async () => {
  const jmap = await jmapInProcess()
  const inbox = await jmap.mailbox('INBOX')
  const { created: { id } } = await create(jmap, { mailboxIds: { [inbox]: true }, keywords: { $seen: true } })
  const refused = async (patch: JsonObject) => (await jmap.call('Email/set', { update: { [id]: patch } })).notUpdated?.[id]
  assert.equal((await refused({ subject: 'new' })).type, 'invalidProperties')
  assert.equal((await refused({ 'keywords/a/b': true })).type, 'invalidPatch')
  assert.equal((await refused({ keywords: {}, 'keywords/$seen': true })).type, 'invalidPatch')
  assert.equal((await refused({ 'keywords/$seen': false })).type, 'invalidProperties')
  assert.equal((await refused({ [`mailboxIds/${inbox}`]: null })).type, 'invalidProperties')
  assert.equal((await refused({ keywords: Object.fromEntries(Array.from({ length: 80 }, (_, at) => [`k${at}`, true])) })).type, 'tooManyKeywords')
  assert.equal((await jmap.call('Email/set', { update: { none: {} } })).notUpdated.none.type, 'notFound')
  assert.deepEqual(stateOf(jmap, id), { keywords: ['$seen'], mailboxes: ['INBOX'] })
})

test('destroyed from everywhere; an update of what is destroyed too says so; creation ids are known to later calls', async () => {
  const jmap = await jmapInProcess()
  const [inbox, archive] = [await jmap.mailbox('INBOX'), await jmap.mailbox('Archive')]
  const [[, made], [, moved]] = (await jmap.request(
    ['Email/set', { create: { a: { mailboxIds: { [inbox]: true, [archive]: true } }, b: { mailboxIds: { [inbox]: true } } } }],
    ['Email/set', { update: { '#b': { 'keywords/$seen': true }, '#a': { 'keywords/$seen': true } }, destroy: ['#a', 'gone'] }],
  )) as [[string, { created: Record<string, { id: string }> }], [string, Record<string, never>]]
  const [a, b] = [made.created['a']?.id ?? '', made.created['b']?.id ?? '']
  assert.deepEqual(Object.keys(moved['updated'] ?? {}), [b])
  assert.deepEqual([moved['notUpdated']?.['#a'], moved['destroyed'], moved['notDestroyed']], [{ type: 'willDestroy' }, [a], { gone: { type: 'notFound' } }])
  assert.equal(stateOf(jmap, a), undefined)
  assert.deepEqual(stateOf(jmap, b)?.keywords, ['$seen'])
})

test('ifInState holds, and the new state is one that comes after', async () => {
  const jmap = await jmapInProcess()
  const mailboxIds = { [await jmap.mailbox('INBOX')]: true }
  const { newState } = await jmap.call('Email/set', { create: { a: { mailboxIds } } })
  const [[, { oldState }], [name, refused]] = await jmap.request(['Email/set', { ifInState: newState }], ['Email/set', { ifInState: '0', create: { b: { mailboxIds } } }]) as [[string, { oldState: string }], [string, JsonObject]]
  assert.deepEqual([oldState, name, refused], [newState, 'error', { type: 'stateMismatch' }])
})

test('whatever a client sends as an Email, it is created or refused, and what is created is one message', async () => {
  const jmap = await jmapInProcess()
  const mailboxIds = { [await jmap.mailbox('INBOX')]: true }
  const text = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }), fc.constantFrom('', '\r\n', 'a@b.example', '=?utf-8?q?x?=', 'x'.repeat(2_000)))
  const address = fc.record({ name: fc.option(text), email: text })
  const email = fc.record({
    subject: text, to: fc.array(address, { maxLength: 4 }), 'header:X-Y:asRaw': text, 'header:List-Id:asText': text, comments: text,
    bodyValues: fc.constant({ 1: { value: 'x' } }), attachments: fc.array(fc.record({ partId: fc.constant('1'), type: fc.constantFrom('text/plain', 'text/csv', 'a/b'), name: text, cid: text }, { requiredKeys: ['partId'] }), { maxLength: 2 }),
  }, { requiredKeys: [] })
  await fc.assert(fc.asyncProperty(email, async (wanted) => {
    const before = jmap.account.state().inbox.messages.count
    const { created, refused } = await create(jmap, { mailboxIds, ...wanted } as JsonObject)
    assert.ok(refused === undefined ? created !== undefined : refused.type === 'invalidProperties')
    assert.equal(jmap.account.state().inbox.messages.count - before, created === undefined ? 0 : 1)
    if (created === undefined) return
    const message = await jmap.message(created.id)
    const names = headerFields(message).map(({ name }) => name)
    assert.ok(names.every((name) => ['date', 'to', 'subject', 'message-id', 'x-y', 'list-id', 'mime-version', 'content-type', 'content-transfer-encoding', 'content-disposition', 'content-id'].includes(name)), names.join())
  }), { numRuns: 150 })
})
