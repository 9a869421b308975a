import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { addressList } from '../mime/address-list.ts'
import { headerFields, selectFields } from '../mime/header.ts'
import { messageIndexer } from '../mime/indexer.ts'
import { envelopeOfHeader } from './envelope.ts'

const envelope = (...fields: readonly string[]): string => {
  const header = Buffer.from(`${fields.join('\r\n')}\r\n\r\n`, 'latin1')
  return envelopeOfHeader(header, headerFields(header), 65_536)
}
const from = (text: string): string => /^\(NIL NIL (.*) NIL NIL NIL NIL NIL\)$/s.exec(envelope(`From: ${text}`))?.[1]?.split(' ((')[0] ?? ''
const to = (text: string): string => /^\(NIL NIL NIL NIL NIL (.*) NIL NIL NIL NIL\)$/s.exec(envelope(`To: ${text}`))?.[1] ?? ''

test('the example of RFC 9051 section 7.5.2 comes out as it stands there', () => {
  const wire = envelope(
    'Date: Wed, 17 Jul 1996 02:23:25 -0700 (PDT)', 'Subject: IMAP4rev2 WG mtg summary and minutes', 'From: Terry Gray <gray@cac.washington.edu>',
    'To: imap@cac.washington.edu', 'Cc: minutes@CNRI.Reston.VA.US, John Klensin <KLENSIN@MIT.EDU>', 'Message-ID: <B27397-0100000@cac.washington.ed>',
  )
  const gray = '(("Terry Gray" NIL "gray" "cac.washington.edu"))'
  assert.equal(
    wire,
    `("Wed, 17 Jul 1996 02:23:25 -0700 (PDT)" "IMAP4rev2 WG mtg summary and minutes" ${gray} ${gray} ${gray} ` +
      '((NIL NIL "imap" "cac.washington.edu")) ((NIL NIL "minutes" "CNRI.Reston.VA.US")("John Klensin" NIL "KLENSIN" "MIT.EDU")) ' +
      'NIL NIL "<B27397-0100000@cac.washington.ed>")',
  )
})

test('sender and reply-to are from where they are absent or empty, and themselves where they are not', () => {
  const wire = envelope('From: a@x.example', 'Sender:', 'Reply-To: b@x.example')
  assert.equal(wire, '(NIL NIL ((NIL NIL "a" "x.example")) ((NIL NIL "a" "x.example")) ((NIL NIL "b" "x.example")) NIL NIL NIL NIL NIL)')
})

const cases: Readonly<Record<string, string>> = {
  'a@x.example': '((NIL NIL "a" "x.example"))',
  '"Last, First" <a@x.example>': '(("Last, First" NIL "a" "x.example"))',
  '"say \\"hi\\"" <a@x.example>': '(("say \\"hi\\"" NIL "a" "x.example"))',
  'a@x.example (Full Name)': '(("Full Name" NIL "a" "x.example"))',
  'a@x.example (nested (comment))': '(("nested (comment)" NIL "a" "x.example"))',
  'friends: a@x.example, B <b@x.example>;': '((NIL NIL "friends" NIL)(NIL NIL "a" "x.example")("B" NIL "b" "x.example")(NIL NIL NIL NIL))',
  'undisclosed-recipients:;': '((NIL NIL "undisclosed-recipients" NIL)(NIL NIL NIL NIL))',
  '<@relay.example,@r2.example:a@x.example>': '((NIL "@relay.example,@r2.example" "a" "x.example"))',
  '"a..b"@docomo.ne.jp': '((NIL NIL "a..b" "docomo.ne.jp"))',
  'a..b.@docomo.ne.jp': '((NIL NIL "a..b." "docomo.ne.jp"))',
  '=?ISO-2022-JP?B?GyRCOzNFRBsoQg==?= <a@x.example>': '(("=?ISO-2022-JP?B?GyRCOzNFRBsoQg==?=" NIL "a" "x.example"))',
  ', a@x.example,, ;b@x.example': '((NIL NIL "a" "x.example")(NIL NIL "b" "x.example"))',
  'alice': '((NIL NIL "alice" "missing-host.invalid"))',
  'Some Name a@x.example': '(("Some Name" NIL "a" "x.example"))',
  'a@[IPv6:::1]': '((NIL NIL "a" "[IPv6:::1]"))',
  '<a@x.example': '((NIL NIL "a" "x.example"))',
  '"unclosed <a@x.example>': '((NIL NIL "unclosed <a@x.example>" "missing-host.invalid"))',
  '\x1b$B@>;3\x1b(B <a@x.example>': '(("\x1b$B@>;3\x1b(B" NIL "a" "x.example"))',
}
for (const [text, wire] of Object.entries(cases)) test(`addresses ${JSON.stringify(text)}`, () => assert.equal(to(text), wire))

