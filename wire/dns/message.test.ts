import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { encodeMessage, encodeQuery, messageBytesMax, parseMessage, recordsMax, type Message } from './message.ts'
import { recordTypes, type Data } from './records.ts'

const header = {
  id: 7, isResponse: true, opcode: 0, authoritative: false, truncated: false, recursionDesired: true, recursionAvailable: true,
  authenticData: true, responseCode: 0,
}
const question = { name: 'example.org', type: 15, class: 1 }

const plain = { noNullPrototype: true } as const
const host = fc.array(fc.stringMatching(/^[a-z0-9_-]{1,20}$/), { maxLength: 4 }).map((labels) => labels.join('.'))
const word = fc.nat(0xffff)
const long = fc.nat(0x7fff_ffff)
const data: fc.Arbitrary<Data> = fc.oneof(
  fc.ipV4().map((value) => ({ type: 'A' as const, value })),
  fc.array(word, { minLength: 8, maxLength: 8 }).map((groups) => ({ type: 'AAAA' as const, value: new URL(`http://[${groups.map((group) => group.toString(16)).join(':')}]`).hostname.slice(1, -1) })),
  host.map((value) => ({ type: 'CNAME' as const, value })),
  host.map((value) => ({ type: 'PTR' as const, value })),
  fc.record({ preference: word, host }, plain).map((value) => ({ type: 'MX' as const, value })),
  fc.record({ primary: host, mailbox: host, serial: long, minimumSeconds: long }, plain).map((value) => ({ type: 'SOA' as const, value })),
  fc.record({ priority: word, weight: word, port: word, host }, plain).map((value) => ({ type: 'SRV' as const, value })),
  fc.record({ usage: fc.nat(255), selector: fc.nat(255), matching: fc.nat(255), data: fc.uint8Array({ minLength: 1, maxLength: 80 }).map((bytes) => Buffer.from(bytes).toString('base64')) }, plain)
    .map((value) => ({ type: 'TLSA' as const, value })),
  fc.uint8Array({ maxLength: 700 }).map((bytes) => ({ type: 'TXT' as const, value: Buffer.from(bytes).toString('latin1') })),
)
const record = fc.record({ name: host, ttlSeconds: long, data }, plain)
const message: fc.Arbitrary<Message> = fc.record({
  header: fc.constant(header), question: fc.constant(question), answers: fc.array(record, { maxLength: 6 }), authorities: fc.array(record, { maxLength: 3 }),
}, plain)

test('a message written is the message read', () => {
  fc.assert(fc.property(message, (written) => {
    const bytes = encodeMessage(written)
    assert.ok(bytes !== undefined)
    assert.deepEqual(parseMessage(bytes), written)
  }), { numRuns: 300 })
})

test('a message cut off anywhere is no message, and a changed octet never makes it throw', () => {
  fc.assert(fc.property(message, fc.nat(), fc.nat(255), (written, where, octet) => {
    const bytes = encodeMessage(written)
    assert.ok(bytes !== undefined)
    assert.equal(parseMessage(bytes.subarray(0, where % bytes.length)), undefined)
    bytes[where % bytes.length] = octet
    parseMessage(bytes)
  }), { numRuns: 300 })
})

test('any octets are a message or none, never a throw', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 600 }), (octets) => {
    parseMessage(Buffer.from(octets))
  }), { numRuns: 2_000 })
})

test('a query asks for recursion, understands AD, takes 1,232 octets by UDP and leaves DO off', () => {
  const bytes = encodeQuery(0xbeef, 'Example.org', 'TLSA')
  assert.equal(bytes?.toString('hex'), 'beef01200001000000000001' + '076578616d706c65036f726700' + '00340001' + '00002904d0000000000000')
  assert.equal(encodeQuery(1, 'a..b', 'A'), undefined)
})

test('a truncated message is read up to its question', () => {
  const bytes = encodeMessage({ header: { ...header, truncated: true }, question, answers: [{ name: 'example.org', ttlSeconds: 1, data: { type: 'A', value: '192.0.2.1' } }], authorities: [] })
  assert.ok(bytes !== undefined)
  assert.deepEqual(parseMessage(bytes.subarray(0, bytes.length - 3))?.answers, [])
})

test('more records than anybody needs are no message', () => {
  const answers = Array.from({ length: recordsMax + 1 }, (_, at) => ({ name: 'example.org', ttlSeconds: 1, data: { type: 'A' as const, value: `10.0.${at >> 8}.${at & 255}` } }))
  const bytes = encodeMessage({ header, question, answers, authorities: [] })
  assert.ok(bytes !== undefined && parseMessage(bytes) === undefined)
  assert.equal(parseMessage(Buffer.alloc(messageBytesMax + 1)), undefined)
})

test('the form of an address is that of RFC 5952', () => {
  const cases = ['::', '::1', '2001:db8::1', '2001:db8:0:1:1:1:1:1', '2001:0:0:1::1', 'fe80::', '::ffff:c000:201']
  for (const text of cases) {
    const bytes = recordTypes.AAAA.encode(text)
    assert.equal(bytes === undefined ? undefined : recordTypes.AAAA.read(bytes, 0, 16), text)
  }
  assert.deepEqual(recordTypes.AAAA.encode('::ffff:192.0.2.1'), recordTypes.AAAA.encode('::ffff:c000:201'))
  for (const text of ['', ':', '1:2', ':::', '1::2::3', '1:2:3:4:5:6:7:8:9', '::12345', '::1.2.3', '1:2:3:4:5:6:7::8']) assert.equal(recordTypes.AAAA.encode(text), undefined, text)
})

const corpus = join(import.meta.dirname, 'corpus')
for (const file of readdirSync(corpus)) {
  test(`refused: ${file.replace(/-/g, ' ').replace('.hex', '')}`, () => {
    const hex = readFileSync(join(corpus, file), 'utf8').replace(/#.*$/gm, '').replace(/\s+/g, '')
    assert.equal(parseMessage(Buffer.from(hex, 'hex')), undefined)
  })
}
