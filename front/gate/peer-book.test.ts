import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { ReceptionPolicy } from '@bulkhead/door/contracts/start.ts'
import { defaultReception } from '@bulkhead/run/config/reception.ts'
import { peerBook } from './peer-book.ts'
import { networkKey, peerKey } from './peer-key.ts'
import { tokenBuckets } from './token-buckets.ts'

const bookOf = (reception: Partial<ReceptionPolicy>) => {
  const told: string[] = []
  let atMs = 0
  const book = peerBook({ policy: () => ({ ...defaultReception, ...reception }), now: () => atMs, tell: ({ kind, caller, outcome }) => void told.push(`${kind} ${caller} ${outcome}`) })
  return { book, told, pass: (ms: number) => void (atMs += ms) }
}

const rate = { connections: 0, messages: 0, recipients: 0 }

test('a peer is an address or a /64, its network a /24 or a /48', () => {
  assert.deepEqual([peerKey('192.0.2.7'), networkKey('192.0.2.7')], ['192.0.2.7', '192.0.2'])
  assert.deepEqual([peerKey('2001:db8::1'), networkKey('2001:db8::1')], ['2001:db8:0:0', '2001:db8:0'])
  assert.equal(peerKey('2001:0db8:0:0:1::9'), peerKey('2001:db8::2:0:0:1'))
  assert.equal(peerKey('::1'), '0:0:0:0')
  assert.notEqual(peerKey('2001:db8:0:1::1'), peerKey('2001:db8:0:2::1'))
})

test('by default nobody is limited', () => {
  const { book, told } = bookOf({})
  for (let number = 0; number < 5_000; number += 1) assert.ok(book.connects('192.0.2.7') && book.mails('192.0.2.7', 'x.example') && book.asks('192.0.2.7', 'x.example'))
  assert.deepEqual(told, [])
})

test('rates hold for address, network and sender domain, fill evenly, and are told of once an hour', () => {
  const { book, told, pass } = bookOf({ rates: { address: { ...rate, messages: 2 }, network: { ...rate, messages: 3 }, senderDomain: { messages: 4, recipients: 1 } } })
  assert.deepEqual([1, 2, 3].map(() => book.mails('192.0.2.1', 'a.example')), [true, true, false])
  assert.deepEqual([1, 2].map(() => book.mails('192.0.2.2', 'a.example')), [true, false])
  assert.deepEqual([book.mails('198.51.100.1', 'A.Example'), book.mails('203.0.113.1', 'a.example')], [true, false])
  assert.equal(book.mails('203.0.113.1', ''), true)
  assert.deepEqual(told, ['gate.tooFast 192.0.2.1 messages', 'gate.senderTooFast 203.0.113.1 messages'])
  pass(31_000)
  assert.deepEqual([1, 2].map(() => book.mails('192.0.2.1', 'b.example')), [true, false])
  assert.deepEqual([book.asks('192.0.2.1', 'c.example'), book.asks('192.0.2.9', 'c.example')], [true, false])
})

test('who asks for too many who do not exist is a harvester in all sessions of its network, for an hour', () => {
  const { book, told, pass } = bookOf({ unknownPerHour: 3 })
  for (let number = 0; number < 3; number += 1) {
    assert.equal(book.harvests('192.0.2.1'), false)
    book.askedInVain(`192.0.2.${number}`)
  }
  assert.equal(book.harvests('192.0.2.200'), true)
  assert.equal(book.harvests('198.51.100.1'), false)
  assert.deepEqual(told, ['gate.harvest 192.0.2.2 unknownRecipients'])
  pass(1_300_000)
  assert.equal(book.harvests('192.0.2.200'), false)
})

test('a network is news so often an hour, and another all the same', () => {
  const { book, pass } = bookOf({})
  const news = Array.from({ length: 1_000 }, () => book.isNews('192.0.2.1')).filter(Boolean)
  assert.equal(news.length, 200)
  assert.equal(book.isNews('198.51.100.1'), true)
  pass(3_600_000)
  assert.equal(book.isNews('192.0.2.9'), true)
})

test('a network whose mail was taken is well known for a week', () => {
  const { book, pass } = bookOf({})
  book.delivered('192.0.2.1')
  assert.deepEqual([book.wellKnown('192.0.2.9'), book.wellKnown('198.51.100.1')], [true, false])
  pass(8 * 86_400_000)
  assert.equal(book.wellKnown('192.0.2.9'), false)
})

test('buckets never hold more keys than their limit, nor give more than a window has', () => {
  fc.assert(fc.property(fc.array(fc.tuple(fc.nat(30), fc.nat(500)), { maxLength: 200 }), (takes) => {
    let atMs = 0
    const buckets = tokenBuckets(() => atMs, 31)
    const given = new Map<number, number>()
    for (const [key, waitMs] of takes) {
      atMs += waitMs
      if (buckets.take(String(key), 5, 1_000)) given.set(key, (given.get(key) ?? 0) + 1)
    }
    assert.ok(buckets.size <= 31)
    for (const count of given.values()) assert.ok(count <= 5 + (atMs * 5) / 1_000 + 1e-6)
  }))
  const small = tokenBuckets(() => 0, 10)
  for (let key = 0; key < 1_000; key += 1) small.take(String(key), 1, 1_000)
  assert.equal(small.size, 10)
})
