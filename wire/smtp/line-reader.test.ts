import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { cutAt } from '../testing/cut-at.ts'
import { lineReader } from './line-reader.ts'

const read = (chunks: readonly Uint8Array[], max: number): string[] => {
  const reader = lineReader(max)
  const found: string[] = []
  for (const chunk of chunks) {
    reader.push(chunk)
    for (let line = reader.next(); line !== undefined; line = reader.next()) {
      found.push(typeof line === 'string' ? line : `=${line.toString('latin1')}`)
    }
    assert.ok(reader.heldBytes < max + chunk.length, 'held bytes are bounded')
  }
  return found
}

const nasty = fc.array(fc.constantFrom('a', '\r', '\n', '\r\n', 'bc', '\0'), { maxLength: 60 }).map((parts) => Buffer.from(parts.join(''), 'latin1'))

test('only CRLF ends a line; bare CR and bare LF are told apart', () => {
  assert.deepEqual(read([Buffer.from('one\r\ntwo\nth\rree\r\n\r\n\n')], 100), ['=one', 'bareLf', 'bareCr', '=', 'bareLf'])
})

test('a line over the limit is reported once and the next one is read', () => {
  assert.deepEqual(read([Buffer.from(`${'x'.repeat(30)}`), Buffer.from(`${'x'.repeat(30)}\r\nok\r\n`)], 20), ['tooLong', '=ok'])
  assert.deepEqual(read([Buffer.from('12345678\r\n123456789\r\n')], 10), ['=12345678', 'tooLong'])
})

test('any chunking gives the same lines', () => {
  fc.assert(fc.property(nasty, fc.array(fc.nat(80)), (bytes, cuts) => {
    assert.deepEqual(read(cutAt(bytes, cuts), 12), read([bytes], 12))
  }))
})

test('what was not read as lines is handed over', () => {
  const reader = lineReader(100)
  reader.push(Buffer.from('BDAT 3\r\nabcdef'))
  assert.equal(String(reader.next()), 'BDAT 3')
  assert.equal(String(reader.take(3)), 'abc')
  assert.equal(String(reader.rest()), 'def')
  assert.equal(reader.heldBytes, 0)
})
