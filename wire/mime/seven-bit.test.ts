import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { decodedContent } from './decoded-text.ts'
import { messageIndexer } from './indexer.ts'
import type { Part } from './message-index.ts'
import { sevenBit } from './seven-bit.ts'

const leaves = (bytes: Buffer): readonly { readonly encoding: string; readonly content: Buffer }[] => {
  const indexer = messageIndexer()
  indexer.push(bytes)
  const walk = (part: Part): readonly Part[] => (part.parts.length === 0 ? [part] : part.parts.flatMap(walk))
  return walk(indexer.end().root).map(({ encoding, bodyStart, bodyEnd }) => ({ encoding, content: decodedContent(encoding, bytes.subarray(bodyStart, bodyEnd)) }))
}
const message = (...lines: readonly string[]): Buffer => Buffer.from(lines.join('\r\n'))
const isSevenBit = (bytes: Buffer): boolean => bytes.every((byte) => byte < 0x80) && bytes.toString('latin1').split('\r\n').every((line) => line.length <= 998)

const mixed = (...parts: readonly string[]): Buffer =>
  message('MIME-Version: 1.0', 'Content-Type: multipart/mixed; boundary=b', 'Content-Transfer-Encoding: 8bit', '', ...parts.flatMap((part) => ['--b', part]), '--b--', '')

test('text becomes quoted-printable or base64, whichever is shorter', () => {
  const few = message('MIME-Version: 1.0', 'Content-Type: text/plain; charset=utf-8', 'Content-Transfer-Encoding: 8bit', '', 'Grüße = alles, und noch viel mehr Text dazu ', '')
  const out = sevenBit(few)
  assert.equal(out?.toString('latin1').split('\r\n\r\n')[1], 'Gr=C3=BC=C3=9Fe =3D alles, und noch viel mehr Text dazu=20\r\n')
  const many = message('MIME-Version: 1.0', 'Content-Type: text/plain; charset=utf-8', 'Content-Transfer-Encoding: 8bit', '', '日本語'.repeat(40), '')
  assert.match(sevenBit(many)?.toString('latin1') ?? '', /Content-Transfer-Encoding: base64\r\n\r\n5pel/)
})

test('only parts that need it change, however deep they are', () => {
  const inner = mixed('Content-Type: text/plain\r\nContent-Transfer-Encoding: 8bit\r\n\r\nää, and much more text than that').toString()
  const outer = mixed('Content-Type: text/plain\r\n\r\nplain', `Content-Type: message/rfc822\r\nContent-Transfer-Encoding: 8bit\r\n\r\n${inner}`)
  const out = sevenBit(outer) ?? Buffer.alloc(0)
  assert.ok(isSevenBit(out))
  assert.deepEqual(leaves(out).map(({ encoding }) => encoding), ['7bit', 'quoted-printable'])
  assert.deepEqual(leaves(out).map(({ content }) => String(content)), leaves(outer).map(({ content }) => String(content)))
  assert.doesNotMatch(out.toString(), /8bit/)
})

test('a message of before MIME is told what it is', () => {
  const out = sevenBit(message('Subject: x', '', 'grüße an alle, die das hier lesen koennen', ''))
  assert.match(out?.toString() ?? '', /^Subject: x\r\nContent-Transfer-Encoding: quoted-printable\r\nMIME-Version: 1\.0\r\nContent-Type: text\/plain; charset=unknown-8bit\r\n\r\ngr=C3=BC/)
})

test('what can not be changed is left alone', () => {
  assert.equal(sevenBit(message('Subject: grüße', '', 'x', '')), undefined)
  const signed = mixed('Content-Type: text/plain\r\nContent-Transfer-Encoding: 8bit\r\n\r\nä').toString().replace('multipart/mixed', 'multipart/signed')
  assert.equal(sevenBit(Buffer.from(signed)), undefined)
  assert.equal(sevenBit(message('MIME-Version: 1.0', 'Content-Transfer-Encoding: base64', '', 'ä', '')), undefined)
  assert.equal(sevenBit(Buffer.from(mixed('\r\nx').toString().replace('--b--', '--b--\r\nepilogüe'))), undefined)
  const plain = message('Subject: x', '', 'plain', '')
  assert.deepEqual(sevenBit(plain), plain)
})

test('every part decodes to what it was', () => {
  const wide = fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes).toString('latin1').replaceAll('--b', '').replaceAll(/[\r\n\0]/g, '\r\n'))
  const type = fc.constantFrom('text/plain', 'application/pdf', 'text/html; charset=x')
  fc.assert(
    fc.property(fc.array(fc.tuple(type, wide), { minLength: 1, maxLength: 4 }), (parts) => {
      const bytes = Buffer.from(mixed(...parts.map(([of, content]) => `Content-Type: ${of}\r\nContent-Transfer-Encoding: 8bit\r\n\r\n${content}`)).toString(), 'latin1')
      const out = sevenBit(bytes)
      assert.ok(out !== undefined && isSevenBit(out))
      assert.deepEqual(leaves(out).map(({ content }) => content.toString('latin1')), leaves(bytes).map(({ content }) => content.toString('latin1')))
    }),
    { numRuns: 200 },
  )
})

test('any bytes give 7-bit bytes or nothing', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => assert.ok((sevenBit(Buffer.from(bytes)) ?? Buffer.alloc(0)).every((byte) => byte < 0x80))))
})
