import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { StoredEmail } from './draft.ts'
import { draftEmail, draftOfEmail, draftOfMailto, emptyDraft, isBlank, outgoingEmail } from './draft.ts'

const now = new Date('2026-11-21T09:00:00.500Z')
const part = { blobId: 'B1', type: 'image/png', name: '図.png', size: 3, cid: 'pic@x' }
const draft = {
  ...emptyDraft('d@x'), from: { name: '私', email: 'me@example.jp' }, to: [{ name: null, email: 'a@example.jp' }], unfinished: '山田', subject: '件名', text: '本文', html: '<p>本文<img src="cid:pic@x"></p>',
  parts: [part, { ...part, blobId: 'B2', cid: 'gone@x' }, { ...part, blobId: 'B3', cid: null }], answers: { emailId: 'M1', as: '$answered' as const, accountId: null },
}

test('a saved draft keeps all that was typed, and comes back', () => {
  const email = draftEmail(draft, 'drafts', 'one', now) as unknown as Record<string, unknown>
  assert.deepEqual(email['keywords'], { $draft: true, $seen: true })
  assert.equal(email['sentAt'], '2026-11-21T09:00:00Z')
  const stored = {
    ...email, id: 'M9', cc: null, bcc: null, inReplyTo: null, references: null,
    textBody: [{ partId: 'text', type: 'text/plain' }], htmlBody: [{ partId: 'html', type: 'text/html' }],
    attachments: (email['attachments'] as object[]).map((one) => ({ ...one, size: 3 })),
  } as unknown as StoredEmail
  assert.deepEqual(draftOfEmail(stored, 'new@x'), draft)
})

test('what goes out has no note of ours and no picture that is not shown', () => {
  const email = outgoingEmail(draft, 'drafts', now)
  assert.deepEqual(Object.keys(email).filter((key) => key.startsWith('header:')), [])
  assert.deepEqual((email['attachments'] as { blobId: string }[]).map(({ blobId }) => blobId), ['B1', 'B3'])
  assert.equal('cc' in email, false)
})

test('an untouched draft is blank', () => {
  const signed = { ...emptyDraft('d@x'), text: '\n\n-- \n山田' }
  assert.equal(isBlank(signed, signed), true)
  assert.equal(isBlank({ ...signed, unfinished: 'ya' }, signed), false)
  assert.equal(isBlank({ ...signed, text: `あ${signed.text}` }, signed), false)
})

test('mailto links fill fields and smuggle no header', () => {
  const made = draftOfMailto('mailto:a@example.jp,b@example.jp?cc=c@example.jp&bcc=spy@example.jp&subject=%E4%BB%B6%0D%0ABcc:x@y.jp&body=%E6%9C%AC%0D%0A&attach=/etc/passwd', emptyDraft('d@x'))
  assert.deepEqual([made.to.length, made.cc.length, made.bcc.length, made.parts.length], [2, 1, 0, 0])
  assert.deepEqual([made.subject, made.text], ['件 Bcc:x@y.jp', '本\n'])
  assert.equal(draftOfMailto('mailto:%E0%A4%A', emptyDraft('d@x')).to.length, 0)
})
