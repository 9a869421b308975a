/** Whatever a message holds, its header has a value in every form, and its parts are told apart. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { indexMessage } from '../../mime/indexer.ts'
import { headerForms, headerProperty } from '../header-property.ts'
import { bodyParts, everyPart, hasAttachment } from './body-parts.ts'
import { parsedHeader } from './header-forms.ts'

const piece = fc.constantFrom(
  'To', 'Date', 'X', ':', ' ', '\r\n', '\n', '\r\n ', '<', '>', '@', '"', '(', ')', ';', ',', 'a', 'b.example', '=?utf-8?B?', '=?iso-2022-jp?Q?', '?=', '=',
  '\0', '\x80', '\xff', '\x1b$B', 'Fri, 20 Nov 2026', '09:30:00 +9999', '99999', '\\', 'https://x',
)

test('every form of any header is JSON', () => {
  fc.assert(fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
    const header = parsedHeader(Buffer.from(pieces.join(''), 'latin1'))
    for (const form of headerForms) {
      for (const field of ['to', 'date', 'x']) {
        for (const all of [true, false]) {
          const value = header.value({ field, form, all })
          assert.deepEqual(JSON.parse(JSON.stringify(value)), value)
        }
      }
    }
    for (const { name, value } of header.all()) assert.ok(name !== '' && !value.includes('\0'))
  }), { numRuns: 400 })
})

test('any text is the property it says, or none', () => {
  const part = fc.constantFrom('header', 'header:', 'Subject', 'From', 'asText', 'asDate', 'asNothing', 'all', ':', '', ' ', '\0', '__proto__', 'constructor')
  fc.assert(fc.property(fc.array(part, { maxLength: 5 }), (parts) => {
    const read = headerProperty(parts.join(':'))
    assert.ok(read === undefined || headerForms.includes(read.form))
  }))
})

const line = fc.constantFrom(
  'Content-Type: multipart/mixed; boundary=a', 'Content-Type: multipart/alternative; boundary=b', 'Content-Type: multipart/related; boundary=a',
  'Content-Type: text/html', 'Content-Type: image/png', 'Content-Type: message/rfc822', 'Content-Disposition: attachment', 'Content-Disposition: inline; filename=x',
  'Content-Transfer-Encoding: base64', '', '--a', '--b', '--a--', '--b--', 'text', '<p>',
)

test('every part that is no multipart is text, HTML or attached, and numbered once', () => {
  fc.assert(fc.property(fc.array(line, { maxLength: 40 }), (lines) => {
    const { root } = indexMessage(Buffer.from(lines.join('\r\n')))
    const { structure, textBody, htmlBody, attachments } = bodyParts(root)
    const leaves = [...everyPart(structure)].filter(({ subParts }) => subParts === null)
    const told = new Set([...textBody, ...htmlBody, ...attachments])
    assert.ok(leaves.every((leaf) => told.has(leaf)))
    assert.equal(told.size, leaves.length)
    assert.equal(new Set(leaves.map(({ partId }) => partId)).size, leaves.length)
    assert.ok(!hasAttachment(root) || attachments.length > 0)
  }), { numRuns: 500 })
})
