import assert from 'node:assert/strict'
import { test } from 'node:test'
import { messageIndexer } from '@bulkhead/wire/mime/indexer.ts'
import { decodedWords } from '@bulkhead/wire/mime/encoded-word.ts'
import type { MessageIndex, Part } from '@bulkhead/wire/mime/message-index.ts'
import { bodyPieces, headerSearchText, pieceText } from '@bulkhead/wire/mime/search-text.ts'
import { casemapKey } from '@bulkhead/wire/text/casemap.ts'
import { mayHold, needleOf } from '@bulkhead/wire/text/digest.ts'
import { folded } from '@bulkhead/wire/text/folded.ts'
import { japaneseCases } from './cases.ts'
import { caseBytes, twinBytes } from './twin.ts'

const indexed = (bytes: Buffer): MessageIndex => {
  const indexer = messageIndexer()
  indexer.push(bytes)
  return indexer.end()
}

const namesIn = (part: Part): readonly string[] => [...(part.fileName === null ? [] : [part.fileName]), ...part.parts.flatMap(namesIn)]

const searched = (bytes: Buffer, index: MessageIndex): string => {
  const texts = bodyPieces(index.root).map((piece) => pieceText(piece, piece.is === 'name' ? Buffer.alloc(0) : bytes.subarray(piece.start, piece.end)))
  return folded([headerSearchText(index.header), ...texts].join('\n'))
}

/** The subject of an ENVELOPE as a client decodes it: a quoted string, or a literal where it is raw. */
const envelopeSubject = ({ envelopeWire }: MessageIndex): string => {
  const rest = envelopeWire.slice(envelopeWire.indexOf('" ') + 2)
  const literal = /^\{(\d+)\}\r\n/.exec(rest)
  const raw = literal === null ? (/^"((?:[^"\\]|\\.)*)"/.exec(rest)?.[1] ?? '').replace(/\\(.)/g, '$1') : rest.slice(literal[0].length, literal[0].length + Number(literal[1]))
  return decodedWords(raw)
}

japaneseCases.forEach((given, at) => {
  test(`${given.name}: found, sorted, threaded, shown`, () => {
    const bytes = caseBytes(given)
    const index = indexed(bytes)
    const twin = indexed(twinBytes(given, at))
    assert.equal(index.overview.subject, folded(given.subject))
    assert.equal(index.overview.baseSubject, twin.overview.baseSubject)
    assert.equal(index.overview.from.display, casemapKey(given.from))
    assert.equal(envelopeSubject(index), given.subject)
    assert.equal(index.preview, given.preview)
    assert.deepEqual(namesIn(index.root), given.fileName === null ? [] : [given.fileName])
    for (const needle of [...given.finds, ...given.finds.map((text) => text.slice(0, 1))]) {
      assert.ok(searched(bytes, index).includes(folded(needle)), needle)
      assert.ok(mayHold(index.digest, needleOf(folded(needle))), needle)
    }
    assert.ok(index.digest.length > 0)
    assert.ok(!searched(bytes, index).includes('\ufffd'))
  })
})
