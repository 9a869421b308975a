import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { AccountHandle, ModSeq, Uid } from '@bulkhead/base/ids.ts'
import { annotationBytesMax, annotationsBytesMax } from './annotations.ts'
import { messageCame } from './change-log.ts'
import type { JournalEvent, SpecialUse } from './event.ts'
import { AccountFold, mailboxesMax, type Outcome } from './fold.ts'
import { inboxId } from './inbox.ts'
import { keywordsMax } from './keywords.ts'
import { anyEvent, eventsAmong, mailboxNumber, messageNumber, range, withOwnMessages } from './testing/events.ts'
import { plainState } from './testing/plain-state.ts'

const account = '11111111-1111-4111-8111-111111111111' as AccountHandle
const inbox = inboxId(account)
const anywhere = eventsAmong(fc.constantFrom(inbox, ...[0, 1, 2, 3].map(mailboxNumber)))

const foldAll = (events: readonly (JournalEvent | undefined)[]) => {
  const fold = new AccountFold(account)
  const outcomes = events.map((event, at) => fold.apply((at + 1) as ModSeq, event))
  return { fold, outcomes, last: outcomes.at(-1), state: fold.state() }
}

const created = (number: number, name: string, uidValidity = 1_700_000_000): JournalEvent =>
  ({ kind: 'mailboxCreated', mailbox: mailboxNumber(number), name, uidValidity, specialUse: null })
const arrived = (number: number, flags: readonly string[] = []): JournalEvent =>
  ({ kind: 'arrived', mailbox: null, message: messageNumber(number), sizeBytes: 10, internalDateMs: 5, flags, atMs: 7_000, thread: null })

test('the INBOX is there before the first event, the same everywhere', () => {
  const { state } = foldAll([])
  assert.equal(state.inbox.name, 'INBOX')
  assert.equal(state.inbox.id, foldAll([]).state.inbox.id)
  assert.ok(state.inbox.uidValidity >= 1)
  assert.deepEqual([...state.subscriptions], ['INBOX'])
})

const filed = (number: number, name: string, specialUse: SpecialUse | null): JournalEvent =>
  ({ kind: 'filed', into: { specialUse, name }, message: messageNumber(number), sizeBytes: 10, internalDateMs: 5, flags: [], atMs: 7_000, thread: null })

test('what is filed goes into the mailbox of that use, then of that name, then into a new one, and into the INBOX where none can be', () => {
  const junk: JournalEvent = { kind: 'mailboxCreated', mailbox: mailboxNumber(1), name: '迷惑メール', uidValidity: 1_700_000_000, specialUse: '\\Junk' }
  const { state } = foldAll([
    filed(1, 'Junk', '\\Junk'), filed(2, 'Junk', '\\Junk'), filed(3, 'Quarantine', null), filed(4, 'no/superior', null), filed(5, '', null),
  ])
  assert.deepEqual([...state.mailboxes.values()].map(({ name, specialUse, messages }) => [name, specialUse, messages.count]), [
    ['INBOX', null, 2], ['Junk', '\\Junk', 2], ['Quarantine', null, 1],
  ])
  assert.equal(foldAll([junk, filed(1, 'Junk', '\\Junk')]).state.byName('迷惑メール')?.messages.count, 1)
  assert.equal(foldAll([created(1, 'Junk'), filed(1, 'Junk', '\\Junk')]).state.byName('Junk')?.messages.count, 1)
})

const placed = (number: number, into: string | null, first: boolean): JournalEvent => ({
  kind: 'placed', into: into === null ? null : { specialUse: null, name: into }, first, message: messageNumber(number),
  sizeBytes: 10, internalDateMs: 5, flags: [], atMs: 7_000, thread: null,
})

