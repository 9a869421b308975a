import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { decodedWords } from '../mime/encoded-word.ts'
import { fieldText, firstField, headerFields } from '../mime/header.ts'
import { edited, renamedFields, subjectMarked } from './header-edit.ts'

const host = 'mx1.hikari.example'
const renamed = (header: string, names: readonly string[] = []): string => {
  const bytes = Buffer.from(header, 'latin1')
  return edited(bytes, renamedFields(bytes, headerFields(bytes), host, new Set(names))).toString('latin1')
}
const marked = (header: string, mark: string): string => {
  const bytes = Buffer.from(header, 'latin1')
  const edit = subjectMarked(bytes, headerFields(bytes), mark)
  return edit === undefined ? header : edited(bytes, [edit]).toString('latin1')
}
const subjectOf = (header: string): string => {
  const bytes = Buffer.from(header, 'latin1')
  return decodedWords(firstField(bytes, headerFields(bytes), 'subject') ?? '')
}

test('results that claim to be ours are renamed, however they are written; those of others stay (RFC 8601 section 5)', () => {
  const others = 'Authentication-Results: mx.far.example; dkim=pass\r\n'
  for (const ours of [
    `Authentication-Results: ${host}; spf=pass`, `AUTHENTICATION-RESULTS:\r\n (a comment) MX1.hikari.example 1; none`, `Authentication-Results : "${host}"; x`,
    `Authentication-Results: (a (nested) comment) ${host}; x`, `Authentication-Results: ${'(c)'.repeat(400)}${host}; x`, `Authentication-Results: (unclosed ${host}; x`,
  ]) {
    assert.equal(renamed(`${others}${ours}\r\nSubject: x\r\n\r\nbody`), `${others}X-Untrusted-${ours}\r\nSubject: x\r\n\r\nbody`)
  }
})

test('fields that only we write are renamed', () => {
  assert.equal(renamed('x-spam-FLAG: NO\r\nX-Other: y\r\n\r\n', ['x-spam-flag']), 'X-Untrusted-x-spam-FLAG: NO\r\nX-Other: y\r\n\r\n')
})

test('a mark comes before the subject, in ASCII or encoded; the subject as it came is kept', () => {
  assert.equal(marked('Subject: hello\r\n\r\n', '[SPAM]'), 'Subject: [SPAM] hello\r\nX-Original-Subject: hello\r\n\r\n')
  const japanese = marked('To: x\r\nSubject: =?ISO-2022-JP?B?GyRCNEE7eiEiGyhC?=\r\nFrom: y\r\n\r\n', '[迷惑メール]')
  assert.equal(subjectOf(japanese), '[迷惑メール] 漢字、')
  assert.match(japanese, /\r\nX-Original-Subject: =\?ISO-2022-JP\?B\?GyRCNEE7eiEiGyhC\?=\r\nFrom: y/)
  assert.equal(subjectOf(marked('From: y\r\n\r\n', '[迷惑メール]')), '[迷惑メール] ')
})

test('an empty subject, a folded one and one at the very end are marked', () => {
  assert.equal(marked('Subject:\r\nTo: x\r\n\r\n', '[SPAM]'), 'Subject: [SPAM]\r\nX-Original-Subject:\r\nTo: x\r\n\r\n')
  assert.equal(marked('Subject:\r\n  far\r\n\taway\r\n\r\n', '[SPAM]'), 'Subject: [SPAM] far\r\n\taway\r\nX-Original-Subject:\r\n  far\r\n\taway\r\n\r\n')
  assert.equal(marked('Subject: x', '[SPAM]'), 'Subject: [SPAM] x\r\nX-Original-Subject: x\r\n')
})

test('what is marked already is not marked again', () => {
  for (const mark of ['[SPAM]', '[迷惑メール]']) {
    const once = marked('Subject: hello\r\n\r\n', mark)
    assert.equal(marked(once, mark), once)
  }
})

test('whatever the subject and the mark: no line is added but ours, no other field changes, lines stay short', () => {
  const text = fc.string({ unit: 'binary-ascii', maxLength: 60 }).map((value) => value.replace(/[\r\n\0]/g, ' '))
  const marks = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 32 }).filter((value) => value === value.trim() && !/[\x00-\x1f\x7f]/.test(value))
  fc.assert(fc.property(text, marks, (subject, mark) => {
    const before = `To: a\r\nSubject:${subject}\r\nFrom: b\r\n\r\n`
    const after = marked(before, mark)
    if (after === before) return assert.ok(subject.trim().startsWith(mark))
    const header = Buffer.from(after, 'latin1')
    const fields = headerFields(header)
    assert.deepEqual(fields.map(({ name }) => name), ['to', 'subject', 'x-original-subject', 'from'])
    assert.equal(fieldText(header, fields[2] ?? assert.fail()).trim(), subject.trim())
    assert.ok(header.toString('latin1').split('\r\n').every((line) => line.length <= 200))
  }))
})
