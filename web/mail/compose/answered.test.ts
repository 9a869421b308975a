import assert from 'node:assert/strict'
import { test } from 'node:test'
import { answeredIn, type ThreadEmail } from './answered.ts'

const email = (id: string, more: Partial<ThreadEmail> = {}): ThreadEmail =>
  ({ id, messageId: [`${id}@x`], inReplyTo: null, keywords: {}, mailboxIds: { inbox: true }, ...more })

const question = email('q', { keywords: { $answered: true } })
const answer = email('a', { inReplyTo: ['q@x'], keywords: { $draft: true }, mailboxIds: { drafts: true } })

test('what a draft answers is found in its thread by In-Reply-To', () => {
  assert.deepEqual(answeredIn([question, answer], 'a', 'sent'), { answers: { emailId: 'q', as: '$answered', accountId: null }, isMarked: true, isAnsweredElse: false })
  assert.equal(answeredIn([question, email('n')], 'n', 'sent'), undefined)
  assert.equal(answeredIn([answer], 'a', 'sent'), undefined, 'the original is gone')
})

test('another answer that went keeps the mark; a draft of one, or what somebody else answered, does not', () => {
  const other = email('b', { inReplyTo: ['q@x'], mailboxIds: { sent: true } })
  assert.equal(answeredIn([question, other, answer], 'a', 'sent')?.isAnsweredElse, true)
  const drafted = { ...other, keywords: { $draft: true } } as const
  const theirs = { ...other, mailboxIds: { inbox: true } } as const
  assert.equal(answeredIn([question, drafted, theirs, answer], 'a', 'sent')?.isAnsweredElse, false)
})

test('of a message to oneself the one that came is the original, of what one sent the copy is', () => {
  const copy = email('c', { messageId: ['q@x'], mailboxIds: { sent: true } })
  assert.equal(answeredIn([copy, question, answer], 'a', 'sent')?.answers.emailId, 'q')
  assert.equal(answeredIn([copy, answer], 'a', 'sent')?.answers.emailId, 'c')
})
