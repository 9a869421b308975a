/**
 * Notes of the message trace: sealed to a key of the cell whose private half is in the vault alone. A process seals many
 * under one content key, which each note carries: sealing to a public key costs thirty times one under a key at hand.
 */
import type { Secret } from '@bulkhead/base/secret.ts'
import { openCarried, sealCarrying, type CarriedKey } from './carried-key.ts'
import type { Sealing } from './sealing.ts'

/** Longest sealed form: a note cuts its lists and texts. */
export const sealedTraceBytesMax = 262_144

/** `message`: the UUID of what the note is about; it opens for no other. */
export const sealTrace = (sealing: Sealing, key: CarriedKey, message: string, text: string): Buffer =>
  sealCarrying(sealing, key, 'trace', message, Buffer.from(text, 'utf8'))

/** Throws `Fault('corrupt')`. */
export const openTrace = (sealing: Sealing, privateKey: Secret<Uint8Array>, message: string, sealed: Buffer): string =>
  openCarried(sealing, privateKey, 'trace', message, sealed).toString('utf8')
