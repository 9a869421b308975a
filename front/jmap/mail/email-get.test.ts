import assert from 'node:assert/strict'
import { test } from 'node:test'
import { jmapGiven, onlyOne } from './testing/given.ts'

const newsletter = `From: =?utf-8?B?5bGx55Sw?= <yamada@one.example>
To: Undisclosed: alice@one.example, "Bob, B." <bob@two.example>;, carol@three.example
Subject: =?utf-8?Q?Quarterly_r=C3=A9port?=
Message-ID: <m1@one.example>
In-Reply-To: <m0@one.example>
References: <r0@one.example>
 <m0@one.example>
Date: Fri, 20 Nov 2026 09:30:00 +0900
List-Unsubscribe: <https://one.example/u?x>, <mailto:leave@one.example>
X-Twice: first
X-Twice: second
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=m

--m
Content-Type: multipart/related; boundary=r

--r
Content-Type: multipart/alternative; boundary=a

--a
Content-Type: text/plain; charset=iso-2022-jp
Content-Transfer-Encoding: 7bit

\x1b$B2q5D\x1b(B today
second line
--a
Content-Type: text/html; charset=utf-8
Content-Transfer-Encoding: quoted-printable

<p>caf=C3=A9 <b>bold</b></p>
--a--
--r
Content-Type: image/png; name=logo.png
Content-Transfer-Encoding: base64
Content-ID: <logo@one.example>
Content-Language: ja, en

AAECAw==
--r--
--m
Content-Type: application/pdf
Content-Disposition: attachment; filename*=UTF-8''%E5%A0%B1%E5%91%8A.pdf
Content-Transfer-Encoding: base64

SGVsbG8sIHdvcmxkIQ==
--m
Content-Type: message/rfc822

Subject: inner

inside
--m--
`

test('an Email has its places, its keywords and its header in the forms asked for', async () => {
  const { call, file, mailbox, account } = await jmapGiven()
  const id = await file('INBOX', newsletter, ['\\Seen', 'Important'])
  const email = onlyOne(await call('Email/get', { ids: [id], properties: [
    'threadId', 'mailboxIds', 'keywords', 'size', 'from', 'to', 'subject', 'sentAt', 'messageId', 'inReplyTo', 'references', 'cc', 'hasAttachment', 'preview',
    'header:To:asGroupedAddresses', 'header:List-Unsubscribe:asURLs', 'header:X-Twice', 'header:x-twice:asText:all', 'header:Date:asRaw', 'header:Absent:all', 'header:Absent',
  ] }))
  const { messages } = account.state().inbox
  assert.deepEqual(email, {
    id,
    threadId: messages.threadId(0),
    mailboxIds: { [mailbox('INBOX')]: true },
    keywords: { $seen: true, important: true },
    size: Buffer.byteLength(newsletter.replaceAll('\n', '\r\n'), 'latin1'),
    from: [{ name: '山田', email: 'yamada@one.example' }],
    to: [
      { name: null, email: 'alice@one.example' }, { name: 'Bob, B.', email: 'bob@two.example' }, { name: null, email: 'carol@three.example' },
    ],
    subject: 'Quarterly réport',
    sentAt: '2026-11-20T09:30:00+09:00',
    messageId: ['m1@one.example'],
    inReplyTo: ['m0@one.example'],
    references: ['r0@one.example', 'm0@one.example'],
    cc: null,
    hasAttachment: true,
    preview: '会議 today second line',
    'header:To:asGroupedAddresses': [
      { name: 'Undisclosed', addresses: [{ name: null, email: 'alice@one.example' }, { name: 'Bob, B.', email: 'bob@two.example' }] },
      { name: null, addresses: [{ name: null, email: 'carol@three.example' }] },
    ],
    'header:List-Unsubscribe:asURLs': ['https://one.example/u?x', 'mailto:leave@one.example'],
    'header:X-Twice': ' second',
    'header:x-twice:asText:all': ['first', 'second'],
    'header:Date:asRaw': ' Fri, 20 Nov 2026 09:30:00 +0900',
    'header:Absent:all': [],
    'header:Absent': null,
  })
})

test('bodies are told apart as RFC 8621 section 4.1.4 has it, and their texts decoded', async () => {
  const { call, file } = await jmapGiven()
  const id = await file('INBOX', newsletter)
  const email = onlyOne(await call('Email/get', {
    ids: [id],
    properties: ['textBody', 'htmlBody', 'attachments', 'bodyValues'],
    bodyProperties: ['partId', 'type', 'charset', 'size', 'name', 'cid', 'disposition', 'language', 'header:Content-Type'],
    fetchTextBodyValues: true,
    fetchHTMLBodyValues: true,
  }))
  const none = { name: null, cid: null, disposition: null, language: null }
  assert.deepEqual(email, {
    id,
    textBody: [{ ...none, partId: '1.1.1', type: 'text/plain', charset: 'iso-2022-jp', size: 29, 'header:Content-Type': ' text/plain; charset=iso-2022-jp' }],
    htmlBody: [{ ...none, partId: '1.1.2', type: 'text/html', charset: 'utf-8', size: 24, 'header:Content-Type': ' text/html; charset=utf-8' }],
    attachments: [
      { ...none, partId: '1.2', type: 'image/png', charset: null, size: 4, name: 'logo.png', cid: 'logo@one.example', language: ['ja', 'en'], 'header:Content-Type': ' image/png; name=logo.png' },
      { ...none, partId: '2', type: 'application/pdf', charset: null, size: 13, name: '報告.pdf', disposition: 'attachment', 'header:Content-Type': ' application/pdf' },
      { ...none, partId: '3', type: 'message/rfc822', charset: null, size: 24, 'header:Content-Type': ' message/rfc822' },
    ],
    bodyValues: {
      '1.1.1': { value: '会議 today\nsecond line', isEncodingProblem: false, isTruncated: false },
      '1.1.2': { value: '<p>café <b>bold</b></p>', isEncodingProblem: false, isTruncated: false },
    },
  })
})

