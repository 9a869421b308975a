/**
 * A record that carries the key it is sealed under, itself sealed to a public key: whoever has the private key needs
 * nothing else to open it. `version (1) ‖ keyId (16) ‖ length of sealed key (2) ‖ sealed key ‖ sealed record`.
 */
import { assert } from '@bulkhead/base/assert.ts'
import { Fault } from '@bulkhead/base/fault.ts'
import type { Secret } from '@bulkhead/base/secret.ts'
import type { Bytes, ContentKey, Purpose, Sealing } from './sealing.ts'

const version = 1
const keyIdBytes = 16
const headBytes = 1 + keyIdBytes + 2

/** A content key and its sealed form, as `Sealing.newContentKey` gives them. */
export interface CarriedKey {
  readonly contentKey: ContentKey
  readonly sealed: Buffer
}

export const sealCarrying = (sealing: Sealing, { contentKey, sealed }: CarriedKey, purpose: Purpose, owner: string, plain: Bytes): Buffer => {
  assert(contentKey.keyId.length === keyIdBytes, 'a key id has 16 bytes')
  const head = Buffer.allocUnsafe(headBytes)
  head[0] = version
  contentKey.keyId.copy(head, 1)
  head.writeUInt16BE(sealed.length, 1 + keyIdBytes)
  return Buffer.concat([head, sealed, sealing.sealRecord(contentKey, purpose, owner, plain)])
}

/** Throws `Fault('corrupt')` for what was not sealed to this key, for another purpose or another owner. */
export const openCarried = (sealing: Sealing, privateKey: Secret<Bytes>, purpose: Purpose, owner: string, bytes: Buffer): Buffer => {
  if (bytes.length < headBytes || bytes[0] !== version) throw new Fault('corrupt', 'carried key: unknown version')
  const keyEnd = headBytes + bytes.readUInt16BE(1 + keyIdBytes)
  const key = sealing.openContentKey(privateKey, bytes.subarray(1, 1 + keyIdBytes), bytes.subarray(headBytes, keyEnd))
  return sealing.openRecord(key, purpose, owner, bytes.subarray(keyEnd))
}