test('a delivery into several mailboxes is one message in each, new once; two places that come to one mailbox are one', () => {
  const { state, outcomes } = foldAll([
    placed(1, null, true), placed(1, 'Work', false), placed(1, 'no/superior', false), placed(2, 'no/superior', true), placed(2, null, false),
  ])
  assert.deepEqual([...state.mailboxes.values()].map(({ name, messages }) => [name, messages.count]), [['INBOX', 2], ['Work', 1]])
  assert.deepEqual(outcomes.map(({ is }) => is), ['arrived', 'arrived', 'nothing', 'arrived', 'nothing'])
  assert.equal(state.byName('Work')?.messages.messageId(0), messageNumber(1))
  assert.deepEqual([...state.changes.kinds.subarray(0, state.changes.count)].filter((kind) => kind === messageCame).length, 2)
})

test('folding never throws, whatever the events, and invariants hold', () => {
  fc.assert(fc.property(fc.array(fc.oneof(anyEvent, anywhere), { maxLength: 60 }), (events) => {
    const { state } = foldAll(events)
    for (const mailbox of state.mailboxes.values()) {
      const superior = mailbox.name.lastIndexOf('/')
      if (superior > 0) assert.ok(state.byName(mailbox.name.slice(0, superior)), 'every level exists')
      const { messages } = mailbox
      const positions = Array.from({ length: messages.count }, (_, at) => at)
      assert.equal(mailbox.unseen, positions.filter((at) => !messages.hasFlag(at, '\\Seen')).length)
      assert.equal(mailbox.deleted, positions.filter((at) => messages.hasFlag(at, '\\Deleted')).length)
      for (const at of positions) {
        const uid = messages.uids[at] ?? 0
        assert.ok(uid > (messages.uids[at - 1] ?? 0) && uid < mailbox.uidNext, 'UIDs ascend and stay below uidNext')
        assert.equal(messages.indexOf(uid as Uid), at)
        assert.ok((messages.modSeqs[at] ?? 0) <= mailbox.highestModSeq, 'no message is newer than its mailbox')
      }
    }
    const validities = [...state.mailboxes.values()].map((mailbox) => mailbox.uidValidity)
    assert.equal(new Set(validities).size, validities.length, 'no UIDVALIDITY is given twice')
  }))
})

test('a view once given never changes, and views taken on the way change nothing', () => {
  fc.assert(fc.property(fc.array(fc.tuple(anywhere, fc.boolean()), { maxLength: 40 }), (steps) => {
    const fold = new AccountFold(account)
    const kept = steps.flatMap(([event, look], at) => {
      fold.apply((at + 1) as ModSeq, event)
      return look ? [{ view: fold.state(), then: plainState(fold.state()) }] : []
    })
    for (const { view, then } of kept) assert.deepEqual(plainState(view), then)
    assert.deepEqual(plainState(fold.state()), plainState(foldAll(steps.map(([event]) => event)).state))
  }))
})

test('two readers of one journal, however they cut it, see the same', () => {
  fc.assert(fc.property(fc.array(anywhere, { maxLength: 40 }), fc.array(fc.nat(39)), (events, cuts) => {
    const slow = new AccountFold(account)
    events.forEach((event, at) => {
      slow.apply((at + 1) as ModSeq, event)
      if (cuts.includes(at)) slow.takeDead()
      if (cuts.includes(at)) slow.state()
    })
    assert.deepEqual(plainState(slow.state()), plainState(foldAll(events).state))
  }))
})

test('flag changes of two writers commute when they touch different flags', () => {
  const change = (flag: string, mode: 'add' | 'remove'): JournalEvent =>
    ({ kind: 'flagged', mailbox: inbox, uids: [range(1, 3)], mode, flags: [flag], unchangedSince: null })
  const start = [arrived(1), arrived(2), arrived(3)]
  const flagsAfter = (...events: readonly JournalEvent[]) =>
    plainState(foldAll([...start, ...events]).state).mailboxes[0]?.messages.map(({ flags }) => flags)
  const one = change('\\Seen', 'add')
  const other = change('\\Flagged', 'add')
  assert.deepEqual(flagsAfter(one, other), flagsAfter(other, one))
  assert.deepEqual(flagsAfter(one, one), flagsAfter(one))
})