test('the structure is a tree of multiparts; a message inside is one part', async () => {
  const { call, file } = await jmapGiven()
  const id = await file('INBOX', newsletter)
  const { bodyStructure } = onlyOne(await call('Email/get', { ids: [id], properties: ['bodyStructure'], bodyProperties: ['partId', 'type', 'subParts'] }))
  const leaf = (partId: string, type: string) => ({ partId, type, subParts: null })
  const many = (type: string, ...subParts: readonly object[]) => ({ partId: null, type, subParts })
  assert.deepEqual(bodyStructure, many(
    'multipart/mixed',
    many('multipart/related', many('multipart/alternative', leaf('1.1.1', 'text/plain'), leaf('1.1.2', 'text/html')), leaf('1.2', 'image/png')),
    leaf('2', 'application/pdf'),
    leaf('3', 'message/rfc822'),
  ))
})

test('a body value is cut between characters, and before a tag', async () => {
  const { call, file } = await jmapGiven()
  const id = await file('INBOX', newsletter)
  const values = async (maxBodyValueBytes: number) =>
    onlyOne(await call('Email/get', { ids: [id], properties: ['bodyValues'], fetchTextBodyValues: true, fetchHTMLBodyValues: true, maxBodyValueBytes }))['bodyValues']
  assert.deepEqual(await values(4), {
    '1.1.1': { value: '会', isEncodingProblem: false, isTruncated: true },
    '1.1.2': { value: '<p>c', isEncodingProblem: false, isTruncated: true },
  })
  assert.deepEqual(await values(10), {
    '1.1.1': { value: '会議 tod', isEncodingProblem: false, isTruncated: true },
    '1.1.2': { value: '<p>café ', isEncodingProblem: false, isTruncated: true },
  })
})

test('values of one call end at 8 MiB: every part wanted has one, what was cut says so, and the rest comes when it is asked for alone', async () => {
  const { call, file } = await jmapGiven()
  const size = 99_000
  const letter = (at: number, bytes: number): string => `Subject: ${at}\nContent-Type: text/plain; charset=utf-8\n\n${String(at).repeat(bytes)}`
  const sizes = [...Array.from({ length: 86 }, () => size), 9, 0]
  const ids: string[] = []
  for (const [at, bytes] of sizes.entries()) ids.push(await file('INBOX', letter(at % 10, bytes)))
  const args = { properties: ['bodyValues', 'textBody'], bodyProperties: ['partId', 'blobId'], fetchTextBodyValues: true }
  const { list } = await call('Email/get', { ...args, ids })
  const values = (list as { bodyValues: Record<string, { value: string; isTruncated: boolean }> }[]).map(({ bodyValues }) => bodyValues['1'])
  assert.deepEqual(values.map((value) => [value?.value.length, value?.isTruncated]), [
    ...Array.from({ length: 84 }, () => [size, false]), [8 * 1024 * 1024 - 84 * size, true], [0, true], [0, true], [0, false],
  ])
  for (const [at, id] of ids.entries()) {
    if (at < 84) continue
    const { bodyValues } = onlyOne(await call('Email/get', { ...args, ids: [id] })) as unknown as { bodyValues: Record<string, { value: string; isTruncated: boolean }> }
    assert.deepEqual([bodyValues['1']?.value.length, bodyValues['1']?.isTruncated], [sizes[at], false])
  }
})

test('text that is not what its label says is read all the same, and said so where it is damaged', async () => {
  const { call, file } = await jmapGiven()
  const values = async (text: string) => {
    const id = await file('INBOX', text)
    return onlyOne(await call('Email/get', { ids: [id], properties: ['bodyValues'], fetchAllBodyValues: true }))['bodyValues']
  }
  assert.deepEqual(await values('Content-Type: text/plain; charset=us-ascii\n\n\x89\xef\x8bc\n'), {
    1: { value: '会議\n', isEncodingProblem: false, isTruncated: false },
  })
  assert.deepEqual(await values('Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: x-zip\n\nabc\n'), {
    1: { value: 'abc\n', isEncodingProblem: true, isTruncated: false },
  })
})

test('what is not there is not found, what is no property is refused', async () => {
  const { call, fails } = await jmapGiven()
  const ids = ['00000000-0000-4000-8000-000000000000', 'Mff', 'T0000000000000000']
  assert.deepEqual((await call('Email/get', { ids }))['notFound'], ids)
  for (const property of ['nothing', 'header:', 'header:X y', 'header:Subject:asDate', 'header:From:asText', 'header:X:asRaw:some', 'header:X:all:all', 'constructor']) {
    assert.equal(await fails('Email/get', { ids: [], properties: [property] }), 'invalidArguments', property)
  }
  assert.equal(await fails('Email/get', { ids: [], bodyProperties: ['bodyStructure'] }), 'invalidArguments')
  assert.equal(await fails('Email/get', { ids: [], maxBodyValueBytes: -1 }), 'invalidArguments')
})
