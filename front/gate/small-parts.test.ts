import assert from 'node:assert/strict'
import { test } from 'node:test'
import { reply } from '@bulkhead/wire/smtp/reply.ts'
import { admission } from './admission.ts'
import { foldReplies } from './fold-replies.ts'
import { replyQueue } from './reply-queue.ts'

test('replies leave in the order of their commands, as far as they are known', () => {
  const queue = replyQueue()
  queue.put('a')
  const b = queue.reserve()
  const c = queue.reserve()
  queue.put('d')
  assert.equal(queue.take(), 'a')
  c.text = 'c'
  assert.equal(queue.take(), '')
  b.text = 'b'
  assert.equal(queue.take(), 'bcd')
  assert.equal(queue.waiting, 0)
})

test('one acceptance accepts, then the most temporary refusal speaks', () => {
  const [yes, later, no] = [reply(250, '2.0.0', 'y'), reply(451, '4.3.0', 'l'), reply(554, '5.0.0', 'n')]
  assert.equal(foldReplies([no, later, yes]), yes)
  assert.equal(foldReplies([no, later]), later)
  assert.equal(foldReplies([no, no]), no)
  assert.equal(foldReplies([later]), later)
  assert.equal(foldReplies([]).code, 451)
})

test('peers are counted by address, IPv6 by /64, and let go again', () => {
  const doors = admission({ messageBytesMax: 1, recipientsMax: 1, connectionsMax: 5, connectionsPerPeerMax: 2 })
  assert.deepEqual(['192.0.2.1', '192.0.2.1', '192.0.2.1', '192.0.2.2'].map(doors.admit), [true, true, false, true])
  assert.deepEqual(['2001:db8::1', '2001:db8:0:0:5::9', '2001:db8::2', '2001:db8:0:1::1'].map(doors.admit), [true, true, false, false])
  doors.release('192.0.2.1')
  assert.equal(doors.admit('192.0.2.1'), true)
  assert.equal(doors.total, 5)
})
