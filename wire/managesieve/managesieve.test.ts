import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseCommand } from './command.ts'
import { commandReader, type Finding } from './reader.ts'
import { encodeReply, encodeString, no, ok, scriptLine } from './response.ts'

const limits = { lineBytesMax: 4_096, literalBytesMax: 2_000, skippedBytesMax: 4_000 }

const findingsOf = (bytes: Buffer, cuts: readonly number[] = []): readonly Finding[] => {
  const reader = commandReader(limits)
  const found: Finding[] = []
  const places = [...cuts.map((cut) => cut % (bytes.length + 1)).toSorted((a, b) => a - b), bytes.length]
  let from = 0
  for (const to of places) {
    // The reader wipes what it has read: bytes of a password come this way.
    reader.push(Buffer.from(bytes.subarray(from, to)))
    from = to
    for (let finding = reader.next(); finding !== undefined; finding = reader.next()) found.push(finding)
  }
  return found
}

const wordsIn = (text: string): unknown =>
  findingsOf(Buffer.from(text, 'latin1')).map((finding) =>
    finding.is === 'words' || finding.is === 'tooLarge'
      ? [finding.is, ...finding.words.map((word) => (word.is === 'string' ? `"${word.bytes.toString('latin1')}` : word.is === 'number' ? word.value : word.text))]
      : finding)

test('a command is words, and its literals', () => {
  assert.deepEqual(wordsIn('LOGOUT\r\n'), [['words', 'LOGOUT']])
  assert.deepEqual(wordsIn('PutScript "a \\"b\\\\" {5+}\r\nx\r\ny \r\nNOOP\r\n'), [['words', 'PutScript', '"a "b\\', '"x\r\ny '], ['words', 'NOOP']])
  assert.deepEqual(wordsIn('X {0+}\r\n {2+}\r\nab 7\r\n'), [['words', 'X', '"', '"ab', 7]])
  assert.deepEqual(wordsIn('"QWxh"\r\n"*"\r\n'), [['words', '"QWxh'], ['words', '"*']])
  assert.deepEqual(wordsIn('X "{3+}"\r\n'), [['words', 'X', '"{3+}']])
})

test('what is too large is read past or the end, and what is none is said to be bad', () => {
  assert.deepEqual(wordsIn(`PUTSCRIPT "a" {2001+}\r\n${'x'.repeat(2_001)}\r\nNOOP\r\n`), [['tooLarge', 'PUTSCRIPT', '"a'], ['words', 'NOOP']])
  const fatal = { is: 'fatal', text: 'Literal too long' }
  assert.deepEqual(wordsIn('X {4001+}\r\n'), [fatal])
  for (const size of ['9'.repeat(23), '9'.repeat(300), '', '-1']) assert.deepEqual(wordsIn(`X {${size}+}\r\n`), [fatal])
  assert.deepEqual(wordsIn('X {1+}\r\na {1+}\r\nb {1+}\r\nc {1+}\r\nd {1+}\r\n'), [fatal])
  const bad = { is: 'bad', text: 'Command not understood' }
  for (const line of ['', ' ', 'X "a', 'X "a\\n"', 'X "a"b', 'X a"b"', 'X (a)', 'X 99999999999', 'X {5}', 'X "a"{0+}\r\n', 'X {0+}\r\nz', `X${' 1'.repeat(9)}`]) {
    assert.deepEqual(wordsIn(`${line}\r\n`), [bad], line)
  }
  assert.deepEqual(wordsIn(`X "${'a'.repeat(5_000)}"\r\nNOOP\r\n`), [{ is: 'bad', text: 'Line too long' }, ['words', 'NOOP']])
  assert.deepEqual(wordsIn('X\nNOOP\r\n'), [{ is: 'bad', text: 'Lines end in CRLF' }, ['words', 'NOOP']])
})

test('however a stream is cut, it says the same; whatever it is, nothing is thrown', () => {
  const pieces = fc.constantFrom('NOOP', ' ', '"a"', '"', '\\', '{3+}', '{3}', '{2001+}', '\r\n', 'abc', '\0', '7', 'PUTSCRIPT', 'é', '{99999+}')
  fc.assert(fc.property(fc.array(pieces, { maxLength: 40 }), fc.array(fc.nat(), { maxLength: 8 }), (list, cuts) => {
    const bytes = Buffer.from(list.join(''))
    const whole = findingsOf(bytes)
    // After the end nothing counts: what follows is not read by anybody.
    const untilFatal = (found: readonly Finding[]): readonly Finding[] => {
      const end = found.findIndex(({ is }) => is === 'fatal')
      return end < 0 ? found : found.slice(0, end + 1)
    }
    assert.deepEqual(untilFatal(findingsOf(bytes, cuts)), untilFatal(whole))
    for (const finding of whole) if (finding.is === 'words') parseCommand(finding.words)
  }), { numRuns: 800 })
})

test('a string that is written is read as it was, whatever is in it', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 1_500 }), (bytes) => {
    // What a client sends says that it does not wait.
    const said = encodeString(bytes).toString('latin1').replace(/^\{(\d+)\}/, '{$1+}')
    const [finding, ...more] = findingsOf(Buffer.from(`NOOP ${said}\r\n`, 'latin1'))
    assert.deepEqual(more, [])
    assert.ok(finding?.is === 'words')
    const [, word] = finding.words
    assert.ok(word?.is === 'string' && word.bytes.equals(bytes))
  }), { numRuns: 300 })
})

test('replies stay within their lines, whatever a text holds', () => {
  assert.equal(encodeReply(ok('')).toString(), 'OK\r\n')
  assert.equal(encodeReply(no('a "b"\\', 'QUOTA')).toString(), 'NO (QUOTA) "a \\"b\\"\\\\"\r\n')
  assert.equal(encodeReply(no('a\r\nOK')).toString(), 'NO {5}\r\na\r\nOK\r\n')
  assert.equal(encodeReply(ok('Done', { tag: Buffer.from('x"') })).toString(), 'OK (TAG "x\\"") "Done"\r\n')
  assert.equal(scriptLine('あ', true).toString(), '"あ" ACTIVE\r\n')
})
