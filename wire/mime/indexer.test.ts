import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ascii } from '@bulkhead/base/bytes.ts'
import { decodeMessageIndex, encodeMessageIndex, indexedEnvelope } from './index-codec.ts'
import { messageIndexer } from './indexer.ts'
import { mimeLimits, type MimeLimits } from './limits.ts'
import type { MessageIndex, Part } from './message-index.ts'
import type { Overview } from './overview.ts'

const indexed = (bytes: Uint8Array, limits: MimeLimits = mimeLimits, cuts: readonly number[] = []): MessageIndex => {
  const indexer = messageIndexer(limits)
  let from = 0
  for (const cut of [...cuts, bytes.length]) {
    if (cut <= from) continue
    indexer.push(bytes.subarray(from, cut))
    from = cut
  }
  return indexer.end()
}

const lines = (...text: readonly string[]): Buffer => ascii(text.join('\r\n'))
const bodyOf = (bytes: Buffer, part: Part | undefined): string =>
  part === undefined ? '(none)' : bytes.toString('latin1', part.bodyStart, part.bodyEnd)
const inner = (part: Part | undefined): readonly Part[] => part?.parts ?? []

const multipart = (boundary: string, ...body: readonly string[]): Buffer =>
  lines(`Content-Type: multipart/mixed; boundary="${boundary}"`, '', ...body)

test('a part ends before the line break that precedes its boundary', () => {
  const bytes = multipart('b', 'preamble', '--b', '', 'one', 'two', '--b', 'X: y', '', '', '--b--', 'epilogue', '')
  const { root } = indexed(bytes)
  assert.deepEqual(root.parts.map((part) => bodyOf(bytes, part)), ['one\r\ntwo', ''])
  assert.deepEqual(root.parts.map((part) => part.lines), [2, 0])
  assert.equal(root.bodyEnd, bytes.length)
})

test('a boundary that begins with another one is not taken for it', () => {
  const bytes = multipart(
    'foo', '--foo', 'Content-Type: multipart/mixed; boundary=foo-1', '', '--foo-1', '', 'inner', '--foo-12', '--foo-1--',
    '--foo', '', 'outer', '--foo--', '',
  )
  const { root } = indexed(bytes)
  assert.equal(bodyOf(bytes, inner(root.parts[0])[0]), 'inner\r\n--foo-12')
  assert.equal(bodyOf(bytes, root.parts[1]), 'outer')
})

test('an outer boundary ends inner multiparts that never ended themselves', () => {
  const bytes = multipart(
    'out', '--out', 'Content-Type: multipart/alternative; boundary=in', '', '--in', '', 'one', '--out', '', 'two', '--out--',
  )
  const { root } = indexed(bytes)
  assert.equal(bodyOf(bytes, inner(root.parts[0])[0]), 'one')
  assert.equal(bodyOf(bytes, root.parts[0]), '--in\r\n\r\none')
  assert.equal(bodyOf(bytes, root.parts[1]), 'two')
})

test('a missing end boundary and a boundary at the end without a line break are ends all the same', () => {
  const missing = multipart('b', '--b', '', 'text')
  assert.equal(bodyOf(missing, indexed(missing).root.parts[0]), 'text')
  const bare = multipart('b', '--b', '', 'text', '--b--')
  assert.equal(bodyOf(bare, indexed(bare).root.parts[0]), 'text')
  const opened = multipart('b', '--b', '', 'text', '--b')
  assert.deepEqual(indexed(opened).root.parts.map((part) => bodyOf(opened, part)), ['text', ''])
})

test('lines that end in a lone LF are lines', () => {
  const bytes = ascii('Content-Type: multipart/mixed; boundary=b\n\n--b\n\none\ntwo\n--b\n\nthree\n\n--b--\n')
  const { root } = indexed(bytes)
  assert.deepEqual(root.parts.map((part) => bodyOf(bytes, part)), ['one\ntwo', 'three\n'])
  assert.deepEqual(root.parts.map((part) => part.lines), [2, 1])
})