test('8-bit text and backslashes go as the grammar asks', () => {
  assert.equal(envelope('Subject: caf\xe9'), '(NIL {4}\r\ncaf\xe9 NIL NIL NIL NIL NIL NIL NIL NIL)')
  assert.equal(envelope('Subject: a\\b"c'), '(NIL "a\\\\b\\"c" NIL NIL NIL NIL NIL NIL NIL NIL)')
  assert.equal(from('"\x83\x5c" <a@x.example>'), '(({2}\r\n\x83\x5c NIL "a" "x.example"))')
})

test('folded fields are one line, and NUL never comes out', () => {
  assert.equal(envelope('Subject: a\r\n b\r\n\tc\0'), '(NIL "a b\tc" NIL NIL NIL NIL NIL NIL NIL NIL)')
})

const structureOf = (...lines: readonly string[]): string => {
  const indexer = messageIndexer()
  indexer.push(Buffer.from(lines.join('\r\n'), 'latin1'))
  return indexer.end().bodyStructureWire
}

test('BODYSTRUCTURE carries parameters with their pieces put together, disposition, language, location, md5, id and description', () => {
  assert.equal(
    structureOf(
      'Content-Type: application/pdf; name*0*=utf-8\'\'%41; name*1=b', 'Content-Disposition: Attachment; filename="x \\"y\\".pdf"', 'Content-Language: ja, en',
      'Content-Location: http://x.example/', 'Content-MD5: Q2hlY2s=', 'Content-ID: <id@x>', 'Content-Description: thing', 'Content-Transfer-Encoding: BASE64', '', 'AAAA', '',
    ),
    '("application" "pdf" ("name*" "utf-8\'\'%41b") "<id@x>" "thing" "base64" 6 "Q2hlY2s=" ("attachment" ("filename" "x \\"y\\".pdf")) ("ja" "en") "http://x.example/")',
  )
})

test('a multipart gives its parts, subtype, parameters and extensions; text has lines', () => {
  assert.equal(
    structureOf('Content-Type: multipart/mixed; boundary=b', '', '--b', 'Content-Type: text/html; charset=utf-8', '', '<p>', '', '--b', '', 'x', '--b--', ''),
    '(("text" "html" ("charset" "utf-8") NIL NIL "7bit" 5 1 NIL NIL NIL NIL)("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 1 1 NIL NIL NIL NIL) ' +
      '"mixed" ("boundary" "b") NIL NIL NIL)',
  )
})

/** Reads one IMAP value: list, NIL, number, quoted or literal. Throws where the wire form is broken. */
const valueEnd = (wire: string, at: number): number => {
  if (wire[at] === '(') {
    let here = at + 1
    while (wire[here] !== ')') {
      here = valueEnd(wire, here)
      if (wire[here] === ' ') here += 1
    }
    return here + 1
  }
  const rest = wire.slice(at)
  const literal = /^\{(\d+)\}\r\n/.exec(rest)
  if (literal !== null) return at + literal[0].length + Number(literal[1])
  const atom = /^(?:NIL|\d+|"(?:[^"\\\r\n\0\x80-\xff]|\\["\\])*")/.exec(rest)
  assert.ok(atom !== null, `no value: ${JSON.stringify(rest.slice(0, 40))}`)
  return at + atom[0].length
}

const pieces = ['From: ', 'To: ', 'Subject: ', 'Content-Type: ', 'Content-Disposition: ', 'multipart/mixed; boundary=b', '\r\n', '\r\n\r\n--b\r\n', '"', '\\', '(', ')', '<', '>',
  '@', ',', ';', ':', '=', '*', 'a', ' ', '\xe9', '\x83\x5c', '\x1b$B', '\0', '\r', '{3}', 'message/rfc822', '='] as const

test('whatever comes in, what goes out is one well-formed value and no line break outside a literal', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 60 }), (parts) => {
      const indexer = messageIndexer()
      indexer.push(Buffer.from(parts.join(''), 'latin1'))
      const { envelopeWire, bodyWire, bodyStructureWire } = indexer.end()
      for (const wire of [envelopeWire, bodyWire, bodyStructureWire]) assert.equal(valueEnd(wire, 0), wire.length)
    }),
    { numRuns: 2_000 },
  )
})

test('an address list of any text is a list, and of sixty thousand brackets it is one soon', () => {
  fc.assert(fc.property(fc.string({ maxLength: 200 }), (text) => Array.isArray(addressList(text))))
  const started = performance.now()
  for (const mark of ['(', '<', '"', '\\', ',', ':', '@', '\x1b$', '[', 'a ']) addressList(mark.repeat(65_536))
  assert.ok(performance.now() - started < 2_000)
})

test('HEADER.FIELDS gives the fields as they stand, and .NOT the others', () => {
  const header = Buffer.from('A: 1\r\nb: 2\r\n folded\r\nA: 3\r\n\r\n')
  assert.equal(selectFields(header, new Set(['a']), 'these').toString(), 'A: 1\r\nA: 3\r\n\r\n')
  assert.equal(selectFields(header, new Set(['a']), 'others').toString(), 'b: 2\r\n folded\r\n\r\n')
})
