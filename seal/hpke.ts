/**
 * HPKE (RFC 9180), base mode, single shot, with DHKEM(X25519, HKDF-SHA256) and HKDF-SHA256. The AEAD is AES-256-GCM;
 * AES-128-GCM is known so that the published vectors of appendix A.1 can be checked.
 */
import { secret, type Secret } from '@bulkhead/base/secret.ts'
import { aeadOpen, aeadSeal, nonceBytes } from './aead.ts'
import { expand, extract, hashBytes } from './hkdf.ts'
import { newRawKeyPair, rawPublicKeyOf, sharedSecretOf, type RawKeyPair } from './x25519.ts'

export const encBytes = 32

export interface Suite {
  readonly keyBytes: 16 | 32
  readonly id: Buffer
}

const none = Buffer.alloc(0)
const version = Buffer.from('HPKE-v1', 'latin1')
const kemSuite = Buffer.concat([Buffer.from('KEM', 'latin1'), Buffer.of(0x00, 0x20)])
const suiteId = (aead: number): Buffer =>
  Buffer.concat([Buffer.from('HPKE', 'latin1'), Buffer.of(0x00, 0x20, 0x00, 0x01, 0x00, aead)])

export const aes128Gcm: Suite = { keyBytes: 16, id: suiteId(1) }
export const aes256Gcm: Suite = { keyBytes: 32, id: suiteId(2) }

/** RFC 9180 section 4. */
const labeledExtract = (suite: Buffer, salt: Uint8Array, label: string, material: Uint8Array): Buffer =>
  extract(salt, version, suite, Buffer.from(label, 'latin1'), material)

const labeledExpand = (
  suite: Buffer,
  key: Uint8Array,
  label: string,
  length: number,
  ...info: readonly Uint8Array[]
): Buffer => expand(key, length, Buffer.of(length >> 8, length & 0xff), version, suite, Buffer.from(label, 'latin1'), ...info)

/** Section 4.1: ExtractAndExpand of Encap and Decap. */
const kemSecret = (shared: Buffer, enc: Uint8Array, recipient: Uint8Array): Buffer =>
  labeledExpand(kemSuite, labeledExtract(kemSuite, none, 'eae_prk', shared), 'shared_secret', hashBytes, enc, recipient)

export interface Schedule {
  readonly key: Buffer
  readonly baseNonce: Buffer
}

/** Section 5.1, base mode. */
export const keySchedule = (suite: Suite, kemShared: Uint8Array, info: Uint8Array): Schedule => {
  const pskIdHash = labeledExtract(suite.id, none, 'psk_id_hash', none)
  const infoHash = labeledExtract(suite.id, none, 'info_hash', info)
  const mode = Buffer.of(0)
  const shared = labeledExtract(suite.id, kemShared, 'secret', none)
  return {
    key: labeledExpand(suite.id, shared, 'key', suite.keyBytes, mode, pskIdHash, infoHash),
    baseNonce: labeledExpand(suite.id, shared, 'base_nonce', nonceBytes, mode, pskIdHash, infoHash),
  }
}

export interface Encapsulated {
  readonly enc: Buffer
  readonly kemShared: Buffer
}

/** `ephemeral` is given only by the published vectors. */
export const encapsulate = (recipient: Uint8Array, ephemeral: RawKeyPair = newRawKeyPair()): Encapsulated => ({
  enc: ephemeral.publicKey,
  kemShared: kemSecret(sharedSecretOf(ephemeral.privateKey, recipient), ephemeral.publicKey, recipient),
})

const publicKeys = new WeakMap<Secret<Uint8Array>, Buffer>()

const ownPublicKey = (privateKey: Secret<Uint8Array>): Buffer => {
  const known = publicKeys.get(privateKey)
  if (known !== undefined) return known
  const publicKey = rawPublicKeyOf(privateKey)
  publicKeys.set(privateKey, publicKey)
  return publicKey
}

export const decapsulate = (privateKey: Secret<Uint8Array>, enc: Uint8Array): Buffer =>
  kemSecret(sharedSecretOf(privateKey, enc), enc, ownPublicKey(privateKey))

/** Seals to a public key; gives `enc` and ciphertext apart. */
export const hpkeSeal = (
  recipient: Uint8Array,
  info: Uint8Array,
  associated: Uint8Array,
  plain: Uint8Array,
): readonly [enc: Buffer, sealed: Buffer] => {
  const { enc, kemShared } = encapsulate(recipient)
  const { key, baseNonce } = keySchedule(aes256Gcm, kemShared, info)
  return [enc, aeadSeal(key, baseNonce, associated, plain)]
}

/** Throws `Fault('corrupt')`. */
export const hpkeOpen = (
  privateKey: Secret<Uint8Array>,
  enc: Uint8Array,
  info: Uint8Array,
  associated: Uint8Array,
  sealed: Uint8Array,
): Buffer => {
  const { key, baseNonce } = keySchedule(aes256Gcm, decapsulate(privateKey, enc), info)
  return aeadOpen(key, baseNonce, associated, sealed)
}

export const rawPair = (publicKey: Buffer, privateKey: Buffer): RawKeyPair => ({ publicKey, privateKey: secret(privateKey) })
