import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Fault } from '@bulkhead/base/fault.ts'
import { newAccountHandle } from '@bulkhead/base/ids.ts'
import { realSealing as seal } from './real-sealing.ts'
import { chunkBytes, chunkTagBytes, type Purpose } from './sealing.ts'

const corrupt = (error: unknown): boolean => error instanceof Fault && error.code === 'corrupt'
const bytes = fc.uint8Array({ maxLength: 3_000 })
const owner = newAccountHandle()
const pair = seal.newKeyPair()
const { contentKey } = seal.newContentKey(pair.publicKey)
const others: readonly Purpose[] = ['index', 'snapshot', 'envelope', 'recipient', 'reply']

test('what is sealed to a public key opens with its private key, for the same use only', () => {
  fc.assert(
    fc.property(bytes, fc.string(), fc.string(), (plain, info, otherInfo) => {
      const sealed = seal.sealTo(pair.publicKey, info, plain)
      assert.deepEqual(seal.openWith(pair.privateKey, info, sealed), Buffer.from(plain))
      assert.throws(() => seal.openWith(seal.newKeyPair().privateKey, info, sealed), corrupt)
      if (otherInfo !== info) assert.throws(() => seal.openWith(pair.privateKey, otherInfo, sealed), corrupt)
    }),
    { numRuns: 50 },
  )
})

test('a record opens only with its key, purpose and owner', () => {
  fc.assert(
    fc.property(bytes, fc.constantFrom(...others), (plain, otherPurpose) => {
      const record = seal.sealRecord(contentKey, 'event', owner, plain)
      assert.deepEqual(seal.openRecord(contentKey, 'event', owner, record), Buffer.from(plain))
      assert.deepEqual(seal.recordKeyId(record), contentKey.keyId)
      assert.throws(() => seal.openRecord(contentKey, otherPurpose, owner, record), corrupt)
      assert.throws(() => seal.openRecord(contentKey, 'event', newAccountHandle(), record), corrupt)
      const foreign = seal.newContentKey(pair.publicKey).contentKey
      assert.throws(() => seal.openRecord(foreign, 'event', owner, record), corrupt)
      assert.throws(() => seal.openRecord({ ...foreign, keyId: contentKey.keyId }, 'event', owner, record), corrupt)
    }),
  )
})

test('any change of any sealed form, and any truncation, is refused', () => {
  const record = seal.sealRecord(contentKey, 'event', owner, Buffer.from('the text'))
  const sealedTo = seal.sealTo(pair.publicKey, 'use', Buffer.from('the text'))
  for (const [form, open] of [
    [record, (sealed: Buffer) => seal.openRecord(contentKey, 'event', owner, sealed)],
    [sealedTo, (sealed: Buffer) => seal.openWith(pair.privateKey, 'use', sealed)],
  ] as const) {
    for (let at = 0; at < form.length; at += 1) {
      const changed = Buffer.from(form)
      changed[at] = (changed[at] ?? 0) ^ 1
      assert.throws(() => open(changed), corrupt, `byte ${at}`)
      assert.throws(() => open(form.subarray(0, at)), corrupt, `cut at ${at}`)
    }
  }
})

test('hostile bytes give a fault, never another error', () => {
  fc.assert(
    fc.property(bytes, (hostile) => {
      assert.throws(() => seal.openRecord(contentKey, 'event', owner, hostile), corrupt)
      assert.throws(() => seal.openWith(pair.privateKey, 'use', hostile), corrupt)
      assert.throws(() => seal.openContentKey(pair.privateKey, contentKey.keyId, hostile), corrupt)
      assert.throws(() => seal.openChunk(contentKey.key, 0, true, hostile), corrupt)
    }),
  )
})

test('a content key comes back from its sealed form under its own name alone', () => {
  const made = seal.newContentKey(pair.publicKey)
  const opened = seal.openContentKey(pair.privateKey, made.contentKey.keyId, made.sealed)
  assert.deepEqual(opened.key.declassify(), made.contentKey.key.declassify())
  assert.throws(() => seal.openContentKey(pair.privateKey, contentKey.keyId, made.sealed), corrupt)
})

test("an account's own key is the same each time, differs between accounts, and is named by zeroes", () => {
  const own = seal.ownKey(pair.privateKey)
  assert.deepEqual(seal.ownKey(pair.privateKey).key.declassify(), own.key.declassify())
  assert.notDeepEqual(seal.ownKey(seal.newKeyPair().privateKey).key.declassify(), own.key.declassify())
  assert.deepEqual(own.keyId, Buffer.alloc(16))
  assert.notDeepEqual(own.key.declassify(), pair.privateKey.declassify())
})

test('chunks of a message cannot be reordered, repeated, cut off at the end or extended', () => {
  const key = seal.newMessageKey()
  const full = Buffer.alloc(chunkBytes, 'x')
  const chunks = [seal.sealChunk(key, 0, false, full), seal.sealChunk(key, 1, false, full), seal.sealChunk(key, 2, true, Buffer.from('end'))] as const
  assert.equal(chunks[0].length, chunkBytes + chunkTagBytes)
  assert.deepEqual(seal.openChunk(key, 1, false, chunks[1]), full)
  assert.equal(seal.openChunk(key, 2, true, chunks[2]).toString(), 'end')
  assert.throws(() => seal.openChunk(key, 1, false, chunks[0]), corrupt)
  assert.throws(() => seal.openChunk(key, 1, true, chunks[1]), corrupt)
  assert.throws(() => seal.openChunk(key, 2, false, chunks[2]), corrupt)
  assert.throws(() => seal.openChunk(seal.newMessageKey(), 0, false, chunks[0]), corrupt)
  assert.throws(() => seal.sealChunk(key, 0, false, Buffer.from('short')), { name: 'Bug' })
  assert.equal(seal.openChunk(key, 0, true, seal.sealChunk(key, 0, true, Buffer.alloc(0))).length, 0)
})

test('no two records share a nonce, whatever page of randomness they come from', () => {
  const nonces = new Set<string>()
  for (let n = 0; n < 1_000; n += 1) {
    nonces.add(seal.sealRecord(contentKey, 'event', owner, Buffer.alloc(0)).subarray(17, 29).toString('hex'))
  }
  assert.equal(nonces.size, 1_000)
})
