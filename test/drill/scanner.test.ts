import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { encode } from '../corpus/encode.ts'
import { formsOf, scannerFor, type Needle } from './scanner.ts'

const text = '港の見積書番号九'
const needle: Needle = { class: 'M', name: 'text', forms: formsOf(text, true), control: { database: true, backup: true } }
const other: Needle = { class: 'A', name: 'address', forms: formsOf('hanako@ebisu.example', true), control: { database: true, backup: true } }
const scanner = scannerFor([needle, other])

const hidden = (bytes: Buffer): Buffer => Buffer.concat([randomBytes(1_001), bytes, randomBytes(99)])
const found = (bytes: Buffer): readonly string[] => scanner.scan('here', bytes).map(({ name }) => name)

test('each form is found wherever it lies, and nothing where nothing is', () => {
  for (const { form, bytes } of needle.forms) assert.deepEqual(found(hidden(bytes)), ['text'], form)
  for (const { form, bytes } of other.forms) assert.deepEqual(found(bytes), ['address'], form)
  assert.deepEqual(found(randomBytes(1 << 20)), [])
  assert.deepEqual(found(Buffer.alloc(0)), [])
})

test('text is found in the charsets of old mail, with text around it, plain and in base64 at each alignment', () => {
  for (const charset of ['utf-8', 'shift_jis', 'euc-jp', 'iso-2022-jp'] as const) {
    const bytes = encode(`前文、${text}後文`, charset)
    assert.deepEqual(found(hidden(bytes)), ['text'], charset)
    for (const shift of [0, 1, 2]) assert.deepEqual(found(Buffer.from(Buffer.concat([Buffer.alloc(shift, 'x'), bytes]).toString('base64'))), ['text'], `${charset} base64 ${shift}`)
  }
})

test('what is compressed is looked into', () => {
  const bytes = Buffer.from(`before ${text} after`)
  const ways = { gzip: gzipSync(bytes), zlib: deflateSync(bytes), zstd: zstdCompressSync(bytes), 'zlib’s body': Buffer.concat([Buffer.of(0x78, 0x9c), deflateRawSync(bytes)]) }
  for (const [way, packed] of Object.entries(ways)) assert.deepEqual(found(hidden(packed)), ['text'], way)
  assert.deepEqual(found(brotliCompressSync(bytes)), ['text'])
})
