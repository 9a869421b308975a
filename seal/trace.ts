/** Notes of the message trace: sealed to a key of the cell whose private half is in the vault alone. */
import type { Secret } from '@bulkhead/base/secret.ts'
import { Fault } from '@bulkhead/base/fault.ts'
import { encBytes, hpkeOpen, hpkeSeal } from './hpke.ts'

const info = Buffer.from('bulkhead trace', 'latin1')
const none = Buffer.alloc(0)

/** Longest sealed form. */
export const sealedTraceBytesMax = 16_384

/** `enc ‖ ciphertext`. */
export const sealTrace = (publicKey: Uint8Array, text: string): Buffer => Buffer.concat(hpkeSeal(publicKey, info, none, Buffer.from(text, 'utf8')))

/** Throws `Fault('corrupt')`. */
export const openTrace = (privateKey: Secret<Uint8Array>, sealed: Uint8Array): string => {
  if (sealed.length <= encBytes) throw new Fault('corrupt', 'a sealed note is longer')
  return hpkeOpen(privateKey, sealed.subarray(0, encBytes), info, none, sealed.subarray(encBytes)).toString('utf8')
}
