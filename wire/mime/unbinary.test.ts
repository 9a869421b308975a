import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { cutAt } from '../testing/cut-at.ts'
import { decodedContent } from './decoded-text.ts'
import { messageIndexer } from './indexer.ts'
import type { Part } from './message-index.ts'
import { unbinary } from './unbinary.ts'

const through = (chunks: readonly Buffer[]): Buffer => {
  const filter = unbinary()
  return Buffer.concat([...chunks.flatMap((chunk) => filter.push(chunk)), ...filter.end()])
}

const leaves = (bytes: Buffer): readonly { readonly encoding: string; readonly content: Buffer }[] => {
  const indexer = messageIndexer()
  indexer.push(bytes)
  const walk = (part: Part): readonly Part[] => (part.parts.length === 0 ? [part] : part.parts.flatMap(walk))
  return walk(indexer.end().root).map((part) => ({
    encoding: part.encoding, content: decodedContent(part.encoding, bytes.subarray(part.bodyStart, part.bodyEnd)),
  }))
}

const binaryContent = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes))
  .filter((bytes) => !bytes.includes('--b') && !bytes.includes('--c'))

const part = (encoding: string, content: Buffer): Buffer =>
  Buffer.concat([Buffer.from(`Content-Type: application/x\r\nContent-Transfer-Encoding: ${encoding}\r\n\r\n`), content])

const multipart = (boundary: string, parts: readonly Buffer[]): Buffer => Buffer.concat([
  Buffer.from(`Subject: m\r\nContent-Transfer-Encoding: binary\r\nContent-Type: multipart/mixed; boundary=${boundary}\r\n\r\npreamble`),
  ...parts.flatMap((one) => [Buffer.from(`\r\n--${boundary}\r\n`), one]),
  Buffer.from(`\r\n--${boundary}--\r\nepilogue\r\n`),
])

test('binary parts come back out of base64, wherever they are and however the bytes are cut', () => {
  fc.assert(
    fc.property(fc.array(binaryContent, { minLength: 1, maxLength: 4 }), fc.array(fc.nat(2_000), { maxLength: 20 }), (contents, cuts) => {
      const inner = multipart('c', contents.map((content) => part('binary', content)))
      const rfc822 = Buffer.concat([Buffer.from('Content-Type: message/rfc822\r\nContent-Transfer-Encoding: binary\r\n\r\n'), inner])
      const message = multipart('b', [part('binary', contents[0] ?? Buffer.alloc(0)), rfc822, part('8bit', Buffer.from('plain --b no'))])
      const told = through(cutAt(message, cuts))
      assert.ok(told.equals(through([message])))
      const found = leaves(told)
      const wanted = [contents[0], ...contents]
      assert.deepEqual(found.map(({ encoding }) => encoding), [...wanted.map(() => 'base64'), '8bit'])
      for (const [at, content] of wanted.entries()) assert.ok(found[at]?.content.equals(content ?? Buffer.alloc(0)))
    }),
  )
})

test('a single binary body', () => {
  const content = Buffer.from([0, 1, 2, 13, 10, 45, 45, 0, 255])
  const [only] = leaves(through([part('BINARY', content)]))
  assert.deepEqual(only, { encoding: 'base64', content })
})

test('what names no binary part passes untouched', () => {
  const shard = fc.constantFrom('--b\r\n', '--b--\r\n', '\r\n', '\n', '\0', 'Content-Type: multipart/mixed; boundary=b\r\n', 'x: y\r\n', '--', '\r', 'text')
  fc.assert(
    fc.property(fc.array(shard, { maxLength: 40 }), fc.array(fc.nat(300), { maxLength: 20 }), (shards, cuts) => {
      const message = Buffer.from(shards.join(''), 'latin1')
      assert.ok(through(cutAt(message, cuts)).equals(message))
    }),
    { numRuns: 500 },
  )
})
