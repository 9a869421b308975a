import assert from 'node:assert/strict'
import { hkdfSync } from 'node:crypto'
import { test } from 'node:test'
import { Fault } from '@bulkhead/base/fault.ts'
import { secret } from '@bulkhead/base/secret.ts'
import { aeadOpen, aeadSeal } from './aead.ts'
import { derive } from './hkdf.ts'
import { aes128Gcm, aes256Gcm, decapsulate, encapsulate, hpkeOpen, keySchedule, rawPair } from './hpke.ts'
import { newRawKeyPair, rawPublicKeyOf, sharedSecretOf } from './x25519.ts'

const hex = (text: string): Buffer => Buffer.from(text, 'hex')
const info = hex('4f6465206f6e2061204772656369616e2055726e')
const plain = hex('4265617574792069732074727574682c20747275746820626561757479')
const firstCount = Buffer.from('Count-0')

test('RFC 9180 appendix A.1.1: shared secret, key, nonce and the first encryption', () => {
  const ephemeral = hex('52c4a758a802cd8b936eceea314432798d5baf2d7e9235dc084ab1b9cfa2f736')
  const recipientPrivate = secret(hex('4612c550263fc8ad58375df3f557aac531d26850903e55a9f23f21d8534e8ac8'))
  const recipient = hex('3948cfe0ad1ddb695d780e59077195da6c56506b027329794ab02bca80815c4d')
  assert.deepEqual(rawPublicKeyOf(recipientPrivate), recipient)
  const { enc, kemShared } = encapsulate(recipient, rawPair(rawPublicKeyOf(secret(ephemeral)), ephemeral))
  assert.equal(enc.toString('hex'), '37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431')
  assert.equal(kemShared.toString('hex'), 'fe0e18c9f024ce43799ae393c7e8fe8fce9d218875e8227b0187c04e7d2ea1fc')
  assert.deepEqual(decapsulate(recipientPrivate, enc), kemShared)
  const { key, baseNonce } = keySchedule(aes128Gcm, kemShared, info)
  assert.equal(key.toString('hex'), '4531685d41d65f03dc48f6b8302c05b0')
  assert.equal(baseNonce.toString('hex'), '56d890e5accaaf011cff4b7d')
  const expected = 'f938558b5d72f1a23810b4be2ab4f84331acc02fc97babc53a52ae8218a355a96d8770ac83d07bea87e13c512a'
  assert.equal(aeadSeal(key, baseNonce, firstCount, plain).toString('hex'), expected)
  assert.deepEqual(aeadOpen(key, baseNonce, firstCount, hex(expected)), plain)
})

test('the suite with AES-256-GCM gives the vector published with BoringSSL', () => {
  const ephemeral = hex('28e212563a8b6f068af7ff17400ff1baf23612b7a738bbaf5dfb321b2b5b431a')
  const recipient = hex('ac66bae9ffa270cf4a89ed9f274e30c0456babae2572aaaf002ff0d8884ab018')
  const { kemShared } = encapsulate(recipient, rawPair(rawPublicKeyOf(secret(ephemeral)), ephemeral))
  const { key, baseNonce } = keySchedule(aes256Gcm, kemShared, info)
  const expected = '23ded2d5d90ea89d975dac4792b297240f194952d7421aacbff0474100052b6bb8aa58d18ef6c42b6960e2e28f'
  assert.equal(aeadSeal(key, baseNonce, firstCount, plain).toString('hex'), expected)
})

test('one block of HKDF is what Node computes', () => {
  const material = Buffer.from('input keying material')
  const expected = Buffer.from(hkdfSync('sha256', material, Buffer.alloc(0), Buffer.from('a use'), 32))
  assert.deepEqual(derive(material, 'a use'), expected)
})

test('a public key of low order gives no shared secret (RFC 9180 section 7.1.4)', () => {
  const { privateKey } = newRawKeyPair()
  const corrupt = (error: unknown): boolean => error instanceof Fault && error.code === 'corrupt'
  assert.throws(() => sharedSecretOf(privateKey, Buffer.alloc(32)), corrupt)
  assert.throws(() => sharedSecretOf(privateKey, Buffer.concat([Buffer.of(1), Buffer.alloc(31)])), corrupt)
  assert.throws(() => hpkeOpen(privateKey, Buffer.alloc(7), info, info, Buffer.alloc(40)), corrupt)
})
