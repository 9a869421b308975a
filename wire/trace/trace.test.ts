import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { dateTime } from './date-time.ts'
import { headerLimits, headerScan } from './header-scan.ts'
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

const scanned = (bytes: Buffer, cuts: readonly number[]) => {
  const scan = headerScan('mx1.hikari.example')
  let at = 0
  for (const cut of [...cuts].sort((a, b) => a - b)) {
    const to = Math.min(bytes.length, cut)
    scan.push(bytes.subarray(at, to))
    at = to
  }
  scan.push(bytes.subarray(at))
  scan.end()
  return { facts: scan.facts(), verdict: scan.verdict(), header: scan.header().toString('latin1') }
}

test('any chunking of a message gives the same facts', () => {
  const bytes = message(['Subject: x', hop, hop, ownHop, 'X-Received: no', 'To: y'])
  const whole = scanned(bytes, [])
  assert.deepEqual(whole.facts, { received: 3, ownHops: 1 })
  assert.equal(whole.header, bytes.toString('latin1').slice(0, whole.header.length))
  assert.ok(whole.header.endsWith('To: y\r\n\r\n'))
  fc.assert(
    fc.property(fc.array(fc.nat(bytes.length)), (cuts) => {
      assert.deepEqual(scanned(bytes, cuts), whole)
    }),
  )
})

test('too many hops loop, and a few of our own are enough', () => {
  assert.equal(scanned(message(Array<string>(headerLimits.receivedMax).fill(hop)), []).verdict, 'fine')
  assert.equal(scanned(message(Array<string>(headerLimits.receivedMax + 1).fill(hop)), []).verdict, 'looping')
  assert.equal(scanned(message(Array<string>(headerLimits.ownHopsMax + 1).fill(ownHop)), []).verdict, 'looping')
})

test('a header without an end is refused at its limit, byte by byte too, in little time', () => {
  const scan = headerScan('mx1.hikari.example')
  const one = Buffer.from('a')
  for (let count = 0; count < headerLimits.headerBytesMax + 10; count += 1) scan.push(one)
  assert.equal(scan.verdict(), 'headerTooLarge')
  assert.equal(scan.header().length, headerLimits.headerBytesMax)
})

test('a message that starts with its body has an empty header', () => {
  assert.deepEqual(scanned(Buffer.from('\r\nReceived: x\r\n\r\n'), []).facts, { received: 0, ownHops: 0 })
  assert.deepEqual(scanned(Buffer.from(''), []).verdict, 'fine')
})
