/** A device's public key: P-256 as a JWK (RFC 7517, RFC 7518 section 6.2), known by its thumbprint (RFC 7638). */
import { createHash, createPublicKey, type KeyObject } from 'node:crypto'

export interface DeviceKey {
  readonly publicKey: KeyObject
  /** SHA-256 of the canonical JWK, base64url: 43 characters. */
  readonly thumbprint: string
}

export const thumbprintPattern = /^[A-Za-z0-9_-]{43}$/

const coordinateOf = (value: unknown): string | undefined =>
  typeof value === 'string' && thumbprintPattern.test(value) ? value : undefined

/** The coordinates alone count; what else stands in the JWK is nothing. Undefined where it is no P-256 key, or holds a private half. */
export const deviceKeyOf = (jwk: unknown): DeviceKey | undefined => {
  if (typeof jwk !== 'object' || jwk === null || Array.isArray(jwk)) return undefined
  const { kty, crv, x: xValue, y: yValue, d } = jwk as Readonly<Record<string, unknown>>
  const [x, y] = [coordinateOf(xValue), coordinateOf(yValue)]
  if (kty !== 'EC' || crv !== 'P-256' || d !== undefined || x === undefined || y === undefined) return undefined
  try {
    const publicKey = createPublicKey({ key: { kty, crv, x, y }, format: 'jwk' })
    const thumbprint = createHash('sha256').update(`{"crv":"P-256","kty":"EC","x":"${x}","y":"${y}"}`).digest('base64url')
    return { publicKey, thumbprint }
  } catch {
    // No point of the curve.
    return undefined
  }
}
