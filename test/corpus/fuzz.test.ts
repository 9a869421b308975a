import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Fault } from '@bulkhead/base/fault.ts'
import { addressList } from '@bulkhead/wire/mime/address-list.ts'
import { decodedBytes } from '@bulkhead/wire/mime/charset.ts'
import { sentDate } from '@bulkhead/wire/mime/date-field.ts'
import { decodedWords } from '@bulkhead/wire/mime/encoded-word.ts'
import { decodeMessageIndex, encodeMessageIndex } from '@bulkhead/wire/mime/index-codec.ts'
import { messageIndexer } from '@bulkhead/wire/mime/indexer.ts'
import type { MessageIndex } from '@bulkhead/wire/mime/message-index.ts'
import { decodedParameters } from '@bulkhead/wire/mime/parameter.ts'
import { structuredField } from '@bulkhead/wire/mime/structured-field.ts'
import { cutAt } from '@bulkhead/wire/testing/cut-at.ts'
import { baseSubject } from '@bulkhead/wire/text/base-subject.ts'
import { mayHold, needleOf } from '@bulkhead/wire/text/digest.ts'
import { folded } from '@bulkhead/wire/text/folded.ts'
import { previewCharsMax } from '@bulkhead/wire/text/preview.ts'
import { bodyPieces, headerSearchText, pieceText } from '@bulkhead/wire/mime/search-text.ts'
import { valueAt } from '../clients/response-value.ts'
import { fieldSeeds, messageSeeds, mutated } from './mutated.ts'

const seeds = messageSeeds()
const numbers = fc.integer({ min: 1, max: 2 ** 31 })

const indexed = (chunks: readonly Buffer[]): MessageIndex => {
  const indexer = messageIndexer()
  for (const chunk of chunks) indexer.push(chunk)
  return indexer.end()
}

/** Each property runs over the seeds as they are and then over so many changed ones. */
const overMessages = (runs: number, holds: (bytes: Buffer, number: number) => void): void => {
  for (const [at, bytes] of seeds.entries()) holds(bytes, at)
  fc.assert(fc.property(numbers, (number) => holds(mutated(seeds, number), number)), { numRuns: runs })
}

test('changed messages: any chunking gives the same index, byte for byte', () => {
  overMessages(1_200, (bytes, number) => {
    const whole = encodeMessageIndex(indexed([bytes]))
    const cuts = Array.from({ length: 12 }, (_, at) => (Math.imul(number, at + 7) >>> 0) % (bytes.length + 1))
    assert.deepEqual(encodeMessageIndex(indexed(cutAt(bytes, cuts))), whole)
    assert.deepEqual(encodeMessageIndex(indexed(Array.from(bytes, (byte) => Buffer.of(byte)))), whole)
  })
})

test('changed messages: an index encodes and decodes to itself', () => {
  overMessages(2_000, (bytes) => {
    const index = indexed([bytes])
    const decoded = decodeMessageIndex(encodeMessageIndex(index))
    assert.deepEqual(decoded.root, index.root)
    for (const name of ['sizeBytes', 'headerComplete', 'envelopeWire', 'bodyWire', 'bodyStructureWire', 'preview'] as const) assert.equal(decoded[name], index[name], name)
    assert.deepEqual({ ...index.overview }, Object.fromEntries(Object.keys(index.overview).map((name) => [name, Reflect.get(decoded.overview, name)])))
  })
})

test('changed messages: ENVELOPE and BODYSTRUCTURE are values of the grammar, the preview is short, everything is text', () => {
  overMessages(2_000, (bytes) => {
    const index = indexed([bytes])
    for (const wire of [index.envelopeWire, index.bodyWire, index.bodyStructureWire]) {
      assert.equal(valueAt(wire, 0).end, wire.length)
      assert.doesNotMatch(wire, /\0/)
    }
    assert.equal((valueAt(index.envelopeWire, 0).value as readonly unknown[]).length, 10)
    assert.ok(Array.from(index.preview).length <= previewCharsMax)
    for (const text of [index.preview, index.overview.subject, index.overview.baseSubject, index.overview.from.display]) assert.ok(text.isWellFormed())
  })
})