test('a message is dead exactly when no mailbox holds it any more', () => {
  const unique = fc.array(anywhere, { maxLength: 50 }).map((events) => withOwnMessages(events))
  fc.assert(fc.property(unique, fc.nat(50), (events, cut) => {
    const fold = new AccountFold(account)
    const dead: string[] = []
    events.forEach((event, at) => {
      fold.apply((at + 1) as ModSeq, event)
      if (at === cut) dead.push(...fold.takeDead().map(({ message }) => message))
    })
    dead.push(...fold.takeDead().map(({ message }) => message))
    const held = new Set(plainState(fold.state()).mailboxes.flatMap((one) => one.messages.map(({ id }) => id)))
    const ever = [...new Set(events.flatMap((event) => ('message' in event ? [event.message] : [])))]
    assert.deepEqual(dead.toSorted(), ever.filter((message) => !held.has(message)).toSorted())
  }))
})

test('an event that could not be read takes its number and does nothing else', () => {
  const { state, outcomes } = foldAll([undefined, arrived(1)])
  assert.deepEqual(outcomes[0], { is: 'nothing' })
  assert.equal(state.seq, 2)
  assert.equal(state.inbox.messages.modSeqs[0], 2)
})

test('the second of two creations of a name folds to nothing', () => {
  const { outcomes, state } = foldAll([created(1, 'Sent'), created(2, 'Sent')])
  assert.deepEqual(outcomes, [{ is: 'done' }, { is: 'nothing' }])
  assert.equal(state.byName('Sent')?.id, mailboxNumber(1))
})

test('a mailbox made again under an old name has a higher UIDVALIDITY, even in the same second', () => {
  const { state } = foldAll([created(1, 'a'), { kind: 'mailboxDeleted', mailbox: mailboxNumber(1) }, created(2, 'a')])
  assert.equal(state.byName('a')?.uidValidity, 1_700_000_001)
})

test('a rename takes the inferiors along and keeps what they are', () => {
  const { state } = foldAll([created(1, 'a'), created(2, 'a/b'), { kind: 'mailboxRenamed', mailbox: mailboxNumber(1), name: 'z' }])
  assert.deepEqual([...state.mailboxes.values()].map(({ name }) => name), ['INBOX', 'z', 'z/b'])
  assert.equal(state.byName('z/b')?.id, mailboxNumber(2))
})

test('no mailbox moves into itself, onto another or too deep; the INBOX stays', () => {
  const deep = 'd/d/d/d/d/d/d/d/d'.split('/').map((_, at) => created(10 + at, Array(at + 1).fill('d').join('/')))
  const start = [created(1, 'a'), created(2, 'a/b'), created(3, 'c'), ...deep]
  const rename = (mailbox: typeof inbox, name: string): Outcome | undefined =>
    foldAll([...start, { kind: 'mailboxRenamed', mailbox, name }]).last
  assert.deepEqual(rename(mailboxNumber(1), 'a/b/a'), { is: 'nothing' })
  assert.deepEqual(rename(mailboxNumber(1), 'c'), { is: 'nothing' })
  assert.deepEqual(rename(mailboxNumber(1), 'd/d/d/d/d/d/d/d/d/a'), { is: 'nothing' })
  assert.deepEqual(rename(inbox, 'x'), { is: 'nothing' })
  assert.deepEqual(rename(mailboxNumber(1), 'c/a'), { is: 'done' })
})

test('a mailbox with inferiors, and the INBOX, are not deleted', () => {
  const start = [created(1, 'a'), created(2, 'a/b')]
  assert.deepEqual(foldAll([...start, { kind: 'mailboxDeleted', mailbox: mailboxNumber(1) }]).last, { is: 'nothing' })
  assert.deepEqual(foldAll([...start, { kind: 'mailboxDeleted', mailbox: inbox }]).last, { is: 'nothing' })
})

test('a message for a mailbox that is gone comes to the INBOX', () => {
  const { state } = foldAll([{ ...arrived(1), mailbox: mailboxNumber(9) } as JournalEvent])
  assert.equal(state.inbox.messages.count, 1)
})

