import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { append } from '@bulkhead/mail/account/testing/given.ts'
import { served } from '../testing/served.ts'

const base64 = (text: string): string => Buffer.from(text).toString('base64')

test('RFC 9404 section 4.1.1: a blob out of text, base64 and ranges, one of the same call among them', async () => {
  await using jmap = await served()
  const accountId = jmap.accountId()
  const said = await jmap.call([
    ['Blob/upload', { accountId, create: {
      b4: { data: [{ 'data:asText': 'The quick brown fox jumped over the lazy dog.' }] },
      cat: { type: 'text/plain', data: [{ 'data:asText': 'How' }, { blobId: '#b4', length: 7, offset: 3 }, { 'data:asText': 'was t' }, { blobId: '#b4', length: 1, offset: 1 }, { 'data:asBase64': 'YXQ/' }] },
    } }, 'S4'],
    ['Blob/get', { accountId, ids: ['#nope', 'x'], properties: ['data:asText'] }, 'bad'],
    ['Blob/get', { accountId, '#ids': { resultOf: 'S4', name: 'Blob/upload', path: '/created/cat/id' } }, 'one'],
  ])
  const created = said[0]?.[1]['created'] as any
  assert.equal(created.b4.size, 45)
  assert.deepEqual([created.cat.type, created.cat.size], ['text/plain', 'How quick was that?'.length])
  assert.deepEqual(said.slice(1).map(([, args]) => args['type']), ['invalidArguments', 'invalidArguments'])
  const [got] = await jmap.call([['Blob/get', { accountId, ids: [created.cat.id], properties: ['data:asText', 'digest:sha', 'size'] }, 'G4']])
  const text = 'How quick was that?'
  assert.deepEqual(got?.[1]['list'], [{ id: created.cat.id, 'data:asText': text, 'digest:sha': createHash('sha1').update(text).digest('base64'), size: 19 }])
})

test('RFC 9404 section 4.1: what can not be put together says why', async () => {
  await using jmap = await served({ limits: { maxSizeUpload: 100 } })
  const accountId = jmap.accountId()
  const [said] = await jmap.call([['Blob/upload', { accountId, create: {
    two: { data: [{ 'data:asText': 'a', 'data:asBase64': 'YQ==' }] },
    none: { data: [{}] },
    unknown: { data: [{ blobId: 'Bnope' }] },
    notBase64: { data: [{ 'data:asBase64': 'a b' }] },
    large: { data: [{ 'data:asText': 'x'.repeat(60) }, { 'data:asText': 'x'.repeat(60) }] },
    many: { data: Array.from({ length: 65 }, () => ({ 'data:asText': '' })) },
    type: { data: [], type: 'not a type' },
    more: { data: [], name: 'x' },
    empty: { data: [] },
  } }, 'a']])
  const errors = Object.fromEntries(Object.entries(said?.[1]['notCreated'] as object).map(([id, { type }]) => [id, type]))
  assert.deepEqual(errors, {
    two: 'invalidProperties', none: 'invalidProperties', unknown: 'blobNotFound', notBase64: 'invalidProperties', large: 'tooLarge', many: 'tooLarge',
    type: 'invalidProperties', more: 'invalidProperties',
  })
  assert.deepEqual(Object.keys(said?.[1]['created'] as object), ['empty'])
})

test('RFC 9404 section 4.2: ranges, text that is none, digests of the range', async () => {
  await using jmap = await served()
  const accountId = jmap.accountId()
  const [made] = await jmap.call([['Blob/upload', { accountId, create: { t: { data: [{ 'data:asText': 'aé漢字' }] }, b: { data: [{ 'data:asBase64': base64('x').replace('eA==', '/w==') }] } } }, 'a']])
  const { t, b } = (made?.[1]['created'] ?? assert.fail()) as any
  const get = async (ids: readonly string[], more: object) => ((await jmap.call([['Blob/get', { accountId, ids, ...more }, 'a']]))[0]?.[1]['list'] ?? []) as readonly any[]
  assert.deepEqual(await get([t.id, b.id], {}), [
    { id: t.id, size: 9, 'data:asText': 'aé漢字' }, { id: b.id, size: 1, 'data:asBase64': '/w==', isEncodingProblem: true },
  ])
  assert.deepEqual(await get([t.id], { offset: 1, length: 2, properties: ['data:asText'] }), [{ id: t.id, 'data:asText': 'é' }])
  assert.deepEqual(await get([t.id], { offset: 2, length: 1, properties: ['data:asText', 'size'] }), [{ id: t.id, size: 9, 'data:asText': null, isEncodingProblem: true }])
  assert.deepEqual(await get([t.id], { offset: 6, length: 9, properties: ['data:asText'] }), [{ id: t.id, 'data:asText': '字', isTruncated: true }])
  const [digest] = await get([b.id], { properties: ['digest:sha-256'] })
  assert.equal(digest['digest:sha-256'], createHash('sha256').update(Buffer.from([0xff])).digest('base64'))
})

test('parts come decoded, and blobs say which Email they are of', async () => {
  await using jmap = await served()
  const accountId = jmap.accountId()
  const [owner] = jmap.people
  assert.ok(owner)
  const header = 'Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n'
  const body = base64('添付ファイルの中身'.repeat(50)).replace(/.{76}/g, '$&\r\n')
  await append(owner.account, owner.account.state().inbox.id, [Buffer.from(header + body)])
  const { messages, id: inbox } = owner.account.state().inbox
  const message = messages.messageId(0)
  const whole = `B${message.replaceAll('-', '')}`
  const part = `${whole}-${header.length}-${body.length}-b`
  const said = await jmap.call([
    ['Blob/get', { accountId, ids: [part], properties: ['data:asText', 'size'] }, 'a'],
    ['Blob/get', { accountId, ids: [part], properties: ['data:asText'], offset: 3, length: 3 }, 'b'],
    ['Blob/lookup', { accountId, typeNames: ['Email', 'Mailbox'], ids: [whole, part, 'nope'] }, 'c'],
    ['Blob/lookup', { accountId, typeNames: ['Email', 'Nope'], ids: [whole] }, 'd'],
    ['Blob/copy', { accountId, fromAccountId: accountId, blobIds: [part, 'nope'] }, 'e'],
    ['Blob/copy', { accountId, fromAccountId: 'A2', blobIds: [part] }, 'f'],
  ])
  const [a, b, c, d, e, f] = said.map(([, args]) => args as any)
  assert.deepEqual(a.list, [{ id: part, size: 27 * 50, 'data:asText': '添付ファイルの中身'.repeat(50) }])
  assert.deepEqual(b.list, [{ id: part, 'data:asText': '付' }])
  const matchedIds = { Email: [message], Mailbox: [inbox] }
  assert.deepEqual(c, { accountId, list: [{ id: whole, matchedIds }, { id: part, matchedIds }], notFound: ['nope'] })
  assert.equal(d.type, 'unknownDataType')
  assert.deepEqual([e.copied, e.notCopied.nope.type], [{ [part]: part }, 'notFound'])
  assert.equal(f.type, 'fromAccountNotFound')
})