test('changed messages: the digest excludes no word that the decoded text holds', () => {
  overMessages(2_000, (bytes, number) => {
    const index = indexed([bytes])
    const texts = [
      headerSearchText(bytes.subarray(0, index.root.bodyStart)),
      ...bodyPieces(index.root).map((piece) => pieceText(piece, piece.is === 'name' ? Buffer.alloc(0) : bytes.subarray(piece.start, piece.end))),
    ].map(folded)
    for (const text of texts) {
      const at = number % Math.max(1, text.length)
      for (const length of [1, 2, 3, 7]) assert.ok(mayHold(index.digest, needleOf(text.slice(at, at + length))))
    }
  })
})

test('an encoded index with changed bytes decodes to something or is corrupt', () => {
  const encoded = seeds.map((bytes) => encodeMessageIndex(indexed([bytes])))
  fc.assert(fc.property(numbers, (number) => {
    try {
      const { root, overview, preview, digest } = decodeMessageIndex(mutated(encoded, number))
      assert.equal(typeof `${root.type}${overview.baseSubject}${preview}`, 'string')
      mayHold(digest, needleOf('text'))
    } catch (error) {
      assert.ok(error instanceof Fault && error.code === 'corrupt', String(error))
    }
  }), { numRuns: 10_000 })
})

const overFields = (name: Parameters<typeof fieldSeeds>[0], holds: (text: string) => void): void => {
  const values = fieldSeeds(name)
  for (const value of values) holds(value.toString('latin1'))
  fc.assert(fc.property(numbers, (number) => holds(mutated(values, number).toString('latin1'))), { numRuns: 10_000 })
}

test('changed addresses are a list whose groups begin and end', () => {
  overFields('addresses', (text) => {
    let inGroup = false
    for (const entry of addressList(text)) {
      if (entry.kind === 'mailbox') continue
      assert.equal(inGroup, entry.kind === 'groupEnd')
      inGroup = entry.kind === 'groupStart'
    }
    assert.equal(inGroup, false)
  })
})

test('changed dates are a moment and its day, or no date', () => {
  overFields('dates', (text) => {
    const date = sentDate(text)
    if (date === undefined) return
    assert.ok(Number.isInteger(date.dayMs / 86_400_000))
    assert.ok(Math.abs(date.atMs - date.dayMs) < 6 * 86_400_000)
    assert.ok(!Number.isNaN(new Date(date.atMs).getTime()))
  })
})

test('changed encoded-words are text, and the base of a base subject is itself', () => {
  overFields('words', (text) => {
    const decoded = decodedWords(text)
    assert.ok(decoded.isWellFormed())
    const { text: base } = baseSubject(decoded)
    assert.equal(baseSubject(base).text, base)
  })
})

test('changed types and dispositions have a value and parameters that are text', () => {
  overFields('types', (text) => {
    const { value, parameters } = structuredField(text, 128)
    assert.doesNotMatch(value, /[\sA-Z]/)
    for (const [name, decoded] of decodedParameters(parameters)) assert.ok(name !== '' && decoded.isWellFormed())
  })
})

const labels = [
  '', 'us-ascii', 'utf-8', 'utf-7', 'utf-16', 'iso-2022-jp', 'cp50222', 'iso-2022-jp-2', 'shift_jis', 'cp932', 'euc-jp', 'eucjp-ms', 'gb18030', 'hz-gb-2312',
  'iso-2022-kr', 'iso-2022-cn', 'euc-kr', 'big5', 'koi8-r', 'iso-8859-1', 'windows-1252', 'macintosh', 'x-nothing',
] as const

test('any bytes under any label are well-formed text', () => {
  const sources = [...seeds, ...fieldSeeds('words')]
  for (const label of labels) {
    fc.assert(fc.property(numbers, (number) => assert.ok(decodedBytes(mutated(sources, number), label).isWellFormed(), label)), { numRuns: 500 })
  }
})
