import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { addressList, type AddressEntry } from '../address-list.ts'
import { decodedContent } from '../decoded-text.ts'
import { inBase64 } from '../encode-body.ts'
import { decodedWords } from '../encoded-word.ts'
import { fieldText, headerFields } from '../header.ts'
import { indexMessage } from '../indexer.ts'
import { dateValue } from './date-value.ts'
import { addressesValue, idsValue, isSafeText, textValue, urlsValue } from './header-value.ts'
import { composedMessage, inLines, type ComposedPart } from './message.ts'
import { nameForOldPrograms, parameter, parametersValue } from './parameters-value.ts'

const unfolded = (value: string): string => value.replaceAll('\r\n', '')
/** Text as a person or a program writes it: words of several scripts, blanks anywhere. */
const texts = fc.array(
  fc.oneof(fc.constantFrom('Re:', '会議の件', '㈱山田', '👨‍👩‍👧', 'が'.normalize('NFD'), '=?UTF-8?B?eA==?=', '', 'x'.repeat(100), '日本語'.repeat(30)), fc.string({ unit: 'grapheme' })),
  { maxLength: 12 },
).map((words) => words.join(' ')).filter(isSafeText)

test('text comes back as it was, in lines that mail systems take', () => {
  fc.assert(fc.property(texts, fc.integer({ min: 4, max: 60 }), (text, column) => {
    const value = textValue(text, column)
    assert.match(value, /^(?:[\x20-\x7e]|\r\n )*$/)
    for (const [at, line] of value.split('\r\n').entries()) assert.ok(line.length + (at === 0 ? column : 0) <= 77, line)
    assert.equal(decodedWords(unfolded(value).trimStart()), text)
  }), { numRuns: 400 })
})

test('a Japanese subject is in words of UTF-8 that cut no character', () => {
  assert.equal(textValue('Re: 明日の会議について（場所変更のお知らせ）', 9), [
    'Re: =?UTF-8?B?5piO5pel44Gu5Lya6K2w44Gr44Gk44GE44Gm77yI5aC05omA?=', '=?UTF-8?B?5aSJ5pu044Gu44GK55+l44KJ44Gb77yJ?=',
  ].join('\r\n '))
})

test('names and groups come back; foreign names are encoded, odd ones quoted, odd local parts too', () => {
  const value = addressesValue([
    { name: null, addresses: [{ name: '山田 太郎', email: 'taro@hikari.example' }, { name: 'Suzuki, "Jiro"', email: 'a..b@docomo.example' }, { name: null, email: 'half-typed' }] },
    { name: '営業部', addresses: [{ name: 'A B', email: 'x@y.example' }] }, { name: 'Nobody', addresses: [] },
  ], 4)
  const shown = (entry: AddressEntry): string =>
    entry.kind === 'mailbox' ? `${decodedWords(entry.name ?? '')}|${entry.localPart}|${entry.host}` : `${entry.kind} ${entry.kind === 'groupStart' ? decodedWords(entry.name) : ''}`
  assert.deepEqual(addressList(unfolded(value)).map(shown), [
    '山田 太郎|taro|hikari.example', 'Suzuki, "Jiro"|a..b|docomo.example', '|half-typed|null',
    'groupStart 営業部', 'A B|x|y.example', 'groupEnd ', 'groupStart Nobody', 'groupEnd ',
  ])
})

test('whatever an address is typed as, it stays one address', () => {
  const typed = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }).filter(isSafeText)
  fc.assert(fc.property(fc.array(fc.record({ name: fc.option(typed), email: typed }), { maxLength: 20 }), (addresses) => {
    const found = addressList(unfolded(addressesValue([{ name: null, addresses }], 4)))
    assert.equal(found.filter(({ kind }) => kind === 'mailbox').length, addresses.length)
    assert.ok(found.every(({ kind }) => kind === 'mailbox'))
  }), { numRuns: 300 })
})

test('ids, URLs and dates', () => {
  assert.equal(idsValue(['1@a.example', '2@a.example'], 12), '<1@a.example> <2@a.example>')
  assert.equal(urlsValue(['mailto:x@a.example', 'https://a.example/'], 18), '<mailto:x@a.example>, <https://a.example/>')
  assert.equal(dateValue(Date.UTC(2026, 10, 21, 15, 30), 540), 'Sun, 22 Nov 2026 00:30:00 +0900')
  assert.equal(dateValue(Date.UTC(2026, 10, 21, 0, 15), -210), 'Fri, 20 Nov 2026 20:45:00 -0330')
})

const leafOf = (name: string, body: Buffer, kind: 'text' | 'bytes' | 'message' = 'bytes', type = 'application/pdf'): ComposedPart => ({
  is: 'leaf', kind, body, fields: [
    ['Content-Type', parametersValue(type, [nameForOldPrograms(name)])],
    ['Content-Disposition', parametersValue('attachment', parameter('filename', name))],
  ],
})

