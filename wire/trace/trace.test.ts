import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { dateTime } from './date-time.ts'
import { headerLimits, scanHeader } from './header-scan.ts'
import { receivedField, returnPathField } from './trace-header.ts'

const received = {
  helo: 'mx.example.org',
  peer: '192.0.2.1',
  by: 'mx1.hikari.example',
  with: 'ESMTPS',
  tls: 'TLSv1.3',
  id: 'abc',
  for: null,
  atMs: 0,
}

test('a date has two-digit day and time and a numeric zone', () => {
  assert.equal(dateTime(Date.UTC(2026, 0, 2, 3, 4, 5)), 'Fri, 02 Jan 2026 03:04:05 +0000')
})

test('a Received field names client, host, protocol, id and time', () => {
  assert.equal(
    receivedField(received),
    'Received: from mx.example.org ([192.0.2.1])\r\n\tby mx1.hikari.example with ESMTPS (TLSv1.3) id abc;\r\n\tThu, 01 Jan 1970 00:00:00 +0000\r\n',
  )
  assert.match(receivedField({ ...received, peer: '2001:db8::1' }), /\(\[IPv6:2001:db8::1\]\)/)
  assert.match(receivedField({ ...received, for: 'a..b@hikari.example' }), /\r\n\tfor <a\.\.b@hikari\.example>;/)
})

test('no HELO and no path can break out of its field', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary-ascii' }), fc.string({ unit: 'binary-ascii' }), (helo, address) => {
      const field = receivedField({ ...received, helo, for: address })
      assert.equal(field.split('\r\n').length, 5)
      assert.equal(/[\r\n](?![\n\t]|$)/.test(field.replaceAll('\r\n', '\n')), false)
      assert.equal(returnPathField(address).split('\n').length, 2)
    }),
  )
  assert.equal(returnPathField(''), 'Return-Path: <>\r\n')
})

const message = (fields: readonly string[]): Buffer => Buffer.from(`${fields.join('\r\n')}\r\n\r\nbody\r\nReceived: not me\r\n\r\n`)
const hop = 'Received: from a by b with SMTP;\r\n\tnow'
const ownHop = 'RECEIVED: from a\r\n\tby MX1.hikari.example with ESMTP id x; now'

const scanned = (bytes: Buffer) => {
  const { header, ...facts } = scanHeader(bytes, 'mx1.hikari.example')
  return { ...facts, header: header.toString('latin1') }
}

test('a header tells how often it was received, and how often here', () => {
  const bytes = message(['Subject: x', hop, hop, ownHop, 'X-Received: no', 'To: y'])
  const { header, ...facts } = scanned(bytes)
  assert.deepEqual(facts, { verdict: 'fine', received: 3, ownHops: 1 })
  assert.equal(header, bytes.toString('latin1').slice(0, header.length))
  assert.ok(header.endsWith('To: y\r\n\r\n'))
})

test('too many hops loop, and a few of our own are enough', () => {
  assert.equal(scanned(message(Array<string>(headerLimits.receivedMax).fill(hop))).verdict, 'fine')
  assert.equal(scanned(message(Array<string>(headerLimits.receivedMax + 1).fill(hop))).verdict, 'looping')
  assert.equal(scanned(message(Array<string>(headerLimits.ownHopsMax + 1).fill(ownHop))).verdict, 'looping')
})

test('a header without an end is refused at its limit; a short message may be all header', () => {
  const { verdict, header } = scanned(Buffer.alloc(headerLimits.headerBytesMax + 10, 'a'))
  assert.equal(verdict, 'headerTooLarge')
  assert.equal(header.length, headerLimits.headerBytesMax)
  assert.deepEqual(scanned(Buffer.from('Received: from a by b; now')), { verdict: 'fine', received: 1, ownHops: 0, header: 'Received: from a by b; now' })
})

test('a message that starts with its body has an empty header', () => {
  assert.deepEqual(scanned(Buffer.from('\r\nReceived: x\r\n\r\n')), { verdict: 'fine', received: 0, ownHops: 0, header: '\r\n' })
  assert.equal(scanned(Buffer.from('')).verdict, 'fine')
})
