/** AES-GCM with the tag at the end, as RFC 5116 has it. Opening fails with one fault, whatever was wrong. */
import { createCipheriv, createDecipheriv } from 'node:crypto'
import { Fault } from '@bulkhead/base/fault.ts'

export const nonceBytes = 12
export const tagBytes = 16

const cipherOf = (key: Uint8Array): 'aes-256-gcm' | 'aes-128-gcm' => (key.length === 32 ? 'aes-256-gcm' : 'aes-128-gcm')

const options = { authTagLength: tagBytes }

/** The parts to be sent one after another: ciphertext, tag. */
export const sealParts = (
  key: Uint8Array,
  nonce: Uint8Array,
  associated: Uint8Array,
  plain: Uint8Array,
): readonly [Buffer, Buffer] => {
  const cipher = createCipheriv(cipherOf(key), key, nonce, options)
  if (associated.length > 0) cipher.setAAD(associated)
  const sealed = cipher.update(plain)
  cipher.final()
  return [sealed, cipher.getAuthTag()]
}

export const aeadSeal = (key: Uint8Array, nonce: Uint8Array, associated: Uint8Array, plain: Uint8Array): Buffer =>
  Buffer.concat(sealParts(key, nonce, associated, plain))

export const aeadOpen = (key: Uint8Array, nonce: Uint8Array, associated: Uint8Array, sealed: Uint8Array): Buffer => {
  const plainBytes = sealed.length - tagBytes
  if (plainBytes < 0) throw new Fault('corrupt', 'sealed bytes too short')
  const decipher = createDecipheriv(cipherOf(key), key, nonce, options)
  if (associated.length > 0) decipher.setAAD(associated)
  decipher.setAuthTag(sealed.subarray(plainBytes))
  const plain = decipher.update(sealed.subarray(0, plainBytes))
  try {
    decipher.final()
  } catch {
    throw new Fault('corrupt', 'sealed bytes do not open')
  }
  return plain
}
