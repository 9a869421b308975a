import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { eventsOf } from './event-stream.ts'

const stream = ': welcome\n\nevent: state\ndata: {"a":\ndata: "受信"}\n\nevent: ping\r\ndata: {"interval":30}\r\n\r\nid: 7\n\n'
const expected = [
  { event: 'state', data: '{"a":\n"受信"}' },
  { event: 'ping', data: '{"interval":30}' },
]

const read = async (chunks: readonly Uint8Array[]) => Array.fromAsync(eventsOf((async function* () { yield* chunks })()))

test('any cutting of a stream gives the same events', async () => {
  const bytes = new TextEncoder().encode(stream)
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(bytes.length), { maxLength: 8 }), async (cuts) => {
      const at = [0, ...cuts.sort((a, b) => a - b), bytes.length]
      assert.deepEqual(await read(at.slice(1).map((end, index) => bytes.slice(at[index], end))), expected)
    }),
    { numRuns: 100 },
  )
})

test('an event without end is refused', async () => {
  await assert.rejects(read([new TextEncoder().encode(`data: ${'x'.repeat(100_000)}`)]), /without end/)
})
