import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ascii } from '@bulkhead/base/bytes.ts'
import { sentDate } from './date-field.ts'
import { messageIndexer } from './indexer.ts'
import { decodeMessageIndex, encodeMessageIndex } from './index-codec.ts'
import { decodeOverview, encodeOverview } from './overview-codec.ts'
import { overviewOf, type Overview } from './overview.ts'

/** An overview as plain values: a decoded one reads itself when asked. */
const plain = ({ sentMs, sentDayMs, subject, baseSubject, isReply, from, to, cc, messageId, references }: Overview): Overview =>
  ({ sentMs, sentDayMs, subject, baseSubject, isReply, from, to, cc, messageId, references })

const header = ascii([
  'From: =?UTF-8?B?5bGx55Sw?= <Taro@peer.example>', 'To: list: a@b.example, c@d.example;', 'Subject: Re: =?UTF-8?B?5Lya6K2w?= [ex]',
  'Date: Mon, 5 Jan 2026 10:00:00 +0900 (JST)', 'Message-ID: <"one"@x>', 'References: <a@x>', ' <b@x>', 'In-Reply-To: <c@x>', '', '',
].join('\r\n'))

test('an overview is what SORT and THREAD compare', () => {
  const overview = overviewOf(header)
  assert.deepEqual(overview, {
    sentMs: Date.UTC(2026, 0, 5, 1), sentDayMs: Date.UTC(2026, 0, 5), subject: 're: 会議 [ex]', baseSubject: '会議 [EX]', isReply: true,
    from: { mailbox: 'TARO', display: '山田' }, to: { mailbox: 'A', display: 'A@B.EXAMPLE' }, cc: { mailbox: '', display: '' },
    messageId: 'one@x', references: ['a@x', 'b@x'],
  })
  assert.deepEqual(plain(decodeOverview(encodeOverview(overview))), overview)
})

test('In-Reply-To stands in for References, with one id', () => {
  assert.deepEqual(overviewOf(ascii('In-Reply-To: <p@x> <q@x>\r\n\r\n')).references, ['p@x'])
})

test('dates in the forms that mail has', () => {
  const cases: readonly (readonly [string, number | undefined])[] = [
    ['Mon, 5 Jan 2026 10:00:00 +0900', Date.UTC(2026, 0, 5, 1)],
    ['5 Jan 26 10:00 EST', Date.UTC(2026, 0, 5, 15)],
    ['Mon, 05 January 2026 10.00.00 -0000', Date.UTC(2026, 0, 5, 10)],
    ['5-Jan-1999 23:59:60 GMT', Date.UTC(1999, 0, 5, 23, 59, 59)],
    ['Mon,  5 Jan 2026', Date.UTC(2026, 0, 5)],
    ['yesterday', undefined],
    ['99 Jan 2026', undefined],
  ]
  for (const [text, atMs] of cases) assert.equal(sentDate(text)?.atMs, atMs, text)
})

test('any header has an overview that is kept as it is', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
    const overview = overviewOf(Buffer.from(`Date: ${text}\r\nSubject: ${text}\r\nReferences: ${text}\r\nFrom: ${text}\r\n\r\n`))
    assert.deepEqual(plain(decodeOverview(encodeOverview(overview))), overview)
  }))
})

test('an index of the first version still reads: its overview comes from the header', () => {
  const indexer = messageIndexer()
  indexer.push(Buffer.concat([header, ascii('hello\r\n')]))
  const index = indexer.end()
  const now = encodeMessageIndex(index)
  const lengthsAt = 8
  const lengths = Array.from({ length: 5 }, (_, at) => now.readUInt32BE(lengthsAt + 4 * at))
  const content = now.subarray(lengthsAt + 4 * 8)
  const before = Buffer.concat([Buffer.of(1), now.subarray(1, lengthsAt + 4 * 5), content.subarray(0, lengths.reduce((sum, length) => sum + length, 0))])
  const decoded = decodeMessageIndex(before)
  assert.deepEqual(plain(decoded.overview), index.overview)
  assert.equal(decoded.preview, '')
  assert.equal(decoded.digest.length, 0)
  assert.equal(decoded.envelopeWire, index.envelopeWire)
  assert.equal(decodeMessageIndex(now).preview, 'hello')
  assert.ok(decodeMessageIndex(now).digest.length > 0)
})
