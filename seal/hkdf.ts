/** HKDF-SHA256 (RFC 5869) for outputs of one block, which is all we derive: two HMACs, no key objects. */
import { createHmac } from 'node:crypto'
import { assert } from '@bulkhead/base/assert.ts'

export const hashBytes = 32
const oneBlock = Buffer.of(1)
const noSalt = Buffer.alloc(hashBytes)

export const extract = (salt: Uint8Array, ...material: readonly Uint8Array[]): Buffer => {
  const hmac = createHmac('sha256', salt.length === 0 ? noSalt : salt)
  for (const part of material) hmac.update(part)
  return hmac.digest()
}

export const expand = (key: Uint8Array, length: number, ...info: readonly Uint8Array[]): Buffer => {
  assert(length <= hashBytes, 'one block of HKDF')
  const hmac = createHmac('sha256', key)
  for (const part of info) hmac.update(part)
  const block = hmac.update(oneBlock).digest()
  return length === hashBytes ? block : block.subarray(0, length)
}

/** A 32-byte key for one named use. */
export const derive = (material: Uint8Array, use: string): Buffer =>
  expand(extract(noSalt, material), hashBytes, Buffer.from(use, 'utf8'))
