import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { asciiHeader, canBeAscii, encodedWords } from './ascii-header.ts'
import { decodedHeaderText } from './decoded-text.ts'
import { headerFields } from './header.ts'

const lines = (...text: readonly string[]): Buffer => Buffer.from(text.map((line) => `${line}\r\n`).join(''))
const made = (...text: readonly string[]): string => asciiHeader(lines(...text, '')).toString('latin1')
const valueOf = (header: Buffer, name: string): string => {
  const field = headerFields(header).find((one) => one.name === name)
  return field === undefined ? '' : decodedHeaderText(header.subarray(field.valueStart, field.end))
}

test('a header of ASCII is the same bytes', () => {
  const header = lines('From: a@one.example', 'Subject:  two  blanks', '\tand a fold', '')
  assert.equal(asciiHeader(header), header)
})

test('text becomes encoded-words, what is ASCII around it stays', () => {
  const header = asciiHeader(lines('X-Before: as  it was', 'Subject: Re: 会議の 件 (urgent)', 'X-After: too', ''))
  assert.match(header.toString('latin1'), /^X-Before: as  it was\r\nSubject: Re:\r\n =\?UTF-8\?B\?[^?]*\?=\r\n \(urgent\)\r\nX-After: too\r\n\r\n$/)
  assert.equal(valueOf(header, 'subject'), 'Re: 会議の 件 (urgent)')
})

test('names become encoded-words, addresses stay; an address that is not ASCII becomes a group of nobody', () => {
  assert.equal(
    made('To: 山田 <yamada@one.example>, "Quoted, Name" <q@one.example>,', ' plain@one.example, 太郎@例え.example, 部: 花子 <h@one.example>, 花@one.example;'),
    `To: ${encodedWords('山田')} <yamada@one.example>,\r\n "Quoted, Name" <q@one.example>,\r\n <plain@one.example>,\r\n`
    + ` ${encodedWords('太郎@例え.example')} :;,\r\n ${encodedWords('部')}: ${encodedWords('花子')} <h@one.example>;\r\n\r\n`,
  )
})

test('text and names can be encoded without loss; addresses and fields with a grammar can not', () => {
  for (const field of ['Subject: 会議', 'To: 山田 <yamada@one.example>, 部: 花子 <h@one.example>;', 'X-Note: é', 'From: a@one.example']) assert.equal(canBeAscii(lines(field, '')), true, field)
  const lossy = ['To: 太郎@例え.example', 'To: a@one.example, <花@one.example>', 'Content-Type: text/plain; name="報告.txt"', 'Message-ID: <é@x>', '件名: x']
  for (const field of lossy) assert.equal(canBeAscii(lines(field, '')), false, field)
})

test('fields with a grammar of their own show question marks', () => {
  assert.equal(made('Content-Type: text/plain; name="報告.txt"', 'Message-ID: <é@x>'), 'Content-Type: text/plain; name="??.txt"\r\nMessage-ID: <?@x>\r\n\r\n')
})

test('text of another charset is guessed and encoded as UTF-8', () => {
  const shiftJis = Buffer.from([0x96, 0xbe, 0x93, 0xfa, 0x82, 0xcc, 0x89, 0xef, 0x8b, 0x63])
  const header = asciiHeader(Buffer.concat([Buffer.from('Subject: '), shiftJis, Buffer.from('\r\n\r\n')]))
  assert.equal(valueOf(header, 'subject'), '明日の会議')
})

test('an encoded-word has 75 characters at most and cuts no character', () => {
  for (const word of encodedWords('明日の会議について😀'.repeat(20)).split('\r\n ')) {
    assert.ok(word.length <= 75)
    assert.doesNotMatch(Buffer.from(word.slice(10, -2), 'base64').toString('utf8'), /\ufffd/)
  }
})

test('whatever the header, what comes out is ASCII with the same fields, and is not changed again', () => {
  const piece = fc.constantFrom('Subject', 'To', 'From', ':', ': ', '会議', 'é', '<', '>', '@', ',', ';', '"', '(', '\\', '=?UTF-8?B?', '\r\n', '\r\n ', '\n', '\r', '\0', '\xff')
  fc.assert(
    fc.property(fc.array(fc.oneof(piece, fc.string({ unit: 'binary', maxLength: 4 })), { maxLength: 40 }), fc.boolean(), (parts, raw) => {
      const header = Buffer.from(parts.join(''), raw ? 'latin1' : 'utf8')
      const ascii = asciiHeader(header)
      assert.ok(ascii.every((byte) => byte < 0x80))
      assert.equal(asciiHeader(ascii), ascii)
      assert.deepEqual(headerFields(ascii).map(({ name }) => name.replaceAll('?', '')), headerFields(header).map(({ name }) => name.replaceAll(/[^\x00-\x7f]/g, '').replaceAll('?', '')))
    }),
    { numRuns: 500 },
  )
})