test('a copy keeps flags and date and tells its UIDs; a move leaves nothing behind', () => {
  const start = [created(1, 'a'), arrived(1, ['\\Seen', '$Label1']), arrived(2), arrived(3)]
  const copy = foldAll([...start, { kind: 'copied', from: inbox, uids: [range(1, 1), range(3, 9)], to: mailboxNumber(1), atMs: 9_000 }])
  assert.deepEqual(copy.last, { is: 'transferred', uidValidity: 1_700_000_000, uids: [[1, 1], [3, 2]] })
  assert.deepEqual(copy.state.byName('a')?.messages.flags(0), ['\\Seen', '$Label1'])
  assert.equal(copy.state.byName('a')?.messages.saveDates[0], 9)
  assert.equal(copy.state.inbox.messages.saveDates[0], 7)
  assert.equal(copy.state.inbox.messages.count, 3)
  const move = foldAll([...start, { kind: 'moved', from: inbox, uids: [range(1, 2)], to: mailboxNumber(1), atMs: 9_000 }])
  assert.deepEqual([...move.state.inbox.messages.uids], [3])
  assert.equal(move.state.byName('a')?.messages.modSeqs[0], 5)
  const here = foldAll([...start, { kind: 'moved', from: inbox, uids: [range(1, 2)], to: inbox, atMs: 9_000 }])
  assert.deepEqual([...here.state.inbox.messages.uids], [3, 4, 5])
})

test('a change that changes nothing leaves MODSEQ alone', () => {
  const seen: JournalEvent = { kind: 'flagged', mailbox: inbox, uids: [range(1, 1)], mode: 'add', flags: ['\\seen'], unchangedSince: null }
  const { state } = foldAll([arrived(1), seen, seen])
  assert.equal(state.inbox.messages.modSeqs[0], 2)
  assert.equal(state.inbox.highestModSeq, 2)
})

test('keywords keep their first spelling, and those beyond the limit are ignored', () => {
  const add = (flags: readonly string[]): JournalEvent =>
    ({ kind: 'flagged', mailbox: inbox, uids: [range(1, 1)], mode: 'add', flags, unchangedSince: null })
  const many = Array.from({ length: keywordsMax + 5 }, (_, at) => `k${at}`)
  const { state } = foldAll([arrived(1), ...many.map((keyword) => add([keyword])), add(['K0', '\\Recent', 'bad keyword'])])
  assert.deepEqual(state.inbox.messages.flags(0), many.slice(0, keywordsMax))
  assert.ok(state.inbox.messages.hasFlag(0, 'K56'))
  assert.ok(!state.inbox.messages.hasFlag(0, '\\Seen'))
})

test('there are not more mailboxes than the limit', () => {
  const { state } = foldAll(Array.from({ length: mailboxesMax + 3 }, (_, at) => created(at, `m${at}`)))
  assert.equal(state.mailboxes.size, mailboxesMax)
})

test('what vanished since a MODSEQ is what a plain model says, whatever happened', () => {
  fc.assert(fc.property(fc.array(anywhere, { maxLength: 50 }), (events) => {
    const fold = new AccountFold(account)
    const gone = new Map<string, [uid: number, seq: number][]>()
    let before = fold.state()
    events.forEach((event, at) => {
      fold.apply((at + 1) as ModSeq, event)
      const after = fold.state()
      for (const { id, messages } of before.mailboxes.values()) {
        const now = new Set(after.mailboxes.get(id)?.messages.uids)
        const went = [...messages.uids].filter((uid) => !now.has(uid)).map((uid): [number, number] => [uid, at + 1])
        gone.set(id, [...(gone.get(id) ?? []), ...went])
      }
      before = after
    })
    for (const mailbox of before.mailboxes.values()) {
      for (let since = 0; since <= events.length; since += 1) {
        const told = mailbox.vanishedSince(since as ModSeq).flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, at) => from + at))
        const model = (gone.get(mailbox.id) ?? []).filter(([, seq]) => seq > since).map(([uid]) => uid)
        assert.deepEqual(told, model.toSorted((one, other) => one - other))
      }
    }
  }))
})

