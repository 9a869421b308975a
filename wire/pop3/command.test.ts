import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parsePop3 } from './command.ts'

const parse = (line: string) => {
  const parsed = parsePop3(Buffer.from(line, 'latin1'))
  return parsed.is === 'command' ? parsed.command : parsed.text
}

test('each command is read with its arguments, in any case', () => {
  assert.deepEqual(parse('stat'), { verb: 'STAT' })
  assert.deepEqual(parse('LIST'), { verb: 'LIST', message: null })
  assert.deepEqual(parse('Uidl 7'), { verb: 'UIDL', message: 7 })
  assert.deepEqual(parse('RETR 1 '), { verb: 'RETR', message: 1 })
  assert.deepEqual(parse('TOP 3  0'), { verb: 'TOP', message: 3, bodyLines: 0 })
})

test('what is no command is refused in words', () => {
  for (const line of ['', ' ', 'RETR', 'RETR x', 'RETR -1', 'TOP 1', 'TOP 1 2 3', 'STAT 1', 'LIST 1 2', 'PASS x', 'RETR 99999999999']) {
    assert.equal(typeof parse(line), 'string', line)
  }
})

test('hostile bytes are refused, never thrown at, and never come back in the words', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
      const parsed = parsePop3(bytes)
      if (parsed.is === 'refused') assert.match(parsed.text, /^[A-Za-z ]+$/)
    }),
  )
})
