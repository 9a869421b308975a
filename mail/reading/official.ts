/**
 * Notices of the provider to its own people. What makes one official is a field that only the platform's own processes can write: a MAC
 * under a key of the cell over whom it is for, its header and its body. Mail from outside can copy its looks, and a copy of it is good for
 * nobody else.
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { Secret } from '@bulkhead/base/secret.ts'

export const officialField = 'Bulkhead-Notice'
/** A notice is short; what is longer is none. */
export const noticeBytesMax = 262_144

export interface Notice {
  /** The canonical address of the person. */
  readonly to: string
  /** Values as they stand, unfolded. */
  readonly from: string
  readonly subject: string
  readonly date: string
  /** All after the empty line. */
  readonly body: Uint8Array
}

const macOf = (key: Secret<Uint8Array>, { to, from, subject, date, body }: Notice): Buffer => {
  const digest = createHash('sha256').update(body).digest('hex')
  const own = createHmac('sha256', key.declassify()).update('bulkhead notice').digest()
  return createHmac('sha256', own).update(JSON.stringify([to, from, subject, date, digest])).digest()
}

/** Value of the field. `key`: the cell's key of pseudonyms. */
export const officialSeal = (key: Secret<Uint8Array>, notice: Notice): string => macOf(key, notice).toString('base64url')

export const isOfficial = (key: Secret<Uint8Array>, notice: Notice, seal: string): boolean => {
  const given = Buffer.from(seal.trim(), 'base64url')
  const wanted = macOf(key, notice)
  return given.length === wanted.length && timingSafeEqual(given, wanted)
}
