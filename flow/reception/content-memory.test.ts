import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { contentMemory } from './content-memory.ts'
import { gathered, headroomBytes } from './gathered.ts'

test('sessions share the memory; what is released is free for others', () => {
  const memory = contentMemory(1_000, 100)
  const first = memory.open(null)
  const second = memory.open(null)
  assert.equal(first.grow(700), true)
  assert.equal(second.grow(400), false)
  assert.equal(second.grow(300), true)
  first.release()
  first.release()
  assert.equal(memory.heldBytes, 300)
  assert.equal(second.grow(1_000), true)
  second.release()
  assert.equal(memory.heldBytes, 0)
})

test('one client has a quarter at most, and always room for one message of the largest size', () => {
  const largest = 100_000
  const memory = contentMemory(3 * largest, largest)
  const one = gathered(memory.open('192.0.2.1'))
  const other = memory.open('192.0.2.1')
  assert.equal(memory.fits('192.0.2.1', largest), true)
  assert.equal(one.expect(largest), true)
  assert.deepEqual([memory.fits('192.0.2.1', 1), other.grow(1), memory.fits('192.0.2.2', largest)], [false, false, true])
  assert.equal(memory.open('192.0.2.2').grow(largest), true)
  one.discard()
  assert.equal(other.grow(100), true)
})

test('whatever the sizes of its chunks, what was gathered comes back, with and without fields, and all memory with it', () => {
  const memory = contentMemory(100_000_000, 50_000_000)
  const sizes = fc.array(fc.nat(200_000), { maxLength: 6 })
  fc.assert(fc.property(sizes, fc.constantFrom(0, 10, headroomBytes, headroomBytes + 1), fc.nat(300_000), (chunks, fieldBytes, declared) => {
    const message = gathered(memory.open(null))
    assert.equal(message.expect(declared), true)
    const given = chunks.map((size, number) => Buffer.alloc(size, 65 + number))
    for (const chunk of given) {
      assert.equal(message.expect(chunk.length), true)
      message.add(chunk)
    }
    const all = Buffer.concat(given)
    const fields = Buffer.alloc(fieldBytes, 'f')
    assert.equal(message.sizeBytes, all.length)
    assert.ok(message.message().equals(all))
    assert.ok(message.under(fields).equals(Buffer.concat([fields, all])))
    message.discard()
    assert.equal(memory.heldBytes, 0)
  }), { numRuns: 60 })
})
