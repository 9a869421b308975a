/** A client that splices its list as RFC 8620 section 5.6 says has, after any history, what asking again would give it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { AccountHandle, MessageId, ModSeq } from '@bulkhead/base/ids.ts'
import type { Comparator } from '@bulkhead/wire/jmap/filter.ts'
import type { EmailFilter, EmailSort, EmailTerm } from '@bulkhead/wire/jmap/mail/email-filter.ts'
import type { JournalEvent } from '../journal/event.ts'
import { AccountFold } from '../journal/fold.ts'
import { inboxId } from '../journal/inbox.ts'
import { eventsAmong, mailboxNumber, withOwnMessages } from '../journal/testing/events.ts'
import { nothingSifted } from '../packs/sheet-shelf.ts'
import type { SearchPorts } from '../search/ports.ts'
import { emailsIn } from './emails.ts'
import { changedResult } from './query-changes.ts'
import { findEmails, type EmailQuestion } from './query.ts'

const account = '11111111-1111-4111-8111-111111111111' as AccountHandle
const inbox = inboxId(account)

/** Nothing here is read. */
const ports: SearchPorts = {
  account: { account, largeTexts: undefined, async *indexBatches() { yield [] }, bodies: async () => [], sifted: async () => nothingSifted },
  gone: new AbortController().signal,
  progress: () => undefined,
}

const distinct = (events: readonly JournalEvent[]): readonly JournalEvent[] =>
  withOwnMessages(events, (at, { internalDateMs }) =>
    ({ thread: at % 5 === 0 ? null : Buffer.alloc(8, at % 3 + 1), internalDateMs: (internalDateMs % 4) * 1_000 }))

const history = fc.array(eventsAmong(fc.constantFrom(inbox, inbox, ...[0, 1].map(mailboxNumber))), { maxLength: 50 }).map(distinct)

const by = (property: EmailSort, isAscending: boolean, keyword: string | null = null): Comparator<EmailSort> => ({ property, isAscending, collation: null, keyword })
const condition = (...terms: readonly EmailTerm[]): EmailFilter => ({ is: 'condition', condition: terms })

const filters: readonly (EmailFilter | null)[] = [
  null,
  condition({ is: 'inMailbox', mailbox: inbox }),
  condition({ is: 'inMailbox', mailbox: mailboxNumber(1) }, { is: 'keyword', keyword: '$seen', set: false }),
  condition({ is: 'inMailboxOtherThan', mailboxes: [inbox] }),
  condition({ is: 'threadKeyword', which: 'some', keyword: '$flagged' }),
  { is: 'NOT', of: [condition({ is: 'threadKeyword', which: 'all', keyword: '$seen' }), condition({ is: 'received', fromMs: 2_000, beforeMs: Number.POSITIVE_INFINITY })] },
  { is: 'OR', of: [condition({ is: 'size', least: 0, most: 40_000 }), condition({ is: 'keyword', keyword: 'junk', set: true })] },
]
const sorts = [
  [], [by('receivedAt', true)], [by('size', false), by('receivedAt', true)], [by('hasKeyword', false, '$flagged')],
  [by('someInThreadHaveKeyword', false, '$seen'), by('receivedAt', false)], [by('allInThreadHaveKeyword', true, '$seen')],
]
const questions: readonly EmailQuestion[] = filters.flatMap((filter) =>
  sorts.flatMap((sort) => [true, false].map((collapseThreads) => ({ filter, sort, collapseThreads }))))

test('spliced results are the results', async () => {
  await fc.assert(fc.asyncProperty(history, fc.array(fc.nat(50), { maxLength: 4 }), async (events, looks) => {
    const fold = new AccountFold(account)
    const mirrors = questions.map((question) => ({ question, ids: new Array<string>(), seq: 0 }))
    const look = async (): Promise<void> => {
      for (const mirror of mirrors) {
        const found = await findEmails(ports, fold.state(), mirror.question)
        const ids = Array.from(found.entries, (entry) => found.emails.idOf(entry))
        const changes = changedResult(found, mirror.question, { seq: mirror.seq, id: '' }, null)
        assert.ok(changes)
        const removed = new Set(changes.removed)
        mirror.ids = mirror.ids.filter((id) => !removed.has(id))
        for (const { id, index } of changes.added) mirror.ids.splice(index, 0, id)
        assert.deepEqual(mirror.ids, ids)
        mirror.seq = fold.seq
      }
    }
    for (const [at, event] of events.entries()) {
      fold.apply((fold.seq + 1) as ModSeq, event)
      if (looks.includes(at)) await look()
    }
    await look()
  }), { numRuns: 100 })
})

test('what another program marked as deleted leaves its mailbox, also where the old result is forgotten', async () => {
  const fold = new AccountFold(account)
  const question: EmailQuestion = { filter: condition({ is: 'inMailbox', mailbox: inbox }), sort: [], collapseThreads: false }
  const arrived = distinct([0, 1].map(() => ({
    kind: 'arrived', mailbox: null, message: '' as MessageId, sizeBytes: 1, internalDateMs: 0, flags: [], atMs: 0, thread: null,
  })))
  for (const event of arrived) fold.apply((fold.seq + 1) as ModSeq, event)
  const { seq } = fold
  const marked = { kind: 'flagged', mailbox: inbox, uids: [[1, 1]], mode: 'add', flags: ['\\Deleted'], unchangedSince: null }
  fold.apply((seq + 1) as ModSeq, marked as unknown as JournalEvent)
  const found = await findEmails(ports, fold.state(), question)
  assert.deepEqual(changedResult(found, question, { seq, id: '' }, null), { removed: [emailsIn(fold.state()).mailboxes[0]?.messages.messageId(0)], added: [] })
})

test('where the old result is known, nothing is removed that was not in it', async () => {
  const few = questions.filter((_, at) => at % 7 === 0)
  await fc.assert(fc.asyncProperty(history, async (events) => {
    const fold = new AccountFold(account)
    let before = new Map<EmailQuestion, ReadonlySet<string>>()
    for (const event of events) {
      const next = new Map<EmailQuestion, ReadonlySet<string>>()
      for (const question of few) {
        const found = await findEmails(ports, fold.state(), question)
        next.set(question, new Set(Array.from(found.entries, (entry) => found.emails.idOf(entry))))
        const old = before.get(question)
        const changes = old === undefined ? undefined : changedResult(found, question, { seq: fold.seq - 1, id: '' }, null)
        for (const id of changes?.removed ?? []) assert.ok(old?.has(id))
      }
      before = next
      fold.apply((fold.seq + 1) as ModSeq, event)
    }
  }), { numRuns: 40 })
})

test('each Email is found once, in every mailbox it is looked for in', async () => {
  await fc.assert(fc.asyncProperty(history, async (events) => {
    const fold = new AccountFold(account)
    for (const event of events) fold.apply((fold.seq + 1) as ModSeq, event)
    const idsOf = async (filter: EmailFilter | null): Promise<readonly string[]> => {
      const { emails, entries } = await findEmails(ports, fold.state(), { filter, sort: [], collapseThreads: false })
      return Array.from(entries, (entry) => emails.idOf(entry))
    }
    const all = await idsOf(null)
    assert.equal(new Set(all).size, all.length)
    const together = new Set<string>()
    for (const mailbox of fold.state().mailboxes.keys()) {
      const inside = await idsOf(condition({ is: 'inMailbox', mailbox }))
      assert.equal(new Set(inside).size, inside.length)
      for (const id of inside) together.add(id)
    }
    assert.deepEqual([...together].toSorted(), all.toSorted())
  }), { numRuns: 200 })
})