test('a message inside a message has a header, an envelope and parts of its own', () => {
  const bytes = multipart(
    'b', '--b', 'Content-Type: message/rfc822', '', 'Subject: inside', 'From: A <a@x.example>',
    'Content-Type: multipart/mixed; boundary=c', '', '--c', '', 'deep', '--c--', '', '--b--', '',
  )
  const index = indexed(bytes)
  const carrier = index.root.parts[0]
  const message = inner(carrier)[0]
  assert.equal(carrier?.type, 'message')
  assert.equal(message?.headerStart, carrier?.bodyStart)
  assert.equal(bodyOf(bytes, inner(message)[0]), 'deep')
  assert.match(index.bodyStructureWire, /"message" "rfc822" NIL NIL NIL "7bit" \d+ \(NIL "inside" \(\("A" NIL "a" "x.example"\)\)/)
})

test('a message inside that is nothing but a header ends where the part around it ends', () => {
  for (const message of ['', 'Subject: x\r\n', 'Subject: x']) {
    const bytes = multipart('b', '--b', 'Content-Type: message/rfc822', '', message, '--b--', '')
    const carrier = indexed(bytes).root.parts[0]
    const [header] = inner(carrier)
    assert.equal(bodyOf(bytes, carrier), message)
    assert.deepEqual([header?.headerStart, header?.bodyEnd], [carrier?.bodyStart, carrier?.bodyEnd])
  }
})

test('parts of a multipart/digest are messages unless they say otherwise', () => {
  const bytes = lines(
    'Content-Type: multipart/digest; boundary=b', '', '--b', '', 'Subject: one', '', 'text', '--b', 'Content-Type: text/plain',
    '', 'note', '--b--', '',
  )
  assert.deepEqual(indexed(bytes).root.parts.map(({ type }) => type), ['message', 'text'])
})

test('a multipart without boundary, or one that is encoded, is opaque', () => {
  for (const type of ['multipart/mixed', 'multipart/mixed; boundary=""', `multipart/mixed; boundary=${'x'.repeat(300)}`]) {
    const { root } = indexed(lines(`Content-Type: ${type}`, '', '--', '', 'text'))
    assert.equal(`${root.type}/${root.subtype} ${root.parts.length}`, 'application/octet-stream 0')
  }
})

test('a multipart without parts shows one empty text', () => {
  const index = indexed(multipart('b', 'nothing'))
  assert.equal(index.root.parts.length, 1)
  assert.match(index.bodyWire, /^\(\("text" "plain" \("charset" "us-ascii"\) NIL NIL "7bit" 0 0\) "mixed"\)$/)
})

test('nesting beyond the limit is opaque and nothing is lost', () => {
  const depth = 60
  const head = Array.from({ length: depth }, (_, at) => `Content-Type: multipart/mixed; boundary=b${at}\r\n\r\n--b${at}\r\n`)
  const bytes = ascii(`${head.join('')}\r\ntext`)
  let part: Part | undefined = indexed(bytes).root
  let levels = 1
  while (part !== undefined && part.parts.length > 0) {
    part = part.parts[0]
    levels += 1
  }
  assert.equal(levels, mimeLimits.depthMax)
  assert.equal(`${part?.type}/${part?.subtype}`, 'application/octet-stream')
  assert.equal(part?.bodyEnd, bytes.length)
})

test('the last part allowed swallows what is left', () => {
  const bytes = multipart('b', ...Array.from({ length: 2_000 }, () => '--b\r\n\r\nx'), '--b--')
  const { root } = indexed(bytes)
  assert.equal(root.parts.length, mimeLimits.partsMax - 1)
  assert.equal(root.parts.at(-1)?.bodyEnd, bytes.length)
  assert.equal(root.parts.at(-1)?.type, 'application')
})

test('endless fields, headers and parameters are cut and the message stays', () => {
  const field = indexed(lines(`Subject: ${'s'.repeat(70_000)}`, 'From: a@b.example', '', 'text'))
  assert.match(field.envelopeWire, /^\(NIL NIL \(\(NIL NIL "a" "b.example"\)\)/)
  const header = indexed(lines(...Array.from({ length: 9_000 }, (_, at) => `X-${at}: ${'y'.repeat(40)}`), '', 'text'))
  assert.equal(header.header.length, 16_384)
  assert.equal(header.headerComplete, false)
  assert.equal(header.root.bodyEnd - header.root.bodyStart, 4)
  const parameters = Array.from({ length: 500 }, (_, at) => `p${at}=v`).join('; ')
  assert.equal(indexed(lines(`Content-Type: text/plain; ${parameters}`, '', '')).root.parameters.length, mimeLimits.parametersMax)
})

test('an empty message, a header alone and a body alone have an index', () => {
  assert.equal(indexed(Buffer.alloc(0)).sizeBytes, 0)
  const header = indexed(ascii('Subject: x'))
  assert.deepEqual([header.root.bodyStart, header.root.bodyEnd, header.root.lines], [10, 10, 0])
  const body = indexed(ascii('\r\none\r\ntwo'))
  assert.deepEqual([body.root.bodyStart, body.root.lines], [2, 2])
})

const fragments = [
  '\r\n', '\n', '\r', '--', '--b', '--b--', '--bc', '--b--x', '-', 'text', ' ', '\t', ':', '\r\n--b\r\n', '\r\n--b--\r\n', '\r\n--bc\r\n',
  'Content-Type: multipart/mixed; boundary=b\r\n\r\n', 'Content-Type: multipart/alternative; boundary="bc"\r\n\r\n',
  'Content-Type: message/rfc822\r\n\r\n', 'Subject: x\r\n', 'From: <', '=?utf-8?q?x', '\x1b$B', '"', ';', '\0', '\xff\x82',
  'Date: Sat, 21 Nov 2026 19:04:56 +0900\r\n', 'Date: 1 Jan 0001\r\n', 'Subject: ', 'References: <', '@x>', '\xef\xbb\xbf',
  'Content-Disposition: attachment; filename="', '*0=', '=?gb18030?q?=94=39=FC=36?=', '\xf0\x9f\x98\x80x', '\xf0\x9f\x98\x80'.repeat(150),
] as const
const heads = ['', 'Content-Type: multipart/mixed; boundary=b\r\n\r\n', 'Content-Type: message/rfc822\r\n\r\n'] as const
const message = fc
  .tuple(fc.constantFrom(...heads), fc.array(fc.constantFrom(...fragments), { maxLength: 60 }))
  .map(([head, parts]) => ascii(head + parts.join('')))
const plainIndex = (index: MessageIndex): unknown => ({ ...index, header: index.header.toString() })

test('any chunking gives the same index', () => {
  fc.assert(
    fc.property(message, fc.array(fc.nat(600), { maxLength: 40 }), (bytes, cuts) => {
      const sorted = cuts.map((cut) => Math.min(cut, bytes.length)).sort((a, b) => a - b)
      const whole = plainIndex(indexed(bytes))
      assert.deepEqual(plainIndex(indexed(bytes, mimeLimits, sorted)), whole)
      assert.deepEqual(plainIndex(indexed(bytes, mimeLimits, Array.from(bytes, (_, at) => at))), whole)
    }),
    { numRuns: 1_000 },
  )
})

test('parts lie inside their parent, in order, and never overlap', () => {
  const within = (part: Part, limit: number): void => {
    assert.ok(part.headerStart <= part.bodyStart && part.bodyStart <= part.bodyEnd && part.bodyEnd <= limit)
    let from = part.bodyStart
    for (const child of part.parts) {
      assert.ok(child.headerStart >= from)
      within(child, part.bodyEnd)
      from = child.bodyEnd
    }
  }
  fc.assert(
    fc.property(message, (bytes) => {
      const { root, header, headerComplete } = indexed(bytes)
      within(root, bytes.length)
      if (headerComplete) assert.equal(header.length, root.bodyStart)
    }),
    { numRuns: 3_000 },
  )
})

test('an index encodes and decodes to itself', () => {
  fc.assert(
    fc.property(message, (bytes) => {
      const index = indexed(bytes)
      const encoded = encodeMessageIndex(index)
      const decoded = decodeMessageIndex(encoded)
      for (const name of Object.keys(index.overview) as (keyof Overview)[]) assert.deepEqual(decoded.overview[name], index.overview[name], name)
      for (const name of Object.keys(index) as (keyof MessageIndex)[]) {
        if (name === 'overview') continue
        const [ours, theirs] = [index[name], decoded[name]]
        assert.deepEqual(theirs instanceof Uint8Array ? Buffer.from(theirs) : theirs, ours instanceof Uint8Array ? Buffer.from(ours) : ours, name)
      }
      assert.equal(indexedEnvelope(encoded).toString('latin1'), index.envelopeWire)
    }),
    { numRuns: 300 },
  )
})
