import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { listArguments } from './list-grammar.ts'
import { getMetadataArguments, setMetadataArguments } from './metadata-grammar.ts'
import { end, parsed, scanOf, type Parser } from './scan.ts'

const whole = <T>(parser: Parser<T>, bytes: Buffer) => parsed(scanOf(bytes), (scan) => {
  const value = parser(scan)
  end(scan)
  return value
})

const level = fc.string({ unit: fc.constantFrom('a', 'B', 'z', '0', '.', '-', '_', ']'), minLength: 1, maxLength: 8 })
const entry = fc.tuple(fc.constantFrom('/private', '/Shared'), fc.array(level, { minLength: 1, maxLength: 4 }))
  .map(([root, levels]) => `${root}/${levels.join('/')}`)
const value = fc.option(fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)))

test('SETMETADATA reads back what was written, any bytes as literal8', () => {
  fc.assert(fc.property(fc.array(fc.tuple(entry, value), { minLength: 1, maxLength: 5 }), (values) => {
    const bytes = Buffer.concat([
      Buffer.from('INBOX ('),
      ...values.flatMap(([name, of], at) => [
        Buffer.from(`${at === 0 ? '' : ' '}${name} ${of === null ? 'NIL' : `~{${of.length}+}\r\n`}`), of ?? Buffer.alloc(0),
      ]),
      Buffer.from(')'),
    ])
    assert.deepEqual(whole(setMetadataArguments, bytes), {
      is: 'parsed',
      value: { mailbox: 'INBOX', values: values.map(([name, of]) => ({ entry: name.toLowerCase(), value: of })) },
    })
  }))
})

test('GETMETADATA takes its options in any order and case', () => {
  const bytes = Buffer.from('(depth Infinity MaxSize 10) "" (/private/a /private/A)')
  assert.deepEqual(whole(getMetadataArguments, bytes), {
    is: 'parsed', value: { depth: 'infinity', maxSize: 10, mailbox: '', entries: ['/private/a'] },
  })
})

test('no text makes the grammars throw or take long', () => {
  const word = fc.constantFrom('(', ')', ' ', '"', '{3+}\r\nabc', '~', '/private', '/a', 'NIL', 'RETURN', 'METADATA', 'STATUS', 'DEPTH', '*', '%', '\\', '&-')
  fc.assert(fc.property(fc.array(word, { maxLength: 40 }), (words) => {
    const bytes = Buffer.from(words.join(''))
    for (const parser of [getMetadataArguments, setMetadataArguments, listArguments] as readonly Parser<unknown>[]) {
      assert.ok(['parsed', 'bad'].includes(whole(parser, bytes).is))
    }
  }), { numRuns: 500 })
})
