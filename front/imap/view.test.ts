import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { MessageId, Uid } from '@bulkhead/base/ids.ts'
import type { MessageList } from '@bulkhead/mail/account/mail-account.ts'
import { positionsOfUids } from '@bulkhead/wire/imap/sequence-set.ts'
import { changesOf, expungeNumbers, hushing, uidRangesOf } from './view.ts'

const listOf = (messages: ReadonlyMap<number, number>): MessageList => {
  const uids = Uint32Array.from(messages.keys()).sort()
  return {
    count: uids.length,
    uids,
    modSeqs: Float64Array.from(uids, (uid) => messages.get(uid) ?? 0),
    modSeq: (at) => messages.get(uids[at] ?? 0) ?? 0,
    sizes: new Uint32Array(uids.length),
    internalDates: new Float64Array(uids.length),
    saveDates: new Uint32Array(uids.length),
    threadId: () => null,
    sharedUpTo: (_, at) => at,
    messageId: () => '' as MessageId,
    flags: () => [],
    hasFlag: () => false,
    indexOf: (uid) => uids.indexOf(uid),
  }
}

const messages = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 3 })), { maxLength: 30 })
  .map((pairs) => new Map(pairs))

test('a client that follows what it is told has the mailbox as it is', () => {
  fc.assert(
    fc.property(messages, messages, fc.integer({ min: 0, max: 40 }), (before, changes, arrivedFrom) => {
      // What was there is changed or gone; what came has higher UIDs.
      const now = new Map([...changes].filter(([uid]) => before.has(uid)))
      const last = Math.max(0, ...before.keys())
      for (let count = 0; count < arrivedFrom % 5; count += 1) now.set(last + 1 + count, 1)
      const shown = listOf(before)
      const current = listOf(now)
      const { gone, exists, flagged } = changesOf(shown, current)
      const client = [...shown.uids]
      for (const number of expungeNumbers(gone)) client.splice(number - 1, 1)
      const arrived = (exists ?? client.length) - client.length
      assert.deepEqual([...client, ...[...current.uids].slice(client.length)], [...current.uids])
      assert.equal(arrived, current.count - client.length)
      assert.equal(exists === null, arrived === 0)
      const moved = client.filter((uid) => before.get(uid) !== now.get(uid))
      assert.deepEqual(flagged.map((at) => current.uids[at]), moved)
    }),
  )
})

test('ranges of a view name every message asked for and none the client does not know', () => {
  fc.assert(
    fc.property(messages, fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 40 }), (there, from, to) => {
      const list = listOf(there)
      const ranges = uidRangesOf(list, positionsOfUids([[from, to]], list.uids, list.count))
      const named = [...list.uids].filter((uid) => ranges.some(([low, high]) => uid >= low && uid <= high))
      const wanted = [...list.uids].filter((uid) => uid >= Math.min(from, to) && uid <= Math.max(from, to))
      assert.deepEqual(named, wanted)
    }),
  )
})

test('only the change a session made itself is hushed', () => {
  const hushed = { uids: [[2 as Uid, 4 as Uid]], mode: 'add', flags: ['\\Seen'] } as const
  assert.ok(hushing(hushed)(3, ['$Work'], ['\\Seen', '$Work']))
  assert.ok(!hushing(hushed)(3, ['$Work'], ['\\Seen']))
  assert.ok(!hushing(hushed)(5, [], ['\\Seen']))
  assert.ok(hushing({ ...hushed, mode: 'remove' })(2, ['\\seen', 'a'], ['a']))
  assert.ok(hushing({ ...hushed, mode: 'replace' })(2, ['a'], ['\\Seen']))
})
