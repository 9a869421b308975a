import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { decodedText } from '@bulkhead/wire/mime/decoded-text.ts'
import { messageIndexer } from '@bulkhead/wire/mime/indexer.ts'
import type { Part } from '@bulkhead/wire/mime/message-index.ts'
import { charsets, encode } from './encode.ts'
import { corpusMessage } from './message.ts'
import { languageOf, phrases } from './phrases.ts'

const settings = { seed: 1, largestBytes: 200_000 }
const messages = Array.from({ length: 400 }, (_, at) => corpusMessage(at + 1, settings))

test('the same seed gives the same bytes, another seed gives others', () => {
  const digest = createHash('sha256')
  for (const message of messages) digest.update(message)
  assert.equal(digest.digest('hex'), '64d76c3fab2cb095dd730560c4bf5048cb89b4983c5419db6997955051e756dd')
  assert.ok(corpusMessage(17, settings).equals(messages[16] ?? Buffer.alloc(0)))
  assert.ok(!corpusMessage(17, { ...settings, seed: 2 }).equals(messages[16] ?? Buffer.alloc(0)))
})

test('every message can travel by SMTP as it is', () => {
  for (const message of messages) {
    const text = message.toString('latin1')
    assert.ok(text.endsWith('\r\n'))
    assert.doesNotMatch(text, /\r(?!\n)|(?<!\r)\n|\0/)
  }
})

/** Other decoding, folding or hashing is another version of the index: searches would miss what was derived before. */
test('what is derived of a message stays what it is', () => {
  const derived = createHash('sha256')
  for (const message of messages) {
    const indexer = messageIndexer()
    indexer.push(message)
    const { digest, preview, overview } = indexer.end()
    derived.update(digest).update(preview).update(JSON.stringify(overview))
  }
  assert.equal(derived.digest('hex'), '8430b4b1038c0c1726dd8ce45841a503cebcb8beee3a69b0f7953983eff95a03')
})

const leaves = (part: Part): readonly Part[] => (part.parts.length === 0 ? [part] : part.parts.flatMap(leaves))

test('the index finds every text and its text is read without a broken character, whatever its charset', () => {
  const seen = new Set<string>()
  for (const message of messages) {
    const indexer = messageIndexer()
    indexer.push(message)
    for (const part of leaves(indexer.end().root)) {
      if (part.type !== 'text' || part.disposition === 'attachment') continue
      const text = decodedText(part, message.subarray(part.bodyStart, part.bodyEnd))
      assert.ok(!text.includes('\ufffd'), `${message.toString('latin1', 0, 2_000)}`)
      seen.add(part.parameters.find(([name]) => name === 'charset')?.[1] ?? 'none')
    }
  }
  assert.deepEqual(charsets.filter((charset) => !seen.has(charset)), [])
  assert.ok(seen.has('none'))
})

test('what is encoded decodes to itself', () => {
  for (const charset of charsets) {
    for (const language of languageOf[charset]) {
      for (const sentence of phrases[language].sentences) {
        const bytes = encode(sentence, charset)
        if (bytes.includes(0x3f) && !sentence.includes('?')) continue
        const part = { type: 'text', subtype: 'plain', encoding: '8bit', parameters: [['charset', charset]] as const }
        assert.equal(decodedText(part, bytes), sentence, charset)
      }
    }
  }
})
