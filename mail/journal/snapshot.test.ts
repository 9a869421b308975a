import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { AccountHandle, MailboxId, ModSeq } from '@bulkhead/base/ids.ts'
import { byteWriter } from './binary.ts'
import type { JournalEvent } from './event.ts'
import { AccountFold } from './fold.ts'
import { inboxId } from './inbox.ts'
import { decodeSnapshot, encodeHead, headSegment, messagesSegment, segmentsOf, vanishedSegment } from './snapshot.ts'
import { eventsAmong, mailboxNumber, messageNumber, range } from './testing/events.ts'
import { plainState } from './testing/plain-state.ts'

const account = '11111111-1111-4111-8111-111111111111' as AccountHandle
const inbox = inboxId(account)
const events = fc.array(eventsAmong(fc.constantFrom(inbox, ...[0, 1, 2].map(mailboxNumber))), { maxLength: 50 })

const applyAll = (fold: AccountFold, some: readonly JournalEvent[]): AccountFold => {
  for (const event of some) fold.apply((fold.seq + 1) as ModSeq, event)
  return fold
}

/** Writes what changed, as a mailroom does, into `kept`. */
const write = (fold: AccountFold, kept: Map<string, Buffer>): readonly string[] => {
  const state = fold.state()
  const touched = fold.takeTouched()
  const segments = segmentsOf(state)
  const changed = [...segments].filter(([name, segment]) => !kept.has(name) || segment.isAmong(touched))
  for (const name of kept.keys()) if (!segments.has(name)) kept.delete(name)
  for (const [name, segment] of changed) kept.set(name, segment.encode())
  kept.set(headSegment, encodeHead(state, { dying: [], contentKeys: 0 }))
  return changed.map(([name]) => name)
}

const read = (kept: ReadonlyMap<string, Buffer>): AccountFold => {
  const opened = decodeSnapshot((name) => kept.get(name))
  assert.ok(opened)
  return new AccountFold(account, opened.start)
}

test('folding a snapshot and what followed is folding everything, wherever it is cut', () => {
  fc.assert(fc.property(events, fc.nat(50), (all, cut) => {
    const kept = new Map<string, Buffer>()
    write(applyAll(new AccountFold(account), all.slice(0, cut)), kept)
    const resumed = applyAll(read(kept), all.slice(cut))
    assert.deepEqual(plainState(resumed.state()), plainState(applyAll(new AccountFold(account), all).state()))
  }))
})

test('a snapshot written in steps, changed segments only, is the same', () => {
  fc.assert(fc.property(events, fc.array(fc.nat(50), { maxLength: 6 }), (all, cuts) => {
    const kept = new Map<string, Buffer>()
    const fold = new AccountFold(account)
    all.forEach((event, at) => {
      applyAll(fold, [event])
      if (cuts.includes(at)) write(fold, kept)
    })
    write(fold, kept)
    assert.deepEqual(plainState(read(kept).state()), plainState(fold.state()))
  }))
})

test('two mailrooms that write in turn, each what it saw change, leave a snapshot that adds up', () => {
  fc.assert(fc.property(events, fc.array(fc.tuple(fc.nat(50), fc.boolean()), { maxLength: 8 }), (all, writes) => {
    const kept = new Map<string, Buffer>()
    const rooms = [new AccountFold(account), new AccountFold(account)] as const
    all.forEach((event, at) => {
      for (const room of rooms) applyAll(room, [event])
      for (const [when, first] of writes) if (when === at) write(rooms[first ? 0 : 1], kept)
    })
    write(rooms[1], kept)
    assert.deepEqual(plainState(read(kept).state()), plainState(rooms[0].state()))
  }))
})

const arrivals = (from: number, to: number): readonly JournalEvent[] =>
  Array.from({ length: to - from }, (_, at) => ({
    kind: 'arrived',
    mailbox: null,
    message: messageNumber(from + at),
    sizeBytes: 1,
    internalDateMs: 1,
    flags: [],
    atMs: 1,
    thread: null,
  }))

test('a change of one message in a large mailbox rewrites its segment alone', () => {
  const kept = new Map<string, Buffer>()
  const fold = applyAll(new AccountFold(account), arrivals(1, 10_001))
  const logs = ['changes', 'c.0', 'c.1', 'c.2', 'c.3', 'c.4']
  assert.deepEqual(write(fold, kept), [...[0, 1, 2].map((number) => messagesSegment(inbox, number)), ...logs])
  applyAll(fold, [{ kind: 'flagged', mailbox: inbox, uids: [range(5_000, 5_000)], mode: 'add', flags: ['\\Seen'], unchangedSince: null }])
  assert.deepEqual(write(fold, kept), [messagesSegment(inbox, 1)])
  applyAll(fold, [{ kind: 'expunged', mailbox: inbox, uids: [range(1, 1)] }])
  assert.deepEqual(write(fold, kept), [messagesSegment(inbox, 0), vanishedSegment(inbox, 0), 'changes', 'c.4'])
  applyAll(fold, [{ kind: 'expunged', mailbox: inbox, uids: [range(2, 4_095)] }])
  assert.deepEqual(write(fold, kept), [vanishedSegment(inbox, 0), 'changes', 'c.4', 'c.5', 'c.6'])
  assert.ok(!kept.has(messagesSegment(inbox, 0)), 'an empty segment vanishes')
  assert.deepEqual(plainState(read(kept).state()), plainState(fold.state()))
})

