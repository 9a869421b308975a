import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { BodySource } from '@bulkhead/mail/account/mail-account.ts'
import type { BinaryAttribute } from '@bulkhead/wire/imap/fetch-grammar.ts'
import { messageIndexer } from '@bulkhead/wire/mime/indexer.ts'
import { knownBinary, longBinary } from './binary.ts'
import type { Piece } from './piece.ts'

/** Gives fewer bytes at once than it could, so that encodings are cut anywhere. */
const sourceOf = (bytes: Buffer): BodySource => ({
  sizeBytes: bytes.length,
  read: async (offset, length) => bytes.subarray(offset, offset + length),
  async [Symbol.asyncDispose]() {},
})

const message = (content: Buffer, encoding: 'base64' | 'quoted-printable' | '8bit'): Buffer => {
  const encoded = encoding === 'base64'
    ? Buffer.from(content.toString('base64').replaceAll(/.{76}/g, '$&\r\n'))
    : encoding === '8bit' ? content : Buffer.from(content.toString('hex').replaceAll(/../g, '=$&').toUpperCase())
  return Buffer.concat([Buffer.from(`Content-Type: application/x\r\nContent-Transfer-Encoding: ${encoding}\r\n\r\n`), encoded])
}

const joined = (pieces: readonly Piece[]): Buffer =>
  Buffer.concat(pieces.map((piece) => (typeof piece === 'string' ? Buffer.from(piece) : piece)))

const indexOf = (bytes: Buffer) => {
  const indexer = messageIndexer()
  indexer.push(bytes)
  return indexer.end()
}

test('a long part is decoded as a short one is, whole and in part, and NUL makes it a literal8', async () => {
  const size = fc.integer({ min: 0, max: 300_000 })
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('base64', 'quoted-printable', '8bit'), size, size, fc.boolean(), fc.nat(200_000), fc.integer({ min: 1, max: 300_000 }),
      async (encoding, length, seed, hasNul, offset, count) => {
        const content = Buffer.from(Uint8Array.from({ length }, (_, at) => ((at * 31 + seed) % 255) + 1))
        if (hasNul && length > 0) content[seed % length] = 0
        const bytes = message(content, encoding as 'base64')
        const index = indexOf(bytes)
        const attributes: readonly BinaryAttribute[] = [
          { item: 'binary', label: 'BINARY[1]', peek: true, path: [1], partial: null },
          { item: 'binary', label: 'BINARY[1]', peek: true, path: [1], partial: { offset, count } },
          { item: 'binarySize', label: 'BINARY.SIZE[1]', path: [1] },
        ]
        for (const attribute of attributes) {
          const long: Piece[] = []
          for await (const piece of longBinary({ index, body: sourceOf(bytes) }, attribute)) long.push(piece)
          const short = joined(knownBinary({ index, sizeBytes: bytes.length, prefix: () => bytes }, attribute) ?? [])
          assert.ok(joined(long).equals(short))
          const wanted = attribute.item === 'binary' && attribute.partial !== null ? content.subarray(offset, offset + count) : content
          const head = `BINARY[1] ${wanted.includes(0) ? '~' : ''}{${wanted.length}}\r\n`
          const told = attribute.item === 'binary' ? Buffer.concat([Buffer.from(head), wanted]) : Buffer.from(`BINARY.SIZE[1] ${length}`)
          assert.ok(short.equals(told))
        }
      },
    ),
    { numRuns: 40 },
  )
})
