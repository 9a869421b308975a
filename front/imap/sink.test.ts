import assert from 'node:assert/strict'
import { duplexPair } from 'node:stream'
import { test } from 'node:test'
import { ClientGone, sinkOf } from './sink.ts'

test('a client that takes nothing makes the writer wait with little in memory, and is given up', async () => {
  const [ours] = duplexPair()
  const sink = sinkOf(ours, 100)
  const piece = Buffer.alloc(50_000)
  let put = 0
  const begun = Date.now()
  await assert.rejects(async () => {
    for (; put < 1_000; put += 1) await sink.put(piece)
  }, ClientGone)
  assert.ok(Date.now() - begun >= 90)
  assert.ok(put < 10, `${put} pieces of 50 KB were taken`)
  assert.ok(ours.destroyed)
})
