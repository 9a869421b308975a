/** Events for property tests: a small world, so that they meet. */
import fc from 'fast-check'
import type { AccountHandle, MailboxId, MessageId, ModSeq, Uid } from '@bulkhead/base/ids.ts'
import { specialUses, type JournalEvent, type UidRanges } from '../event.ts'
import { objectKinds } from '../objects.ts'

export const mailboxNumber = (number: number): MailboxId =>
  `00000000-0000-4000-8000-${String(number).padStart(12, '0')}` as MailboxId
export const messageNumber = (number: number): MessageId =>
  `00000000-0000-4000-9000-${String(number).padStart(12, '0')}` as MessageId
export const range = (from: number, to: number): readonly [Uid, Uid] => [from as Uid, to as Uid]

/** Ranges made of steps, so that they ascend. */
export const uidRanges: fc.Arbitrary<UidRanges> = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 4 }), fc.nat(4)), { maxLength: 4 })
  .map((steps) => {
    let last = 0
    return steps.map(([gap, more]) => {
      const from = last + gap
      last = from + more
      return range(from, last)
    })
  })

const plain = { noNullPrototype: true }
const mailbox = fc.nat(4).map(mailboxNumber)
const name = fc.constantFrom('a', 'b', 'a/b', 'a/b/c', 'b/a', 'INBOX', 'INBOX/a', 'ごみ箱', 'c', 'c/d')
const flags = fc.uniqueArray(fc.constantFrom('\\Seen', '\\Deleted', '\\Flagged', '$Forwarded', 'Junk', 'junk'), { maxLength: 3 })

const atMs = fc.oneof(fc.constant(0), fc.integer({ min: 1_000, max: 2_000_000_000_000 }))
const annotation = fc.record({
  entry: fc.constantFrom('/private/comment', '/shared/comment', '/shared/vendor/x', 'no entry'),
  value: fc.option(fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes))),
}, plain)
const member = fc.nat(3).map((number) => messageNumber(number) as string as AccountHandle)
const rights = fc.constantFrom('', 'lr', 'lrs', 'rlx', 'w', 'lrswipkxtea')
const uidl = fc.tuple(fc.integer({ min: 1, max: 20 }).map((uid) => uid as Uid), fc.constantFrom('a1', 'b2', 'c3', 'no unique-id'))

const objectChange = fc.record({
  kind: fc.constantFrom(...objectKinds),
  id: fc.constantFrom('a', 'b', 'c1', 'c2', 'c3', 'no id!'),
  value: fc.option(fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes))),
}, plain)

export const eventsAmong = (where: fc.Arbitrary<MailboxId>): fc.Arbitrary<JournalEvent> =>
  fc.oneof(
    fc.record({
      kind: fc.constant('mailboxCreated' as const),
      mailbox: where,
      name,
      uidValidity: fc.integer({ min: 1, max: 0x7fff_ffff }),
      specialUse: fc.constantFrom(null, ...specialUses),
    }, plain),
    fc.record({ kind: fc.constant('mailboxRenamed' as const), mailbox: where, name }, plain),
    fc.record({ kind: fc.constant('mailboxDeleted' as const), mailbox: where }, plain),
    fc.record({ kind: fc.constant('subscribed' as const), name, on: fc.boolean() }, plain),
    fc.record({
      kind: fc.constant('arrived' as const),
      mailbox: fc.option(where),
      message: fc.nat(1_000).map(messageNumber),
      sizeBytes: fc.nat(100_000),
      internalDateMs: fc.nat(2_000_000_000),
      flags,
      atMs,
      thread: fc.option(fc.uint8Array({ minLength: 8, maxLength: 8 }).map((bytes) => Buffer.from(bytes))),
    }, plain),
    fc.record({
      kind: fc.constant('filed' as const),
      into: fc.record({ specialUse: fc.constantFrom(null, ...specialUses), name }, plain),
      message: fc.nat(1_000).map(messageNumber),
      sizeBytes: fc.nat(100_000),
      internalDateMs: fc.nat(2_000_000_000),
      flags,
      atMs,
      thread: fc.option(fc.uint8Array({ minLength: 8, maxLength: 8 }).map((bytes) => Buffer.from(bytes))),
    }, plain),
    fc.record({
      kind: fc.constant('placed' as const),
      into: fc.oneof(fc.option(fc.record({ specialUse: fc.constantFrom(null, ...specialUses), name }, plain)), where),
      first: fc.boolean(),
      message: fc.nat(1_000).map(messageNumber),
      sizeBytes: fc.nat(100_000),
      internalDateMs: fc.nat(2_000_000_000),
      flags,
      atMs,
      thread: fc.option(fc.uint8Array({ minLength: 8, maxLength: 8 }).map((bytes) => Buffer.from(bytes))),
    }, plain),
    fc.record({ kind: fc.constantFrom('copied' as const, 'moved' as const), from: where, uids: uidRanges, to: where, atMs }, plain),
    fc.record({
      kind: fc.constant('flagged' as const),
      mailbox: where,
      uids: uidRanges,
      mode: fc.constantFrom('add' as const, 'remove' as const, 'replace' as const),
      flags,
      unchangedSince: fc.option(fc.nat(60).map((seq) => seq as ModSeq)),
    }, plain),
    fc.record({ kind: fc.constant('expunged' as const), mailbox: where, uids: uidRanges }, plain),
    fc.record({ kind: fc.constant('annotated' as const), mailbox: fc.option(where), entries: fc.array(annotation, { maxLength: 3 }) }, plain),
    fc.record({ kind: fc.constant('aclSet' as const), member, identifier: fc.constantFrom('a@one.example', 'b@one.example'), rights }, plain),
    fc.record({ kind: fc.constant('objectsSet' as const), changes: fc.array(objectChange, { maxLength: 4 }) }, plain),
    fc.record({ kind: fc.constant('uidlsSet' as const), mailbox: where, uidls: fc.array(uidl, { maxLength: 3 }) }, plain),
  )

export const anyEvent = eventsAmong(mailbox)

type Coming = Extract<JournalEvent, { kind: 'arrived' | 'filed' | 'placed' }>
type Own = Partial<Pick<Coming, 'thread' | 'internalDateMs'>>

const isComing = (event: JournalEvent): event is Coming => event.kind === 'arrived' || event.kind === 'filed' || event.kind === 'placed'

/**
 * As writers write them: each delivery brings a message of its own (number 1 and up, by its place), and what is placed in a row is one. `own`: what
 * else is its own.
 */
export const withOwnMessages = (events: readonly JournalEvent[], own: (at: number, event: Coming) => Own = () => ({})): readonly JournalEvent[] => {
  const out: JournalEvent[] = []
  for (const [at, event] of events.entries()) {
    const before = out.at(-1)
    if (!isComing(event)) out.push(event)
    else if (event.kind === 'placed' && !event.first && before?.kind === 'placed') {
      const { message, thread, sizeBytes, internalDateMs, atMs } = before
      const first = before.first && before.flags.some((flag) => flag.toLowerCase() === '\\deleted')
      out.push({ ...event, first, message, thread, sizeBytes, internalDateMs, atMs })
    } else {
      const whole = { ...event, message: messageNumber(at + 1), ...own(at, event) }
      out.push(whole.kind === 'placed' ? { ...whole, first: true } : whole)
    }
  }
  return out
}