const boundaries = () => {
  let at = 0
  return () => `b${(at += 1)}`
}

test('names of files come back, by RFC 2231 and, for old programs, by encoded-words', () => {
  const names = fc.oneof(fc.constantFrom('見積書（令和８年度）㈱山田商事御中_最終版.pdf', '添付 ファイル.pdf', 'a"b\\c.txt', "it's 100%.pdf", '😀.png', 'x'.repeat(250)), fc.string({ unit: 'grapheme', minLength: 1 }))
    .filter((name) => isSafeText(name) && name.trim() === name)
  fc.assert(fc.property(names, (name) => {
    const message = Buffer.concat(composedMessage([], { is: 'multipart', type: 'multipart/mixed', fields: [], parts: [leafOf(name, Buffer.from('x'))] }, boundaries()))
    const part = indexMessage(message).root.parts[0]
    assert.equal(part?.fileName, name)
    assert.equal(part?.parameters.find(([key]) => key === 'name')?.[1], name)
    assert.ok(message.toString('latin1').split('\r\n').every((line) => line.length <= 998 && /^[\x00-\x7f]*$/.test(line)))
  }), { numRuns: 200 })
})

test('bodies come back to the byte, whatever their encoding', () => {
  const bodies = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('x'.repeat(2_000), 'こんにちは\r\n'.repeat(50), 'a é b', 'trailing \r\nblanks\t\r\n', '\0', '. \r\n.\r\nFrom me\r\n'), fc.string())
    .filter((text) => text.isWellFormed())
  fc.assert(fc.property(bodies, fc.uint8Array(), (text, bytes) => {
    const written = inLines(text)
    const plain: ComposedPart = { is: 'leaf', kind: 'text', fields: [['Content-Type', 'text/plain; charset=utf-8']], body: written }
    const message = Buffer.concat(composedMessage([['Subject', 'x']], { is: 'multipart', type: 'multipart/mixed', fields: [], parts: [plain, leafOf('a.pdf', Buffer.from(bytes))] }, boundaries()))
    const { root } = indexMessage(message)
    const contents = root.parts.map((part) => decodedContent(part.encoding, message.subarray(part.bodyStart, part.bodyEnd)))
    assert.deepEqual(contents, [written, Buffer.from(bytes)])
    assert.ok(message.toString('latin1').split('\r\n').every((line) => line.length <= 998 && /^[\x01-\x7f]*$/.test(line)))
  }), { numRuns: 300 })
})

test('a message inside a message is not encoded; one that can not travel so is message/global', () => {
  const inner = (body: string) => leafOf('mail.eml', Buffer.from(`Subject: x\r\n\r\n${body}`), 'message', 'message/rfc822')
  const rootOf = (body: string) => {
    const message = Buffer.concat(composedMessage([], { is: 'multipart', type: 'multipart/mixed', fields: [], parts: [inner(body)] }, boundaries()))
    return { encoding: indexMessage(message).root.parts[0]?.encoding, type: /^Content-Type: (message\/\w+)/m.exec(message.toString())?.[1] }
  }
  assert.deepEqual([rootOf('text\r\n').encoding, rootOf('本文\r\n').encoding], ['7bit', '8bit'])
  assert.deepEqual(rootOf('bare\nline'), { encoding: 'base64', type: 'message/global' })
})

test('fields stand in the order given, and a boundary of another part ends nothing', () => {
  const part = (body: string): ComposedPart => ({ is: 'leaf', kind: 'text', fields: [['Content-Type', 'text/plain']], body: Buffer.from(body) })
  const message = Buffer.concat(composedMessage([['From', '<a@b.example>'], ['Subject', 'x']], {
    is: 'multipart', type: 'multipart/mixed', fields: [], parts: [part('one'), { is: 'multipart', type: 'multipart/alternative', fields: [], parts: [part('two'), part('')] }],
  }, boundaries()))
  assert.deepEqual(headerFields(message).map((field) => [field.name, fieldText(message, field)]), [
    ['from', '<a@b.example>'], ['subject', 'x'], ['mime-version', '1.0'], ['content-type', 'multipart/mixed; boundary="b1"'],
  ])
  const { root } = indexMessage(message)
  assert.deepEqual(root.parts[1]?.parts.map(({ bodyStart, bodyEnd }) => message.toString('latin1', bodyStart, bodyEnd)), ['two', ''])
})

test('base64 is in lines of 76 characters, with none behind the last, whatever the length', () => {
  for (let length = 0; length < 400; length += 1) {
    const bytes = Buffer.alloc(length, 'é')
    const lines = inBase64(bytes).toString('latin1').split('\r\n')
    assert.ok(lines.slice(0, -1).every((line) => line.length === 76))
    assert.ok((lines.at(-1)?.length ?? 0) <= 76 && (length === 0 || lines.at(-1) !== ''))
    assert.deepEqual(Buffer.from(lines.join(''), 'base64'), bytes)
  }
})