test('a conditional change never touches what is newer, and tells what it left alone', () => {
  fc.assert(fc.property(fc.array(anywhere, { maxLength: 40 }), fc.nat(40), (events, unchangedSince) => {
    const { fold, state } = foldAll(events)
    const { messages } = state.inbox
    const change: JournalEvent =
      { kind: 'flagged', mailbox: inbox, uids: [range(1, 0xffff_ffff)], mode: 'add', flags: ['changed'], unchangedSince: unchangedSince as ModSeq }
    const outcome = fold.apply((events.length + 1) as ModSeq, change)
    const newer = [...messages.uids].filter((_, at) => (messages.modSeqs[at] ?? 0) > unchangedSince)
    assert.deepEqual(outcome, { is: 'flagged', left: newer })
    const after = fold.state().inbox.messages
    for (const [at, uid] of messages.uids.entries()) assert.equal(after.hasFlag(at, 'changed'), !newer.includes(uid))
  }))
})

test('annotations keep within their limits, and go with their mailbox', () => {
  const value = Buffer.alloc(annotationBytesMax)
  const set = (mailbox: typeof inbox | null, count: number): JournalEvent =>
    ({ kind: 'annotated', mailbox, entries: Array.from({ length: count }, (_, at) => ({ entry: `/private/vendor/e${at}`, value })) })
  const { state } = foldAll([created(1, 'a'), set(mailboxNumber(1), 40), set(null, 100)])
  const held = (state.byName('a')?.annotations.size ?? 0) + state.annotations.size
  assert.equal(held, Math.floor(annotationsBytesMax / (annotationBytesMax + 18)))
  assert.equal(state.byName('a')?.annotations.size, 40)
  const removed = { kind: 'annotated', mailbox: null, entries: [{ entry: '/private/vendor/e0', value: null }] } as const
  const later = foldAll([created(1, 'a'), set(mailboxNumber(1), 40), { kind: 'mailboxDeleted', mailbox: mailboxNumber(1) }, set(null, 50), removed])
  assert.equal(later.state.annotations.size, 49)
})

test('a unique-id once given stays, and goes with its message', () => {
  const give = (uid: number, uidl: string): JournalEvent => ({ kind: 'uidlsSet', mailbox: inbox, uidls: [[uid as Uid, uidl]] })
  const { state } = foldAll([arrived(1), arrived(2), give(1, 'first'), give(1, 'second'), give(2, 'with space'), give(9, 'nothing there')])
  assert.equal(state.inbox.uidlOf(1 as Uid), 'first')
  assert.equal(state.inbox.uidlOf(2 as Uid), undefined)
  assert.equal(state.inbox.uidlOf(9 as Uid), undefined)
  const gone = foldAll([arrived(1), give(1, 'first'), { kind: 'expunged', mailbox: inbox, uids: [range(1, 1)] }])
  assert.equal(gone.state.inbox.uidlOf(1 as Uid), undefined)
})

test('the owner of a shared mailbox keeps every right; members see it or are none', () => {
  const [alice, bob] = ['a', 'b'].map((letter) => `${letter.repeat(8)}-0000-4000-8000-000000000000` as AccountHandle)
  assert.ok(alice && bob)
  const set = (member: AccountHandle, rights: string): JournalEvent => ({ kind: 'aclSet', member, identifier: member, rights })
  const rightsAfter = (...events: readonly JournalEvent[]) => [...foldAll(events).state.acl.values()].map(({ rights }) => rights)
  assert.deepEqual(rightsAfter(set(alice, 'lr'), set(bob, 'wrl')), ['lrswipkxtea', 'lrw'])
  assert.deepEqual(rightsAfter(set(alice, ''), set(bob, 'lr'), set(alice, 'l'), set(bob, 'ws')), ['lrswipkxtea'])
  assert.deepEqual(rightsAfter(set(alice, ''), set(bob, 'w')), ['lrswipkxtea'])
})
