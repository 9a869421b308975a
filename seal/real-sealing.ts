/**
 * The seal (`sealing.ts`) as it runs in production: HPKE for what only the account's owner opens, AES-256-GCM for
 * records and chunks. Every sealed form starts with its version, so that a hybrid with ML-KEM-768 can follow.
 */
import { randomBytes, randomFillSync } from 'node:crypto'
import { assert } from '@bulkhead/base/assert.ts'
import { Fault } from '@bulkhead/base/fault.ts'
import { secret, type Secret } from '@bulkhead/base/secret.ts'
import { aeadOpen, nonceBytes, sealParts, tagBytes } from './aead.ts'
import { derive } from './hkdf.ts'
import { encBytes, hpkeOpen, hpkeSeal } from './hpke.ts'
import { chunkBytes, type Bytes, type ContentKey, type Purpose, type Sealing } from './sealing.ts'
import { newRawKeyPair, rawPublicKeyOf } from './x25519.ts'

const sealedToVersion = 1
const recordVersion = 1
const keyIdBytes = 16
const contentKeyBytes = 32
const recordHeadBytes = 1 + keyIdBytes + nonceBytes
const chunkNumberMax = 0xffff_ffff

const none = Buffer.alloc(0)
const ownKeyId = Buffer.alloc(keyIdBytes)
const sealedToHead = Buffer.of(sealedToVersion)
const contentKeyInfo = Buffer.from('bulkhead content key', 'latin1')

/** Random bytes are drawn a page at a time: a call for twelve costs as much as one for four thousand. */
const nonceSupply = Buffer.allocUnsafeSlow(4_092)
let supplied = nonceSupply.length

const takeNonce = (into: Buffer, at: number): void => {
  if (supplied === nonceSupply.length) {
    randomFillSync(nonceSupply)
    supplied = 0
  }
  nonceSupply.copy(into, at, supplied, supplied + nonceBytes)
  supplied += nonceBytes
}

const sealFor = (publicKey: Bytes, info: Buffer, associated: Bytes, plain: Bytes): Buffer => {
  const [enc, sealed] = hpkeSeal(publicKey, info, associated, plain)
  return Buffer.concat([sealedToHead, enc, sealed])
}

const openFor = (privateKey: Secret<Bytes>, info: Buffer, associated: Bytes, sealed: Bytes): Buffer => {
  if (sealed[0] !== sealedToVersion) throw new Fault('corrupt', 'sealed in an unknown version')
  const enc = sealed.subarray(1, 1 + encBytes)
  return hpkeOpen(privateKey, enc, info, associated, sealed.subarray(1 + encBytes))
}

/** What a record's tag vouches for beside its text: version, key, purpose and owner. */
const recordContext = (head: Bytes, purpose: Purpose, owner: string): Buffer =>
  Buffer.concat([head.subarray(0, 1 + keyIdBytes), Buffer.from(`${purpose}\0${owner}`, 'utf8')])

const recordHead = (sealed: Bytes): Bytes => {
  if (sealed.length < recordHeadBytes + tagBytes || sealed[0] !== recordVersion) {
    throw new Fault('corrupt', 'not a sealed record')
  }
  return sealed.subarray(0, recordHeadBytes)
}

const sealRecord = ({ keyId, key }: ContentKey, purpose: Purpose, owner: string, plain: Bytes): Buffer => {
  const head = Buffer.allocUnsafe(recordHeadBytes)
  head[0] = recordVersion
  keyId.copy(head, 1)
  takeNonce(head, 1 + keyIdBytes)
  const nonce = head.subarray(1 + keyIdBytes)
  return Buffer.concat([head, ...sealParts(key.declassify(), nonce, recordContext(head, purpose, owner), plain)])
}

const openRecord = ({ keyId, key }: ContentKey, purpose: Purpose, owner: string, sealed: Bytes): Buffer => {
  const head = recordHead(sealed)
  if (!keyId.equals(head.subarray(1, 1 + keyIdBytes))) throw new Fault('corrupt', 'record of another key')
  const nonce = head.subarray(1 + keyIdBytes)
  return aeadOpen(key.declassify(), nonce, recordContext(head, purpose, owner), sealed.subarray(recordHeadBytes))
}

/** Seven zeroes, the chunk's number, and whether it is the last: order and end can't be changed unseen. */
const chunkNonce = (number: number, last: boolean): Buffer => {
  assert(Number.isInteger(number) && number >= 0 && number <= chunkNumberMax, 'chunk number fits its nonce')
  const nonce = Buffer.alloc(nonceBytes)
  nonce.writeUInt32BE(number, 7)
  nonce[11] = last ? 1 : 0
  return nonce
}

export const realSealing: Sealing = {
  newKeyPair: newRawKeyPair,
  publicKeyOf: rawPublicKeyOf,

  sealTo: (publicKey, info, plain) => sealFor(publicKey, Buffer.from(info, 'utf8'), none, plain),
  openWith: (privateKey, info, sealed) => openFor(privateKey, Buffer.from(info, 'utf8'), none, sealed),

  newContentKey(publicKey) {
    const keyId = randomBytes(keyIdBytes)
    const key = randomBytes(contentKeyBytes)
    return { contentKey: { keyId, key: secret(key) }, sealed: sealFor(publicKey, contentKeyInfo, keyId, key) }
  },
  openContentKey(privateKey, keyId, sealed) {
    const key = openFor(privateKey, contentKeyInfo, keyId, sealed)
    if (key.length !== contentKeyBytes) throw new Fault('corrupt', 'content key of another length')
    return { keyId: Buffer.from(keyId), key: secret(key) }
  },
  ownKey: (privateKey) => ({ keyId: ownKeyId, key: secret(derive(privateKey.declassify(), 'bulkhead own key')) }),

  sealRecord,
  openRecord,
  recordKeyId: (sealed) => Buffer.from(recordHead(sealed).subarray(1, 1 + keyIdBytes)),

  newMessageKey: () => secret(randomBytes(contentKeyBytes)),
  sealChunk(key, number, last, plain) {
    assert(last ? plain.length <= chunkBytes : plain.length === chunkBytes, 'only the last chunk may be short')
    return Buffer.concat(sealParts(key.declassify(), chunkNonce(number, last), none, plain))
  },
  openChunk: (key, number, last, sealed) => aeadOpen(key.declassify(), chunkNonce(number, last), none, sealed),
}
