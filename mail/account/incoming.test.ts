import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { manualClock } from '@bulkhead/base/clock.ts'
import { newAccountHandle } from '@bulkhead/base/ids.ts'
import { secret } from '@bulkhead/base/secret.ts'
import { realSealing } from '@bulkhead/seal/real-sealing.ts'
import { memoryBlobs } from '../journal/memory-store.ts'
import { contentKeyLifeMs, deliveryKeys } from './arrival.ts'
import { bodySource, sealedBlob, sealedRow } from './body-source.ts'
import { inlineBytesMax, receiveMessage, receiveWhole } from './incoming.ts'

const account = newAccountHandle()
const receive = async (bytes: Buffer, cuts: readonly number[]) => {
  const blobs = memoryBlobs()
  const receiver = receiveMessage({ sealing: realSealing, blobs }, 10_000_000)
  let from = 0
  for (const cut of [...cuts.toSorted((a, b) => a - b), bytes.length]) {
    const to = Math.max(from, Math.min(cut, bytes.length))
    const chunk = Buffer.from(bytes.subarray(from, to))
    await receiver.write(chunk)
    chunk.fill(0)
    from = to
  }
  return { received: await receiver.finish(), blobs }
}

test('however a message is cut as it comes, it comes back', async () => {
  const sizes = fc.constantFrom(0, 1, 100, 65_535, 65_536, 65_537, 131_072, 200_000)
  await fc.assert(fc.asyncProperty(sizes, fc.array(fc.nat(200_000), { maxLength: 5 }), async (size, cuts) => {
    const bytes = randomBytes(size)
    const { received } = await receive(bytes, cuts)
    const key = secret(Buffer.from(received.indexPlain.subarray(0, 32)))
    const body = await received.keep([account])
    assert.ok(body.in === 'row')
    const source = bodySource(realSealing, key, sealedRow(body.sealed))
    assert.equal(received.sizeBytes, size)
    assert.ok((await source.read(0, size + 10)).equals(bytes))
  }), { numRuns: 40 })
})

test('a message that is there whole is kept as one that came in pieces: same index, same limits, bit for bit', async () => {
  for (const size of [0, 1, 65_535, 65_536, 65_537, 200_000, inlineBytesMax, 400_000]) {
    const bytes = Buffer.concat([Buffer.from('Subject: whole\r\n\r\n'), randomBytes(size)]).subarray(0, size)
    const pieces = await receive(bytes, [100, 70_000])
    const blobs = memoryBlobs()
    const whole = receiveWhole({ sealing: realSealing, blobs }, bytes)
    assert.ok(whole.indexPlain.subarray(32).equals(pieces.received.indexPlain.subarray(32)))
    const key = secret(Buffer.from(whole.indexPlain.subarray(0, 32)))
    const body = await whole.keep([account])
    assert.equal(body.in, (await pieces.received.keep([account])).in)
    const blob = body.in === 'blob' ? await blobs.open(account, body.name) : undefined
    const sealed = body.in === 'row' ? sealedRow(body.sealed) : sealedBlob(blob ?? assert.fail())
    assert.ok((await bodySource(realSealing, key, sealed).read(0, size + 10)).equals(bytes))
  }
})

test('what fits stays a row, what does not is a blob under one name for all its recipients', async () => {
  const small = await receive(randomBytes(inlineBytesMax - 1_000), [])
  assert.equal((await small.received.keep([account])).in, 'row')
  const large = await receive(randomBytes(inlineBytesMax + 1), [])
  const other = newAccountHandle()
  const body = await large.received.keep([account, other])
  assert.ok(body.in === 'blob')
  const held = large.blobs.bytesHeld()
  await large.received.discard()
  assert.equal(large.blobs.bytesHeld(), held, 'what was kept stays')
  for (const whose of [account, other]) assert.ok(await large.blobs.open(whose, body.name))
})

test('a stored body that was cut at a chunk, reordered or changed does not open', async () => {
  const { received } = await receive(randomBytes(200_000), [])
  const body = await received.keep([account])
  assert.ok(body.in === 'row')
  const sealed = Buffer.from(body.sealed)
  const chunk = 65_552
  const read = (bytes: Buffer) =>
    bodySource(realSealing, secret(Buffer.from(received.indexPlain.subarray(0, 32))), sealedRow(bytes)).read(0, 200_000)
  await assert.rejects(read(sealed.subarray(0, chunk)), { code: 'corrupt' })
  await assert.rejects(read(Buffer.concat([sealed.subarray(chunk, 2 * chunk), sealed.subarray(0, chunk), sealed.subarray(2 * chunk)])), { code: 'corrupt' })
  const changed = Buffer.from(sealed)
  changed[70_000] = (changed[70_000] ?? 0) ^ 1
  await assert.rejects(read(changed), { code: 'corrupt' })
  assert.equal((await read(sealed)).length, 200_000)
})

test('an account has one delivery key an hour, carried until the store has it', () => {
  const clock = manualClock(0)
  const keys = deliveryKeys(realSealing, clock)
  const { publicKey } = realSealing.newKeyPair()
  const first = keys.keyFor(account, publicKey)
  assert.equal(first.contentKeys.length, 1)
  assert.equal(keys.keyFor(account, publicKey), first)
  keys.stored(account, first)
  const second = keys.keyFor(account, publicKey)
  assert.deepEqual([second.key, second.contentKeys], [first.key, []])
  assert.notDeepEqual(keys.keyFor(newAccountHandle(), publicKey).key.keyId, first.key.keyId)
  clock.advance(contentKeyLifeMs)
  const third = keys.keyFor(account, publicKey)
  assert.notDeepEqual(third.key.keyId, first.key.keyId)
  assert.equal(third.contentKeys.length, 1)
  assert.notEqual(keys.keyFor(account, realSealing.newKeyPair().publicKey), third, 'another public key needs another key')
})
