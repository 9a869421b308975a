import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { contentCheck } from './content-check.ts'
import { dataReader } from './data-reader.ts'
import { dotWriter } from './dot-writer.ts'
import { cutAt } from '../testing/cut-at.ts'

const read = (chunks: readonly Buffer[], max = 1_000_000) => {
  const reader = dataReader(max)
  const content: Buffer[] = []
  let rest: Buffer[] = []
  let ended = false
  for (const chunk of chunks) {
    if (ended) {
      rest.push(chunk)
      continue
    }
    const part = reader.push(chunk)
    content.push(part.content)
    ended = part.ended
    if (ended) rest = [part.rest]
  }
  const verdict = reader.verdict
  return {
    ended,
    verdict,
    content: verdict === undefined ? Buffer.concat(content).toString('latin1') : '',
    bytes: reader.contentBytes,
    rest: Buffer.concat(rest).toString('latin1'),
  }
}
const one = (text: string) => read([Buffer.from(text, 'latin1')])

test('CRLF.CRLF ends the content and stuffed dots lose their dot', () => {
  const read = one('a\r\n..b\r\n.c\r\n\r\n.\r\nQUIT\r\n')
  assert.deepEqual(read, { ended: true, verdict: undefined, content: 'a\r\n.b\r\nc\r\n\r\n', bytes: 12, rest: 'QUIT\r\n' })
  assert.deepEqual(one('.\r\n'), { ended: true, verdict: undefined, content: '', bytes: 0, rest: '' })
})

const endings = ['\n.\n', '\r.\r', '\n.\r\n', '\r\n.\n', '\r\n.\r', '\r.\r\n', '\r\r\n.\r\r\n', '\0\r\n.\0\r\n', '\r\n\0.\r\n', '\n\n.\r\n', '.\n\r']
for (const ending of endings) {
  test(`no smuggling: ${JSON.stringify(ending)} does not end content, and the message is refused at its real end`, () => {
    const text = `body${ending}MAIL FROM:<evil@example>\r\n`
    assert.equal(one(text).ended, false)
    const whole = one(`${text}.\r\nNOOP\r\n`)
    assert.equal(whole.ended, true)
    assert.notEqual(whole.verdict, undefined)
    assert.equal(whole.rest, 'NOOP\r\n')
  })
}

const nasty = fc
  .array(fc.constantFrom('a', '\r', '\n', '\r\n', '.', '\r\n.', '..', 'text ', '\0', '\r\n.\r\n'), { maxLength: 40 })
  .map((parts) => Buffer.from(parts.join(''), 'latin1'))

test('any chunking gives the same content, end, verdict and rest', () => {
  fc.assert(
    fc.property(nasty, fc.array(fc.nat(100)), fc.constantFrom(5, 1_000), (bytes, cuts, max) => {
      assert.deepEqual(read(cutAt(bytes, cuts), max), read([bytes], max))
    }),
    { numRuns: 2_000 },
  )
})

test('the end is the first CRLF.CRLF, counting the start as a line start, whatever else is there', () => {
  fc.assert(
    fc.property(nasty, (bytes) => {
      const text = `\r\n${bytes.toString('latin1')}`
      const at = text.indexOf('\r\n.\r\n')
      const { ended, rest } = read([bytes])
      assert.equal(ended, at !== -1)
      if (at !== -1) assert.equal(rest, text.slice(at + 5))
    }),
    { numRuns: 2_000 },
  )
})

test('too much content is a verdict only, and no more of it is handed on', () => {
  const reader = dataReader(10)
  assert.equal(reader.push(Buffer.from('12345\r\n')).content.length, 7)
  assert.equal(reader.push(Buffer.from('67890\r\n')).content.length, 0)
  const end = reader.push(Buffer.from('.\r\nNOOP'))
  assert.equal(end.ended, true)
  assert.equal(reader.verdict, 'tooLarge')
  assert.equal(String(end.rest), 'NOOP')
})

const goodContent = fc
  .array(fc.constantFrom('a', '.', '..', '\r\n', '\r\n.', 'line\r\n', 'é'), { maxLength: 40 })
  .map((parts) => Buffer.from(parts.join('')))

test('what the dot writer stuffs the data reader gives back', () => {
  fc.assert(
    fc.property(goodContent, fc.array(fc.nat(100)), fc.array(fc.nat(100)), (content, cuts, cutsAgain) => {
      const writer = dotWriter()
      const sent = Buffer.concat([...cutAt(content, cuts).map((chunk) => writer.push(chunk)), writer.end()])
      const got = read(cutAt(sent, cutsAgain))
      const complete = content.length === 0 || content.toString('latin1').endsWith('\r\n') ? '' : '\r\n'
      assert.deepEqual(got, {
        ended: true,
        verdict: undefined,
        content: content.toString('latin1') + complete,
        bytes: content.length + complete.length,
        rest: '',
      })
    }),
  )
})

test('counted content is held to the same line ends, in any chunking', () => {
  const check = (chunks: readonly Buffer[]) => {
    const checker = contentCheck()
    for (const chunk of chunks) checker.push(chunk)
    checker.end()
    return checker.verdict
  }
  fc.assert(
    fc.property(nasty, fc.array(fc.nat(100)), (bytes, cuts) => {
      const verdict = check([bytes])
      assert.equal(check(cutAt(bytes, cuts)), verdict)
      assert.equal(verdict === undefined, !/\r(?!\n)|(?<!\r)\n|\0/.test(bytes.toString('latin1')))
    }),
  )
})
