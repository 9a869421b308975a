/** Counts of mailboxes against counting by hand, over any history. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { AccountHandle, ModSeq } from '@bulkhead/base/ids.ts'
import { AccountFold } from '../journal/fold.ts'
import { inboxId } from '../journal/inbox.ts'
import { eventsAmong, mailboxNumber, withOwnMessages } from '../journal/testing/events.ts'
import { countsOf, type Counts } from './counts.ts'
import { emailsIn, type Emails } from './emails.ts'

const account = '11111111-1111-4111-8111-111111111111' as AccountHandle
const inbox = inboxId(account)

const history = fc.array(eventsAmong(fc.constantFrom(inbox, ...[0, 1].map(mailboxNumber))), { maxLength: 50 }).map((events) =>
  withOwnMessages(events, (at) => ({ thread: Buffer.alloc(8, at % 4) })))

/** RFC 8621 section 2, word for word. */
const byHand = (emails: Emails): readonly Counts[] => {
  const all = [...emails.everyEmail()].map((entry) => ({
    mailboxes: emails.mailboxIdsOf(entry),
    thread: emails.threadIdOf(entry),
    isUnread: !emails.hasFlag(entry, '\\Seen') && !emails.hasFlag(entry, '\\Draft'),
  }))
  const trash = emails.mailboxes.find(({ specialUse }) => specialUse === '\\Trash')?.id
  return emails.mailboxes.map(({ id }) => {
    const inside = all.filter(({ mailboxes }) => mailboxes.includes(id))
    const threads = new Set(inside.map(({ thread }) => thread))
    const counted = all.filter(({ mailboxes }) => (id === trash ? mailboxes.includes(id) : mailboxes.some((one) => one !== trash)))
    const unread = new Set(counted.filter(({ isUnread }) => isUnread).map(({ thread }) => thread))
    return {
      totalEmails: inside.length,
      unreadEmails: inside.filter(({ isUnread }) => isUnread).length,
      totalThreads: threads.size,
      unreadThreads: [...threads].filter((thread) => unread.has(thread)).length,
    }
  })
}

test('counts are what counting by hand gives', () => {
  fc.assert(fc.property(history, (events) => {
    const fold = new AccountFold(account)
    for (const event of events) fold.apply((fold.seq + 1) as ModSeq, event)
    const emails = emailsIn(fold.state())
    assert.deepEqual(countsOf(emails), byHand(emails))
  }), { numRuns: 300 })
})