test('a snapshot with a segment missing, of another length or out of order is none', () => {
  const kept = new Map<string, Buffer>()
  write(applyAll(new AccountFold(account), arrivals(1, 10)), kept)
  const name = messagesSegment(inbox, 0)
  const bytes = kept.get(name) ?? Buffer.alloc(0)
  const opened = (changed: Buffer | undefined) => decodeSnapshot((one) => (one === name ? changed : kept.get(one)))
  assert.ok(opened(bytes))
  assert.equal(opened(undefined), undefined)
  assert.equal(opened(bytes.subarray(1)), undefined)
  const swapped = Buffer.from(bytes)
  swapped.writeUInt32LE(9, 0)
  assert.equal(opened(swapped), undefined)
})

test('any bytes give a snapshot or none, never a throw', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => void decodeSnapshot(() => Buffer.of(1, ...bytes))))
})

test('what is dying is remembered', () => {
  const kept = new Map<string, Buffer>()
  write(new AccountFold(account), kept)
  const dying = [{ message: messageNumber(1), sinceMs: 1_700_000_000_000 }]
  kept.set(headSegment, encodeHead(new AccountFold(account).state(), { dying, contentKeys: 3 }))
  assert.deepEqual(decodeSnapshot((name) => kept.get(name))?.dying, dying)
})

test('the INBOX of a snapshot is the one INBOX', () => {
  const kept = new Map<string, Buffer>()
  write(applyAll(new AccountFold(account), arrivals(1, 3)), kept)
  const ids: MailboxId[] = [...read(kept).state().mailboxes.keys()]
  assert.deepEqual(ids, [inbox])
})

/** As version 1 wrote it: no dates of saving, no threads, nothing of what vanished. */
const writeVersion1 = (fold: AccountFold): ReadonlyMap<string, Buffer> => {
  const state = fold.state()
  const writer = byteWriter()
  for (const number of [1, state.seq, state.uidValidityLast, 0, 0, state.mailboxes.size]) writer.number(number)
  const segments = new Map<string, Buffer>()
  for (const { facts, messages } of state.mailboxes.values()) {
    writer.uuid(facts.id)
    writer.text(facts.name)
    writer.byte(0)
    for (const number of [facts.uidValidity, facts.uidNext, facts.highestModSeq, 0, 0, 1, 0, messages.count]) writer.number(number)
    const whole = segmentsOf(state).get(messagesSegment(facts.id, 0))?.encode() ?? Buffer.alloc(0)
    segments.set(messagesSegment(facts.id, 0), whole.subarray(0, messages.count * 48))
  }
  writer.number(0)
  writer.number(0)
  return segments.set(headSegment, writer.done())
}

test('a snapshot of version 1 is read; what it does not know is zero or forgotten', () => {
  const fold = applyAll(new AccountFold(account), [...arrivals(1, 10), { kind: 'expunged', mailbox: inbox, uids: [range(2, 3)] }])
  const kept = new Map(writeVersion1(fold))
  const resumed = read(kept)
  const { messages, vanishedSince } = resumed.state().inbox
  assert.deepEqual([...messages.uids], [...fold.state().inbox.messages.uids])
  assert.deepEqual([messages.saveDates[0], messages.threadId(0)], [0, null])
  assert.deepEqual(vanishedSince(0 as ModSeq), [range(2, 3)])
  applyAll(resumed, [{ kind: 'expunged', mailbox: inbox, uids: [range(5, 5)] }])
  assert.deepEqual(resumed.state().inbox.vanishedSince(10 as ModSeq), [range(5, 5)])
  write(resumed, kept)
  assert.deepEqual(read(kept).state().inbox.vanishedSince(10 as ModSeq), [range(5, 5)])
  assert.deepEqual(read(kept).state().inbox.vanishedSince(9 as ModSeq), [range(2, 3), range(5, 5)])
})

test('a log of what vanished that another mailroom began elsewhere is forgotten, not mixed in', () => {
  const start = writeVersion1(applyAll(new AccountFold(account), arrivals(1, 10)))
  const kept = new Map(start)
  const one = read(start)
  const events: readonly JournalEvent[] = [2, 4, 6].map((uid) => ({ kind: 'expunged', mailbox: inbox, uids: [range(uid, uid)] }))
  applyAll(one, events.slice(0, 2))
  const other = read(writeVersion1(one))
  applyAll(one, events.slice(2))
  write(one, kept)
  applyAll(other, events.slice(2))
  kept.set(vanishedSegment(inbox, 0), segmentsOf(other.state()).get(vanishedSegment(inbox, 0))?.encode() ?? Buffer.alloc(0))
  assert.deepEqual(read(kept).state().inbox.vanishedSince(11 as ModSeq), [range(2, 2), range(4, 4), range(6, 6)])
})
