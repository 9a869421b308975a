/** What the composer and the contacts ask of a server, asked of its methods in this process: what they answer, property by property. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { jmapInProcess } from '@bulkhead/front/jmap/testing/jmap-in-process.ts'
import { answeredIn, threadProperties } from '@bulkhead/web/mail/compose/answered.ts'
import { answersHeader, draftEmail, draftOfEmail, draftProperties, emptyDraft, outgoingEmail, unfinishedHeader, type Draft, type StoredEmail } from '@bulkhead/web/mail/compose/draft.ts'
import { holdParameters } from '@bulkhead/web/mail/compose/timing.ts'
import { cardOf, emptyForm, patchOf } from '@bulkhead/web/mail/contacts/person-form.ts'
import type { JsonObject } from '@bulkhead/wire/jmap/json.ts'

const now = new Date('2026-11-21T09:00:00Z')
const json = (value: unknown): JsonObject => JSON.parse(JSON.stringify(value)) as JsonObject

const written: Draft = {
  ...emptyDraft('d1@one.example'), from: { name: 'アリス', email: 'alice@one.example' }, to: [{ name: '鈴木, 花子', email: 'a..b@far.example' }], bcc: [{ name: null, email: 'carol@far.example' }],
  replyTo: [{ name: null, email: 'reply@one.example' }], unfinished: '山田', subject: '打ち合わせの件', text: 'よろしく\n\n-- \nアリス', html: '<html><body>\n<p style="margin:0"><b>よろしく</b></p>\n</body></html>',
  inReplyTo: ['q@far.example'], references: ['p@far.example', 'q@far.example'], answers: { emailId: 'M00', as: '$answered', accountId: null },
}

test('a draft is kept with all of its fields, found by its attempt, replaced, and comes back as it was', async () => {
  const jmap = await jmapInProcess()
  const drafts = await jmap.mailbox('Drafts')
  const made = await jmap.call('Email/set', { create: { d: json(draftEmail(written, drafts, 'attempt-1', now)) } })
  assert.equal(made.notCreated, null)
  const first = made.created.d.id
  assert.deepEqual((await jmap.call('Email/query', { filter: { header: ['X-Bulkhead-Attempt', 'attempt-1'] }, limit: 1 })).ids, [first])
  assert.deepEqual((await jmap.call('Email/query', { filter: { header: ['Message-ID', 'd1@one.example'] } })).ids, [first])
  const next = await jmap.call('Email/set', { create: { d: json(draftEmail({ ...written, subject: '件' }, drafts, 'attempt-2', now)) }, destroy: [first] })
  assert.deepEqual([next.destroyed, next.notCreated], [[first], null])
  const gone = await jmap.call('Email/set', { create: { d: json(draftEmail(written, drafts, 'attempt-3', now)) }, destroy: [first] })
  assert.equal(gone.notDestroyed[first].type, 'notFound')
  const bodyProperties = ['partId', 'blobId', 'type', 'name', 'size', 'cid', 'disposition']
  const { list } = await jmap.call('Email/get', { ids: [gone.created.d.id], properties: [...draftProperties], bodyProperties, fetchTextBodyValues: true, fetchHTMLBodyValues: true })
  const stored = list[0] as StoredEmail
  assert.deepEqual([stored[unfinishedHeader], stored[answersHeader]?.trim()], ['山田', '$answered M00'])
  assert.deepEqual(draftOfEmail(stored, 'new@x'), written)
})

test('what a draft answers is in its thread, whoever wrote the draft', async () => {
  const jmap = await jmapInProcess()
  const [drafts, inbox, sent] = [await jmap.mailbox('Drafts'), await jmap.mailbox('INBOX'), await jmap.mailbox('Sent')]
  const question = { mailboxIds: { [inbox]: true }, messageId: ['q@far.example'], references: ['p@far.example'], subject: written.subject, keywords: { $answered: true } }
  const answer = outgoingEmail({ ...written, answers: null }, drafts, now)
  const { created } = await jmap.call('Email/set', { create: { q: question, a: json(answer) } })
  const { list: [{ threadId }] } = await jmap.call('Email/get', { ids: [created.a.id], properties: ['threadId'] })
  const { list: [{ emailIds }] } = await jmap.call('Thread/get', { ids: [threadId] })
  const { list } = await jmap.call('Email/get', { ids: emailIds, properties: [...threadProperties] })
  assert.deepEqual(answeredIn(list, created.a.id, sent), { answers: { emailId: created.q.id, as: '$answered', accountId: null }, isMarked: true, isAnsweredElse: false })
})

test('a message is made, submitted and filed in one request, held for the undo time, and taken back into Drafts', async () => {
  const jmap = await jmapInProcess()
  const [drafts, sent] = [await jmap.mailbox('Drafts'), await jmap.mailbox('Sent')]
  const { list: [identity] } = await jmap.call('Identity/get', { ids: null })
  const before = await jmap.call('Email/set', { create: { d: json(draftEmail(written, drafts, 'attempt-1', now)) } })
  const envelope = {
    mailFrom: { email: identity.email, parameters: holdParameters({ seconds: 30 }) }, rcptTo: [...written.to, ...written.bcc].map(({ email }) => ({ email, parameters: null })),
  }
  const [made, submitted, filed] = await jmap.request(
    ['Email/set', { create: { out: json(outgoingEmail(written, drafts, now)) }, destroy: [before.created.d.id] }],
    ['EmailSubmission/set', {
      create: { s: json({ identityId: identity.id, emailId: '#out', envelope }) },
      onSuccessUpdateEmail: { '#s': { 'keywords/$draft': null, [`mailboxIds/${drafts}`]: null, [`mailboxIds/${sent}`]: true } },
    }],
  )
  assert.deepEqual([made?.[1].notCreated, submitted?.[1].notCreated], [null, null])
  const emailId = made?.[1].created.out.id
  assert.deepEqual(filed?.[1].updated, { [emailId]: null })
  assert.doesNotMatch((await jmap.message(emailId)).toString('latin1'), /X-Bulkhead/i)
  const submissionId = submitted?.[1].created.s.id
  const pending = await jmap.call('EmailSubmission/query', { filter: { undoStatus: 'pending' }, sort: [{ property: 'sentAt', isAscending: true }], limit: 200 })
  assert.deepEqual(pending.ids, [submissionId])
  const asDraft = { 'keywords/$draft': true, [`mailboxIds/${drafts}`]: true, [`mailboxIds/${sent}`]: null }
  const taken = await jmap.call('EmailSubmission/set', { update: { [submissionId]: { undoStatus: 'canceled' } }, onSuccessUpdateEmail: { [submissionId]: asDraft } })
  assert.ok(Object.hasOwn(taken.updated ?? {}, submissionId), JSON.stringify(taken))
  const { list: [email] } = await jmap.call('Email/get', { ids: [emailId], properties: ['mailboxIds', 'keywords'] })
  assert.deepEqual([email.mailboxIds, email.keywords.$draft], [{ [drafts]: true }, true])
})

test('contacts of the form are cards the server takes, changes of them are patches it takes', async () => {
  const jmap = await jmapInProcess()
  const form = { ...emptyForm, surname: '山田', given: '太郎', surnameYomi: 'やまだ', givenYomi: 'たろう', organization: '会社', organizationYomi: 'かいしゃ', department: '営業', title: '部長', emails: ['a..b@docomo.ne.jp'], phones: ['090'], postcode: '100', region: '東京都', note: 'メモ' }
  const card = cardOf(form)
  const made = await jmap.call('ContactCard/set', { create: { c: json(card) } })
  assert.equal(made.notCreated, null)
  const { list: [stored] } = await jmap.call('ContactCard/get', { ids: [made.created.c.id] })
  const changed = await jmap.call('ContactCard/set', { update: { [stored.id]: json(patchOf(stored, cardOf({ ...form, title: '', surnameYomi: 'ヤマダ' }, stored))) } })
  assert.equal(changed.notUpdated, null)
  const group = await jmap.call('ContactCard/set', { create: { g: json({ '@type': 'Card', version: '1.0', kind: 'group', name: { full: '友人' }, members: { [stored.uid]: true } }) } })
  assert.equal(group.notCreated, null)
  assert.equal((await jmap.call('ContactCard/query', { position: 0, limit: 500 })).ids.length, 2)
})
