import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { lineBytesMax, literalBytesMax } from './limits.ts'
import { commandReader, type CommandReader, type LiteralAnswer, type ReaderEvent } from './reader.ts'

type Answers = (event: Extract<ReaderEvent, { is: 'literal' }>) => LiteralAnswer

const keepWhatFits: Answers = ({ fits }) => (fits ? 'keep' : 'swallow')

const drain = (reader: CommandReader, answers: Answers): ReaderEvent[] => {
  const events: ReaderEvent[] = []
  for (let event = reader.next(); event !== undefined; event = reader.next()) {
    events.push(event)
    if (event.is === 'literal') reader.answer(answers(event))
  }
  return events
}

/** Streamed bytes come in pieces as the input does: only their sum counts. */
const shown = (events: readonly ReaderEvent[]): readonly string[] => {
  const texts: string[] = []
  for (const event of events) {
    if (event.is === 'literalBytes' && texts.at(-1)?.startsWith('bytes ') === true) {
      texts.push(`${texts.pop() ?? ''}${event.bytes.toString('latin1')}`)
    } else if (event.is === 'literalBytes') texts.push(`bytes ${event.bytes.toString('latin1')}`)
    else if (event.is === 'literal') texts.push(`literal ${event.sizeBytes} ${event.waits}`)
    else texts.push(`${event.is} ${'bytes' in event ? event.bytes.toString('latin1') : ''}`)
  }
  return texts
}

const read = (chunks: readonly Buffer[], answers: Answers = keepWhatFits): readonly ReaderEvent[] => {
  const reader = commandReader()
  return chunks.flatMap((chunk) => {
    reader.push(chunk)
    return drain(reader, answers)
  })
}

const cut = (bytes: Buffer, sizes: readonly number[]): readonly Buffer[] => {
  const chunks: Buffer[] = []
  let at = 0
  for (const size of sizes) {
    chunks.push(bytes.subarray(at, at + size))
    at += size
  }
  return [...chunks, bytes.subarray(at)]
}

test('a literal stands in its command as it came', () => {
  const events = read([Buffer.from('a LOGIN {3+}\r\na\r\nb {2}\r\ncd x\r\n')])
  const [last] = events.slice(-1)
  assert.equal(last?.is === 'line' ? last.bytes.toString() : '', 'a LOGIN {3+}\r\na\r\nb {2}\r\ncd x')
})

test('any cut of the input gives the same events', () => {
  const piece = fc.oneof(
    fc.constantFrom('a NOOP\r\n', 'b X {4+}\r\n', 'c X {3}\r\nabc y\r\n', '\r\n', '{', '}', '{9999999}\r\n', '\n', '\r', 'x{2+}\r\n', ' ~{3}\r\n', '{-1+}\r\n', '"{+}\r\n', '{0+}\r\n'),
    fc.string({ maxLength: 12 }),
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 20 }), fc.array(fc.nat(7), { maxLength: 60 }), (pieces, sizes) => {
      const bytes = Buffer.from(pieces.join(''))
      for (const answers of [keepWhatFits, () => 'stream', () => 'swallow', () => 'forget'] as Answers[]) {
        assert.deepEqual(shown(read(cut(bytes, sizes), answers)), shown(read([bytes], answers)))
      }
    }),
  )
})

test('an over-long line is refused once and the next command is read', () => {
  const long = Buffer.alloc(lineBytesMax + 100, 0x61)
  const events = read([Buffer.concat([Buffer.from('t X '), long]), long, Buffer.from('\r\nb NOOP\r\n')])
  assert.deepEqual(events.map(({ is }) => is), ['refused', 'line'])
})

test('a literal behind an over-long line is skipped and never read as a command', () => {
  const long = Buffer.alloc(lineBytesMax + 100, 0x61)
  const rest = Buffer.from(' {8+}\r\nx NOOP\r\n\r\nb NOOP\r\n')
  const events = read([Buffer.concat([Buffer.from('t X '), long]), rest])
  assert.deepEqual(shown(events).slice(1), ['line b NOOP'])
})

test('a refused literal that comes anyway takes the rest of its line with it', () => {
  const events = read([Buffer.from('a X {3+}\r\nabc {2+}\r\nde tail\r\nb NOOP\r\n')], () => 'swallow')
  assert.deepEqual(shown(events), ['literal 3 false', 'line b NOOP'])
})

test('a line without end is lost, with little in memory', () => {
  const reader = commandReader()
  const chunk = Buffer.alloc(100_000, 0x61)
  let events: ReaderEvent[] = []
  for (let count = 0; count < 100; count += 1) {
    reader.push(chunk)
    events = [...events, ...drain(reader, keepWhatFits)]
    assert.ok(reader.heldBytes <= 200_000)
  }
  assert.deepEqual(events.map(({ is }) => is), ['refused', 'lost'])
})

test('what claims to be a literal but says no size is lost, for its bytes would be read as commands', () => {
  for (const size of ['99999999999999999999', '-1', '', '1e3', ' 5']) {
    assert.deepEqual(read([Buffer.from(`a X {${size}+}\r\nb LOGOUT\r\n`)]).map(({ is }) => is), ['lost'], size)
  }
  assert.deepEqual(read([Buffer.from('a X "{text+}"\r\nb X {-1}\r\n')]).map(({ is }) => is), ['line', 'line'])
})

test('a literal beyond the limit does not fit', () => {
  const [event] = read([Buffer.from(`a X {${literalBytesMax + 1}+}\r\n`)])
  assert.ok(event?.is === 'literal' && !event.fits)
})

test('a message is passed on without being kept', () => {
  const reader = commandReader()
  reader.push(Buffer.from('a APPEND x {10000000}\r\n'))
  drain(reader, () => 'stream')
  for (let count = 0; count < 100; count += 1) {
    reader.push(Buffer.alloc(100_000))
    assert.deepEqual(drain(reader, () => 'stream').slice(0, 1).map(({ is }) => is), ['literalBytes'])
    assert.ok(reader.heldBytes <= 100_000)
  }
})
