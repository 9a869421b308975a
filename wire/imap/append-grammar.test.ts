import assert from 'node:assert/strict'
import { test } from 'node:test'
import { appendReader, type AppendSegment } from './append-grammar.ts'

/** Steps of each segment in short: `target INBOX`, `message whole`, `literal 5`, …; a refusal as `bad`. */
const shown = (segment: AppendSegment): string => {
  if (segment.is !== 'steps') return segment.is
  return segment.steps.map((step) => {
    if (step.is === 'target') return `target ${step.replaces === null ? '' : `${step.replaces.number} `}${step.mailbox}`
    if (step.is === 'message') return `message ${step.form}${step.flags.length > 0 ? ` ${step.flags.join(' ')}` : ''}`
    if (step.is === 'url') return `url ${step.url.toString()}`
    return step.is === 'literal' ? `literal${step.isBinary ? '8' : ''} ${step.sizeBytes}` : step.is
  }).join(', ')
}

const read = (...segments: readonly string[]): readonly string[] => {
  const reader = appendReader()
  return segments.map((text) => shown(reader.segment(Buffer.from(text, 'latin1'))))
}

test('a message, several, with flags and dates', () => {
  assert.deepEqual(read('a APPEND INBOX {5}\r\n', ''), ['target INBOX, message whole, literal 5', 'messageEnd, end'])
  assert.deepEqual(
    read('a append "x {5}" (\\Seen) "01-Jan-2026 00:00:00 +0000" {10+}\r\n', ' ~{3}\r\n', '  '),
    ['target x {5}, message whole \\Seen, literal 10', 'messageEnd, message whole, literal8 3', 'messageEnd, end'],
  )
})

test('a name that is a literal is told from a message', () => {
  assert.deepEqual(
    read('a APPEND {5}\r\n', 'a APPEND {5}\r\nINBOX (\\Seen) {10}\r\n'),
    ['awaitsLiteral', 'target INBOX, message whole \\Seen, literal 10'],
  )
})

test('CATENATE: texts and URLs in any order, a URL as a literal too', () => {
  assert.deepEqual(
    read('a APPEND D CATENATE (URL "/D/;UID=1" TEXT {4}\r\n', ' URL {9}\r\n', ' URL {9}\r\n/D/;UID=2 TEXT ~{0+}\r\n', ')'),
    ['target D, message catenate, url /D/;UID=1, literal 4', 'awaitsLiteral', 'url /D/;UID=2, literal8 0', 'messageEnd, end'],
  )
  assert.deepEqual(read('a APPEND D CATENATE (URL x URL y)'), ['target D, message catenate, url x, url y, messageEnd, end'])
})

test('UTF8 takes a literal8 alone', () => {
  assert.deepEqual(read('a APPEND D UTF8 (~{4+}\r\n', ')'), ['target D, message utf8, literal8 4', 'messageEnd, end'])
  assert.deepEqual(read('a APPEND D UTF8 ({4+}\r\n'), ['bad'])
})

test('what is malformed is refused where it is', () => {
  for (const text of [
    'a APPEND', 'a APPEND D', 'a APPEND D {4}', 'a APPEND D {4}\r\nx', 'a APPEND D () x', 'a APPEND D CATENATE ()', 'a APPEND D CATENATE (TEXT "x")',
    'a APPEND D CATENATE (URL x', 'a APPEND D {99999999999999999999}\r\n', 'a APPEND D {-1}\r\n', 'a UID APPEND D {1}\r\n', 'a NOOP',
  ]) assert.deepEqual(read(text), ['bad'], text)
  assert.deepEqual(read('a APPEND D {1}\r\n', 'x').slice(1), ['bad'])
  assert.deepEqual(read('a APPEND D UTF8 (~{1}\r\n', ' {1}\r\n').slice(1), ['bad'])
})

test('REPLACE names what goes, and brings one message', () => {
  assert.deepEqual(read('a REPLACE 4 D {1}\r\n', ''), ['target 4 D, message whole, literal 1', 'messageEnd, end'])
  assert.deepEqual(read('a UID REPLACE 4 D {1}\r\n', ' {2}\r\n').slice(1), ['bad'])
  assert.deepEqual(read('a REPLACE 0 D {1}\r\n'), ['bad'])
})
