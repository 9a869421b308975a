/** A client that keeps what it was told, and asks what changed, has after any history what asking for all of it would give. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { AccountHandle, ModSeq } from '@bulkhead/base/ids.ts'
import { changesMax } from '../journal/change-log.ts'
import type { JournalEvent } from '../journal/event.ts'
import { AccountFold } from '../journal/fold.ts'
import { inboxId } from '../journal/inbox.ts'
import { eventsAmong, mailboxNumber, messageNumber, range, withOwnMessages } from '../journal/testing/events.ts'
import { emailChanges, mailboxChanges, sinceOfState, threadChanges, told, type ToldChanges } from './changes.ts'
import { emailsIn, type Emails } from './emails.ts'
import { keywordsOfFlags } from './keywords.ts'

const account = '11111111-1111-4111-8111-111111111111' as AccountHandle
const inbox = inboxId(account)

/** Every message arrives once, in one of three threads or one of its own. */
const distinct = (events: readonly JournalEvent[]): readonly JournalEvent[] =>
  withOwnMessages(events, (at) => ({ thread: at % 4 === 0 ? null : Buffer.alloc(8, at % 4) }))

const history = fc.array(eventsAmong(fc.constantFrom(inbox, inbox, ...[0, 1].map(mailboxNumber))), { maxLength: 60 }).map(distinct)

type Objects = ReadonlyMap<string, string>

const everyFirst = (emails: Emails): readonly number[] => [...emails.everyEmail()]

const allEmails = (emails: Emails): Objects =>
  new Map(everyFirst(emails).map((entry) => [emails.idOf(entry), JSON.stringify({
    mailboxes: emails.mailboxIdsOf(entry).toSorted(),
    keywords: keywordsOfFlags(emails.flagsOf(entry)).toSorted(),
    thread: emails.threadIdOf(entry),
  })]))

const allThreads = (emails: Emails): Objects => {
  const threads = new Set(everyFirst(emails).map((entry) => emails.threadOf(entry)))
  return new Map([...emails.emailsOfThreads(threads).values()].map((entries) =>
    [emails.threadIdOf(entries[0] ?? 0), entries.map((entry) => emails.idOf(entry)).join()]))
}

const allMailboxes = (emails: Emails): Objects =>
  new Map(emails.mailboxes.map((mailbox, number) => {
    const base = emails.bases[number] ?? 0
    const inside = everyFirst(emails).filter((first) => emails.entriesWith(first).some((entry) => entry >= base && entry < base + mailbox.messages.count))
    const unread = inside.filter((entry) => !emails.hasFlag(entry, '\\Seen'))
    return [mailbox.id, JSON.stringify([mailbox.name, emails.state.subscriptions.has(mailbox.name), inside.length, unread.length])]
  }))

/** Ids of a thread change with its oldest message where its thread is not known: compared by what is in them. */
const applied = (mirror: Map<string, string>, changes: ToldChanges, now: Objects): void => {
  for (const id of changes.created) assert.ok(!mirror.has(id), 'what is created was not there')
  for (const id of [...changes.created, ...changes.updated]) {
    const object = now.get(id)
    assert.ok(object !== undefined, 'what is told can be asked for')
    mirror.set(id, object)
  }
  for (const id of changes.destroyed) mirror.delete(id)
}

const kinds = [
  { all: allEmails, changes: emailChanges },
  { all: allThreads, changes: threadChanges },
  { all: allMailboxes, changes: (emails: Emails, since: Parameters<typeof mailboxChanges>[1]) => mailboxChanges(emails, since)?.changes },
]

test('changes lead a client to what is there, however few it takes at a time', () => {
  fc.assert(fc.property(history, fc.array(fc.tuple(fc.nat(60), fc.integer({ min: 1, max: 4 }))), (events, looks) => {
    const fold = new AccountFold(account)
    const mirrors = kinds.map((kind) => ({ ...kind, state: '0', objects: new Map(kind.all(emailsIn(fold.state()))) }))
    const look = (max: number, toTheEnd: boolean): void => {
      const emails = emailsIn(fold.state())
      for (const mirror of mirrors) {
        for (let more = true; more; ) {
          const since = sinceOfState(mirror.state, fold.seq)
          assert.ok(since)
          const changes = mirror.changes(emails, since)
          assert.ok(changes)
          const some = told(changes, fold.seq, max)
          applied(mirror.objects, some, mirror.all(emails))
          mirror.state = some.newState
          more = some.hasMoreChanges && toTheEnd
        }
      }
    }
    for (const [at, event] of events.entries()) {
      fold.apply((fold.seq + 1) as ModSeq, event)
      for (const [when, max] of looks) if (when === at) look(max, false)
    }
    look(2, true)
    for (const { objects, all } of mirrors) assert.deepEqual([...objects].toSorted(), [...all(emailsIn(fold.state()))].toSorted())
  }), { numRuns: 300 })
})

const arrivals = (count: number): readonly JournalEvent[] =>
  Array.from({ length: count }, (_, at) => ({
    kind: 'arrived', mailbox: null, message: messageNumber(at + 1), sizeBytes: 1, internalDateMs: 1, flags: [], atMs: 1, thread: null,
  }))

test('what is forgotten is not made up', () => {
  const fold = new AccountFold(account)
  for (const event of arrivals(changesMax + 1)) fold.apply((fold.seq + 1) as ModSeq, event)
  const emails = emailsIn(fold.state())
  assert.equal(emailChanges(emails, { seq: 1, id: '' }), undefined)
  assert.equal(threadChanges(emails, { seq: 1, id: '' }), undefined)
  assert.equal(mailboxChanges(emails, { seq: 1, id: '' }), undefined)
  assert.equal(emailChanges(emails, { seq: fold.seq - 10, id: '' })?.length, 10)
})

test('a message marked \\Deleted is gone, and back when the mark is', () => {
  const fold = new AccountFold(account)
  const [arrival] = arrivals(1)
  assert.ok(arrival)
  fold.apply(1 as ModSeq, arrival)
  const flagged = { kind: 'flagged', mailbox: inbox, uids: [range(1, 1)], flags: ['\\Deleted'], unchangedSince: null } as const
  fold.apply(2 as ModSeq, { ...flagged, mode: 'add' })
  assert.deepEqual(told(emailChanges(emailsIn(fold.state()), { seq: 1, id: '' }) ?? [], fold.seq, 9).destroyed, [messageNumber(1)])
  assert.deepEqual(emailsIn(fold.state()).placesOf(messageNumber(1)), [])
  fold.apply(3 as ModSeq, { ...flagged, mode: 'remove' })
  assert.deepEqual(told(emailChanges(emailsIn(fold.state()), { seq: 2, id: '' }) ?? [], fold.seq, 9).created, [messageNumber(1)])
})

test('a state of another form, or of the future, is none', () => {
  for (const text of ['', '-1', '01', '1e3', '9', '1.', '1.a b', '1.2.3']) assert.equal(sinceOfState(text, 8 as ModSeq), undefined, text)
  assert.deepEqual(sinceOfState('8.x-1', 8 as ModSeq), { seq: 8, id: 'x-1' })
})
