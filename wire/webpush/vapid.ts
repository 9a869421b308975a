/** Voluntary application server identification (RFC 8292): who pushes says so with a signature that push services can tell again. */
import { createECDH, createPrivateKey, hkdfSync, sign, type KeyObject } from 'node:crypto'

export interface VapidKey {
  /** Base64url of the uncompressed point: what subscribers are given. */
  readonly publicKey: string
  readonly privateKey: KeyObject
}

const curve = 'prime256v1'
const scalarBytes = 32
/** A scalar beyond the curve's order comes once in 2^32. */
const triesMax = 8

const base64url = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64url')

/** The same for the same secret: all mailrooms of a cell, whenever they start, are one application server. */
export const vapidKey = (secret: Uint8Array): VapidKey => {
  const pair = createECDH(curve)
  for (let tried = 0; ; tried += 1) {
    const scalar = Buffer.from(hkdfSync('sha256', secret, new Uint8Array(), `bulkhead vapid ${tried}`, scalarBytes))
    try {
      pair.setPrivateKey(scalar)
    } catch (error) {
      if (tried === triesMax) throw error
      continue
    }
    const point = pair.getPublicKey()
    const jwk = { kty: 'EC', crv: 'P-256', d: base64url(scalar), x: base64url(point.subarray(1, 33)), y: base64url(point.subarray(33)) }
    return { publicKey: base64url(point), privateKey: createPrivateKey({ key: jwk, format: 'jwk' }) }
  }
}

/** RFC 8292 section 2: at most a day. */
const validSeconds = 12 * 3_600

/** `Authorization` for a push to this URL. `contact` (section 2.1): whom the push service may ask, `mailto:` or `https:`; null: nobody is named. */
export const vapidAuthorization = ({ publicKey, privateKey }: VapidKey, url: URL, nowMs: number, contact: string | null): string => {
  const json = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  const claims = { aud: url.origin, exp: Math.floor(nowMs / 1_000) + validSeconds, ...(contact === null ? {} : { sub: contact }) }
  const text = `${json({ typ: 'JWT', alg: 'ES256' })}.${json(claims)}`
  const signature = sign('sha256', Buffer.from(text), { key: privateKey, dsaEncoding: 'ieee-p1363' })
  return `vapid t=${text}.${signature.toString('base64url')}, k=${publicKey}`
}
