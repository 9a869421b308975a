import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { MailboxId, MessageId } from '@bulkhead/base/ids.ts'
import { decodeEvent, encodeEvent, uidRangesPerEventMax } from './event-codec.ts'
import type { JournalEvent } from './event.ts'
import { anyEvent, range } from './testing/events.ts'

test('decoding undoes encoding', () => {
  fc.assert(fc.property(anyEvent, (event) => assert.deepEqual(decodeEvent(encodeEvent(event)), event)))
})

test('any bytes give an event or nothing, never a throw', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void decodeEvent(bytes)))
  const headed = fc.tuple(fc.integer({ min: 0, max: 17 }), fc.uint8Array({ maxLength: 120 }))
  fc.assert(fc.property(headed, ([kind, rest]) => void decodeEvent(Buffer.of(1, kind, ...rest))))
})

test('an event cut short, lengthened, or of another version is none', () => {
  fc.assert(fc.property(anyEvent, fc.nat(200), (event, cut) => {
    const bytes = encodeEvent(event)
    if (cut < bytes.length) assert.equal(decodeEvent(bytes.subarray(0, cut)), undefined)
    assert.equal(decodeEvent(Buffer.concat([bytes, Buffer.of(0)])), undefined)
    assert.equal(decodeEvent(Buffer.concat([Buffer.of(2), bytes.subarray(1)])), undefined)
  }))
})

const mailbox = '00000000-0000-4000-8000-000000000000' as MailboxId

test('a count that can not be true is refused before anything is made for it', () => {
  const claim = Buffer.concat([encodeEvent({ kind: 'expunged', mailbox, uids: [] }).subarray(0, 18), Buffer.of(0xff, 0xff, 0x7f)])
  assert.equal(decodeEvent(claim), undefined)
})

test('an event may hold as many ranges as one operation puts in it, and no more', () => {
  const many = Array.from({ length: uidRangesPerEventMax + 1 }, (_, at) => range(2 * at + 1, 2 * at + 1))
  const most = { kind: 'expunged', mailbox, uids: many.slice(1) } as const
  assert.deepEqual(decodeEvent(encodeEvent(most)), most)
  assert.equal(decodeEvent(encodeEvent({ kind: 'expunged', mailbox, uids: many })), undefined)
})

test('a date before 1970 or none at all is kept as the nearest one there is', () => {
  const message = mailbox as string as MessageId
  const arrived = { kind: 'arrived', mailbox: null, message, sizeBytes: 1, flags: [], atMs: 0, thread: null } as const
  const back = decodeEvent(encodeEvent({ ...arrived, internalDateMs: -5 }))
  assert.deepEqual(back, { ...arrived, internalDateMs: 0 })
})

test('events as they were written before dates of saving, threads and conditions are still read', () => {
  const earlier = { arrived: [5, 2], copied: [6, 1], moved: [7, 1], flagged: [8, 1] } as const
  fc.assert(fc.property(anyEvent, (any) => {
    if (any.kind !== 'arrived' && any.kind !== 'copied' && any.kind !== 'moved' && any.kind !== 'flagged') return
    const event = any.kind === 'flagged' ? { ...any, unchangedSince: null } : { ...any, atMs: 0, ...(any.kind === 'arrived' && { thread: null }) }
    const [code, added] = earlier[event.kind]
    const bytes = encodeEvent(event as JournalEvent)
    const then = Buffer.concat([bytes.subarray(0, 1), Buffer.of(code), bytes.subarray(2, bytes.length - added)])
    assert.deepEqual(decodeEvent(then), event)
  }))
})
