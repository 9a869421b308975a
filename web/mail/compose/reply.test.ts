import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AnsweredMessage } from './reply.ts'
import { forwardSubject, referencesMax, replyFrom, replyRecipients, replySubject, threadFields } from './reply.ts'

const address = (email: string) => ({ name: null, email })
const all = (...emails: string[]) => emails.map(address)
const message = (fields: Partial<AnsweredMessage>): AnsweredMessage => ({
  messageId: ['m@x'], inReplyTo: null, references: null, from: all('boss@example.jp'), replyTo: null, to: all('me@example.jp'), cc: null, bcc: null, subject: 'x', ...fields,
})
const own = ['me@example.jp', 'me+shop@example.jp']
const emails = (list: readonly { email: string }[]) => list.map(({ email }) => email)

test('a reply goes to Reply-To, else to the author', () => {
  assert.deepEqual(emails(replyRecipients(message({}), 'reply', own).to), ['boss@example.jp'])
  assert.deepEqual(emails(replyRecipients(message({ replyTo: all('list@example.jp') }), 'reply', own).to), ['list@example.jp'])
})

test('reply to all leaves the person out, keeps To and Cc apart and names nobody twice', () => {
  const { to, cc, bcc } = replyRecipients(message({ to: all('ME@example.jp', 'a@example.jp', 'boss@example.jp'), cc: all('a@example.jp', 'c@example.jp', 'me+shop@example.jp') }), 'replyAll', own)
  assert.deepEqual([emails(to), emails(cc), emails(bcc)], [['boss@example.jp', 'a@example.jp'], ['c@example.jp'], []])
})

test('a reply to one’s own message goes to those it went to, hidden ones included', () => {
  const sent = message({ from: all('me@example.jp'), to: all('a@example.jp'), cc: all('c@example.jp'), bcc: all('b@example.jp') })
  assert.deepEqual(emails(replyRecipients(sent, 'reply', own).to), ['a@example.jp'])
  assert.deepEqual(emails(replyRecipients(sent, 'replyAll', own).bcc), ['b@example.jp'])
  assert.deepEqual(emails(replyRecipients(message({ from: all('me@example.jp') }), 'replyAll', own).to), ['me@example.jp'])
})

test('the answer comes from the address that was written to', () => {
  assert.equal(replyFrom(message({ to: all('x@example.jp'), cc: all('Me+Shop@example.jp') }), own), 'me+shop@example.jp')
  assert.equal(replyFrom(message({ to: all('list@example.jp') }), own), 'me@example.jp')
})

test('References carry the thread, and stay bounded', () => {
  assert.deepEqual(threadFields(message({ references: ['a@x', 'b@x'] })), { inReplyTo: ['m@x'], references: ['a@x', 'b@x', 'm@x'] })
  assert.deepEqual(threadFields(message({ inReplyTo: ['p@x'] })).references, ['p@x', 'm@x'])
  assert.deepEqual(threadFields(message({ inReplyTo: ['p@x', 'q@x'] })).references, ['m@x'])
  assert.deepEqual(threadFields(message({ messageId: null })), { inReplyTo: null, references: null })
  const long = threadFields(message({ references: Array.from({ length: 500 }, (_, at) => `${at}@x`) })).references ?? []
  assert.deepEqual([long.length, long[0], long.at(-1)], [referencesMax, '0@x', 'm@x'])
})

test('subjects have one prefix', () => {
  assert.equal(replySubject('Re: RE[2]: 返信：打合せ'), 'Re: 打合せ')
  assert.equal(replySubject('ＲＥ：打合せ'), 'Re: 打合せ')
  assert.equal(replySubject('Regarding: x'), 'Re: Regarding: x')
  assert.equal(forwardSubject('FW: Fwd: 転送：資料'), 'Fwd: 資料')
  assert.equal(forwardSubject('Re: 資料'), 'Fwd: Re: 資料')
  assert.equal(replySubject(null), 'Re:')
})
