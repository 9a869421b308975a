/**
 * The seal, as everything that keeps content uses it. Implemented by `real-sealing.ts` (HPKE RFC 9180 with X25519,
 * HKDF-SHA256, AES-256-GCM, over node:crypto). It is a value passed in, so that the breach drill's negative control can be
 * run with an image that does not seal (`test/unsealed`) and must then find everything.
 */
import type { AccountHandle } from '@bulkhead/base/ids.ts'
import type { Secret } from '@bulkhead/base/secret.ts'

export type Bytes = Uint8Array

/** A symmetric key that seals records of one account. `keyId` is 16 bytes; all zero names the account's own key. */
export interface ContentKey {
  readonly keyId: Buffer
  readonly key: Secret<Buffer>
}

export interface KeyPair {
  readonly publicKey: Buffer
  readonly privateKey: Secret<Buffer>
}

/** What a record is; part of what is authenticated, so a record can't be passed off as another kind or another account's. */
export type Purpose = 'event' | 'index' | 'snapshot' | 'pack' | 'envelope' | 'recipient' | 'reply' | 'ticket' | 'trace' | 'token'

export interface Sealing {
  newKeyPair(): KeyPair
  publicKeyOf(privateKey: Secret<Bytes>): Buffer

  /** HPKE base mode, single shot: `version ‖ enc ‖ ciphertext`. `info` names the use. */
  sealTo(publicKey: Bytes, info: string, plain: Bytes): Buffer
  /** Throws `Fault('corrupt')` if it was not sealed to this key for this use. */
  openWith(privateKey: Secret<Bytes>, info: string, sealed: Bytes): Buffer

  /** A random content key, and its form sealed to the account's public key. */
  newContentKey(publicKey: Bytes): { readonly contentKey: ContentKey; readonly sealed: Buffer }
  openContentKey(privateKey: Secret<Bytes>, keyId: Bytes, sealed: Bytes): ContentKey
  /** Derived from the private key: what only a holder of it (a mailroom with an open pass) writes and reads. */
  ownKey(privateKey: Secret<Bytes>): ContentKey

  /** `version ‖ keyId ‖ nonce ‖ ciphertext ‖ tag`; authenticates purpose and owner. `owner` is an account or a queue id. */
  sealRecord(key: ContentKey, purpose: Purpose, owner: AccountHandle | string, plain: Bytes): Buffer
  /** The key a record needs. */
  recordKeyId(sealed: Bytes): Buffer
  /** Throws `Fault('corrupt')`. */
  openRecord(key: ContentKey, purpose: Purpose, owner: AccountHandle | string, sealed: Bytes): Buffer

  /** One key for one message's bytes; never used for a second one, so chunk numbers serve as nonces. */
  newMessageKey(): Secret<Buffer>
  /** Chunk `number` of a message: at most `chunkBytes` of plain text, all but the last exactly that. Adds `chunkTagBytes`. */
  sealChunk(key: Secret<Bytes>, number: number, last: boolean, plain: Bytes): Buffer
  openChunk(key: Secret<Bytes>, number: number, last: boolean, sealed: Bytes): Buffer
}

export const chunkBytes = 65_536
export const chunkTagBytes = 16
