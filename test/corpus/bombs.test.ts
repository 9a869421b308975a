import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeMessageIndex, encodeMessageIndex } from '@bulkhead/wire/mime/index-codec.ts'
import { messageIndexer } from '@bulkhead/wire/mime/indexer.ts'
import { mimeLimits } from '@bulkhead/wire/mime/limits.ts'
import type { MessageIndex, Part } from '@bulkhead/wire/mime/message-index.ts'
import { bombs } from './bombs.ts'

const chunkBytes = 65_536

const indexed = (bytes: Buffer): MessageIndex => {
  const indexer = messageIndexer()
  for (let at = 0; at < bytes.length; at += chunkBytes) indexer.push(bytes.subarray(at, at + chunkBytes))
  return indexer.end()
}

/** What an index may take, whatever the message is: its header, its texts, and this for each part. */
const indexBytesMax = 2 * mimeLimits.indexTextMax

/** Milliseconds of processor time, the least of a few turns: other load does not count, and code grows warm. */
const cost = (bytes: Buffer): number => {
  const turns = Array.from({ length: 4 }, () => {
    const before = process.cpuUsage()
    indexed(bytes)
    const { user, system } = process.cpuUsage(before)
    return (user + system) / 1_000
  })
  return Math.min(...turns)
}

/** Eight times the bytes may cost this many times as much: 8 were linear, 64 quadratic. */
const growthMax = 24
/** Below this nothing is told from noise. */
const noiseMs = 25

const countOf = (part: Part): number => part.parts.reduce((sum, inner) => sum + countOf(inner), 1)
const depthOf = (part: Part): number => 1 + Math.max(0, ...part.parts.map(depthOf))

for (const [name, made] of Object.entries(bombs)) {
  test(`${name}: an index of bounded size, in time that grows with the message`, () => {
    const bytes = made(256_000)
    const index = indexed(bytes)
    const encoded = encodeMessageIndex(index)
    assert.equal(index.sizeBytes, bytes.length)
    assert.ok(encoded.length < indexBytesMax)
    assert.ok(countOf(index.root) <= mimeLimits.partsMax)
    assert.ok(depthOf(index.root) <= mimeLimits.depthMax)
    assert.deepEqual(decodeMessageIndex(encoded).root, index.root)
    assert.ok(cost(bytes) <= growthMax * cost(made(32_000)) + noiseMs)
  })
}

test('50,000 parts: the last one allowed holds the rest', () => {
  const bytes = Buffer.from(`Content-Type: multipart/mixed; boundary=b\r\n\r\n${'--b\r\n\r\nx\r\n'.repeat(50_000)}--b--\r\n`)
  const { root } = indexed(bytes)
  assert.equal(countOf(root), mimeLimits.partsMax)
  assert.equal(root.parts.at(-1)?.bodyEnd, bytes.length)
  assert.equal(root.parts.at(-1)?.subtype, 'octet-stream')
})

test('a depth of 1,000: the deepest allowed is opaque and holds the rest', () => {
  const levels = Array.from({ length: 1_000 }, (_, at) => `Content-Type: multipart/mixed; boundary=b${at}\r\n\r\n--b${at}\r\n`)
  const bytes = Buffer.from(`${levels.join('')}\r\ntext`)
  const { root } = indexed(bytes)
  assert.equal(depthOf(root), mimeLimits.depthMax)
  let deepest = root
  while (deepest.parts[0] !== undefined) deepest = deepest.parts[0]
  assert.equal(`${deepest.type}/${deepest.subtype}`, 'application/octet-stream')
  assert.equal(deepest.bodyEnd, bytes.length)
})

test('a million header fields: what is not kept is read from the body', () => {
  const bytes = Buffer.from(`From: a@b.example\r\n${'X: y\r\n'.repeat(1_000_000)}Subject: late\r\n\r\ntext\r\n`)
  const index = indexed(bytes)
  assert.equal(index.headerComplete, false)
  assert.equal(bytes.toString('latin1', index.root.bodyStart), 'text\r\n')
  assert.equal(index.digest.length, 0)
  assert.match(index.envelopeWire, /\(\(NIL NIL "a" "b\.example"\)\)/)
})

test('a header line of 10 MB: the fields before it are read, and the body is where it is', () => {
  const bytes = Buffer.from(`From: a@b.example\r\nSubject: ${'x'.repeat(10_000_000)}\r\n\r\ntext\r\n`)
  const index = indexed(bytes)
  assert.match(index.envelopeWire, /^\(NIL NIL \(\(NIL NIL "a" "b\.example"\)\)/)
  assert.equal(bytes.toString('latin1', index.root.bodyStart), 'text\r\n')
})
