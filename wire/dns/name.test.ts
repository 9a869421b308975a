import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { encodeName, nameBytesMax, readName } from './name.ts'

const wire = (...parts: readonly (string | number)[]): Buffer =>
  Buffer.concat(parts.map((part) => (typeof part === 'number' ? Buffer.from([part]) : Buffer.from([part.length, ...Buffer.from(part, 'latin1')]))))

test('names are read in lower case, the root is empty, odd octets are escaped', () => {
  assert.deepEqual(readName(wire('MX', 'Example', 0), 0), { name: 'mx.example', end: 12 })
  assert.deepEqual(readName(wire(0), 0), { name: '', end: 1 })
  assert.equal(readName(wire('a.b\\c', 'd e', 0), 0)?.name, 'a\\.b\\\\c.d\\032e')
})

test('a pointer is followed, and the name ends where the pointer stood', () => {
  const bytes = wire('example', 0, 'mx', 0xc0, 0)
  assert.deepEqual(readName(bytes, 9), { name: 'mx.example', end: 14 })
})

const hostile: readonly (readonly [string, Buffer, number])[] = [
  ['a pointer to itself', wire(0xc0, 0), 0],
  ['two pointers to each other', wire(0xc0, 2, 0xc0, 0), 2],
  ['a pointer into the name it continues', wire('a', 0xc0, 0), 0],
  ['a pointer forward', wire(0xc0, 2, 0), 0],
  ['a pointer that is cut off', wire('a', 0xc0), 0],
  ['a label that is cut off', Buffer.from([5, 0x61]), 0],
  ['a label of another kind', wire(0x41, 0x80, 0), 0],
  ['no end', wire('a'), 0],
  ['nothing at all', Buffer.alloc(0), 0],
  ['more than 255 octets', wire(...Array.from({ length: 5 }, () => 'x'.repeat(63)), 0), 0],
]
for (const [what, bytes, at] of hostile) test(`a name is refused: ${what}`, () => assert.equal(readName(bytes, at), undefined))

test('a chain of pointers that grows by a label at each stays under 255 octets', () => {
  const links = Array.from({ length: 200 }, (_, at) => wire('ab', 0xc0 | ((at * 5) >> 8), (at * 5) & 0xff))
  const bytes = Buffer.concat([wire('abcd', 0).subarray(1), ...links])
  assert.equal(readName(bytes, bytes.length - 5), undefined)
})

test('what is no name has no wire form', () => {
  for (const text of ['.a', 'a..b', 'x'.repeat(64), 'é.example', 'a b', '\\', '\\999', `${'x'.repeat(63)}.`.repeat(5), '..']) {
    assert.equal(encodeName(text), undefined, text)
  }
  assert.deepEqual(encodeName('a.example.'), encodeName('a.example'))
  assert.equal(encodeName(`${'x'.repeat(63)}.`.repeat(3) + 'y'.repeat(61))?.length, nameBytesMax)
  assert.equal(encodeName(`${'x'.repeat(63)}.`.repeat(3) + 'y'.repeat(62)), undefined)
})

test('any labels come back as they were, in lower case', () => {
  const label = fc.uint8Array({ minLength: 1, maxLength: 63 })
  fc.assert(fc.property(fc.array(label, { maxLength: 3 }), (labels) => {
    const bytes = wire(...labels.map((octets) => Buffer.from(octets).toString('latin1')), 0)
    const read = readName(bytes, 0)
    assert.ok(read !== undefined && read.end === bytes.length)
    const again = encodeName(read.name)
    assert.ok(again !== undefined)
    assert.deepEqual(readName(again, 0), { name: read.name, end: bytes.length })
  }), { numRuns: 300 })
})

test('no octets make it throw or run on', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), fc.nat(400), (octets, at) => {
    readName(octets, at)
  }), { numRuns: 2_000 })
})
