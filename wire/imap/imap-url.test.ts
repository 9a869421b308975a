import assert from 'node:assert/strict'
import { test } from 'node:test'
import { imapUrl, urlBytesMax } from './imap-url.ts'

const url = (text: string) => imapUrl(Buffer.from(text, 'latin1'))

const bare = { user: null, host: null, mailbox: null, uidValidity: null, uid: 20, section: null, partial: null, auth: null }

test('RFC 5092: absolute, by path and within the selected mailbox', () => {
  assert.deepEqual(url('imap://joe@Example.com:10143/INBOX/;uid=20'), { ...bare, user: 'joe', host: 'example.com:10143', mailbox: 'INBOX' })
  assert.deepEqual(url('imap://joe%40a.example;AUTH=*@example.com/inbox/;UID=20')?.user, 'joe@a.example')
  assert.deepEqual(url('/Drafts;UIDVALIDITY=385759045/;UID=20'), { ...bare, mailbox: 'Drafts', uidValidity: 385_759_045 })
  assert.deepEqual(url(';UID=20'), bare)
  assert.deepEqual(url('/;UID=20'), bare)
  assert.equal(url('/Archive/2025%20%e5%a0%b1/;UID=20')?.mailbox, 'Archive/2025 報')
})

test('sections and partial ranges', () => {
  assert.deepEqual(url('/x/;UID=20/;SECTION=1.2.MIME')?.section, { path: [1, 2], text: 'mime', names: [] })
  assert.deepEqual(url('/x/;UID=20/;section=HEADER.FIELDS%20(DATE%20FROM)')?.section, { path: [], text: 'fields', names: ['date', 'from'] })
  assert.deepEqual(url('/x/;UID=20/;SECTION=TEXT/;PARTIAL=0.1024')?.partial, { offset: 0, count: 1_024 })
  assert.deepEqual(url('/x/;UID=20/;PARTIAL=5')?.partial, { offset: 5, count: null })
})

test('RFC 4467: what is signed, who may fetch, and until when', () => {
  const rump = 'imap://joe@example.com/INBOX/;uid=20/;section=1.2;expire=2026-03-16T15:00:00Z;urlauth=submit+fred'
  assert.deepEqual(url(rump)?.auth, {
    expiresAtMs: Date.UTC(2026, 2, 16, 15), access: { is: 'submit', name: 'fred' }, rump, proof: null,
  })
  const token = '91354a473744909de610943775f92038'
  assert.deepEqual(url(`${rump}:internal:${token}`)?.auth, {
    expiresAtMs: Date.UTC(2026, 2, 16, 15), access: { is: 'submit', name: 'fred' }, rump, proof: { mechanism: 'INTERNAL', token },
  })
  assert.equal(url('imap://j@h/x/;UID=1;URLAUTH=anonymous')?.auth?.access.is, 'anonymous')
})

test('what is none is refused', () => {
  for (const text of [
    '', 'x', 'http://a/b/;UID=1', 'imap://h/x', 'imap://h/x/;UID=0', 'imap://h/x/;UID=-1', 'imap://h/x/;UID=4294967296', '/x%zz/;UID=1',
    '/x%00/;UID=1', '/x/;UID=1/;SECTION=BOGUS', '/x/;UID=1/;PARTIAL=1.0', '/x/;UID=1;URLAUTH=everybody', '/x/;UID=1;URLAUTH=user+',
    '/x/;UID=1;EXPIRE=never;URLAUTH=authuser', '/x/;UID=1;URLAUTH=authuser:internal:short', '/x;UIDVALIDITY=0/;UID=1', '//h/x/;UID=1',
    `/x/;UID=1 `, `/${'x'.repeat(urlBytesMax)}/;UID=1`, '/x%ff/;UID=1',
  ]) assert.equal(url(text), undefined, text)
})
