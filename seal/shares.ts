/**
 * Shamir's secret sharing over GF(2^8), byte by byte, for an ISP's recovery key: any `needed` of the shares bring it
 * back, fewer tell nothing. Shares carry the name of their set and the secret a checksum, so that shares which do not
 * belong together, or a mistyped one, are refused instead of giving a wrong key.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { assert } from '@bulkhead/base/assert.ts'
import { secret, type Secret } from '@bulkhead/base/secret.ts'

export const sharesMax = 255
export const sharedSecretBytesMax = 1_024

const shareVersion = 1
const setNameBytes = 4
const checksumBytes = 8
/** `version ‖ needed ‖ number ‖ set name`. */
const headBytes = 3 + setNameBytes

/** Multiplication modulo x^8 + x^4 + x^3 + x + 1, without branches or tables that depend on the secret. */
const times = (a: number, b: number): number => {
  let product = 0
  let left = a
  for (let bit = 0; bit < 8; bit += 1) {
    product ^= -((b >> bit) & 1) & left
    left = ((left << 1) ^ (-(left >> 7) & 0x11b)) & 0xff
  }
  return product
}

/** a^254: the inverse, since a^255 is 1. */
const inverse = (a: number): number => {
  let power = a
  for (let step = 0; step < 6; step += 1) power = times(times(power, power), a)
  return times(power, power)
}

const checksum = (plain: Uint8Array): Buffer => createHash('sha256').update(plain).digest().subarray(0, checksumBytes)

/** Horner's rule; the secret's byte is the coefficient of x^0. */
const evaluate = (secretByte: number, coefficients: Uint8Array, x: number): number => {
  let value = 0
  for (let at = coefficients.length - 1; at >= 0; at -= 1) value = times(value, x) ^ (coefficients[at] ?? 0)
  return times(value, x) ^ secretByte
}

export const split = (whole: Secret<Uint8Array>, needed: number, count: number): readonly Secret<Buffer>[] => {
  assert(needed >= 2 && needed <= count && count <= sharesMax, 'between two and all of the shares are needed')
  const plain = Buffer.concat([whole.declassify(), checksum(whole.declassify())])
  assert(plain.length <= sharedSecretBytesMax + checksumBytes, 'secret within its size')
  const setName = randomBytes(setNameBytes)
  const shares = Array.from({ length: count }, (_, at) =>
    Buffer.concat([Buffer.of(shareVersion, needed, at + 1), setName, Buffer.alloc(plain.length)]),
  )
  for (const [place, secretByte] of plain.entries()) {
    const coefficients = randomBytes(needed - 1)
    for (const [at, share] of shares.entries()) share[headBytes + place] = evaluate(secretByte, coefficients, at + 1)
  }
  plain.fill(0)
  return shares.map(secret)
}

export type Combined =
  | { readonly is: 'whole'; readonly secret: Secret<Buffer> }
  | { readonly is: 'refused'; readonly why: 'notAShare' | 'otherSet' | 'tooFew' | 'wrongShare' }

const refusedFor = (why: Extract<Combined, { is: 'refused' }>['why']): Combined => ({ is: 'refused', why })

/** Lagrange's basis at zero for the share numbers given. */
const weights = (numbers: readonly number[]): readonly number[] =>
  numbers.map((own) =>
    numbers.reduce((weight, other) => (other === own ? weight : times(weight, times(other, inverse(other ^ own)))), 1),
  )

export const combine = (given: readonly Secret<Uint8Array>[]): Combined => {
  const byNumber = new Map(given.map((share) => [share.declassify()[2] ?? 0, share.declassify()]))
  const shares = [...byNumber.values()]
  const [first] = shares
  const proper = (share: Uint8Array): boolean =>
    share.length > headBytes + checksumBytes && share[0] === shareVersion && (share[1] ?? 0) >= 2 && share[2] !== 0
  if (first === undefined || !shares.every(proper)) return refusedFor('notAShare')
  const sameSet = (share: Uint8Array): boolean =>
    share.length === first.length &&
    share[1] === first[1] &&
    Buffer.compare(share.subarray(3, headBytes), first.subarray(3, headBytes)) === 0
  if (!shares.every(sameSet)) return refusedFor('otherSet')
  const needed = first[1] ?? 0
  if (shares.length < needed) return refusedFor('tooFew')
  const used = shares.slice(0, needed)
  const factors = weights(used.map((share) => share[2] ?? 0))
  const plain = Buffer.alloc(first.length - headBytes)
  for (let place = 0; place < plain.length; place += 1) {
    plain[place] = used.reduce((sum, share, at) => sum ^ times(factors[at] ?? 0, share[headBytes + place] ?? 0), 0)
  }
  const whole = plain.subarray(0, plain.length - checksumBytes)
  if (!timingSafeEqual(checksum(whole), plain.subarray(whole.length))) return refusedFor('wrongShare')
  return { is: 'whole', secret: secret(whole) }
}
