/**
 * DPoP proofs (RFC 9449 section 4): a JWS in compact form (RFC 7515 section 7.1), ES256, whose header brings the public key. Read here as far as
 * a proof can be judged by itself; what it is for, when it was made and whether it was seen before is the receiver's matter.
 */
import { createHash, verify, type KeyObject } from 'node:crypto'
import { deviceKeyOf, type DeviceKey } from './device-key.ts'

export interface DpopProof {
  readonly key: DeviceKey
  readonly jti: string
  readonly htm: string
  readonly htu: string
  /** Unix time, seconds. */
  readonly iat: number
  /** Hash of the access token, where one goes with it (section 4.2). */
  readonly ath: string | undefined
}

export const proofLengthMax = 2_048
const jtiLengthMax = 128
const signatureBytes = 64
const compactPattern = /^([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]{86})$/

const fieldsOf = (part: string): Readonly<Record<string, unknown>> | undefined => {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'))
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Readonly<Record<string, unknown>>) : undefined
  } catch {
    return undefined
  }
}

const signs = (publicKey: KeyObject, signed: string, signature: string): boolean => {
  const bytes = Buffer.from(signature, 'base64url')
  return bytes.length === signatureBytes && verify('sha256', Buffer.from(signed, 'latin1'), { key: publicKey, dsaEncoding: 'ieee-p1363' }, bytes)
}

/** Undefined where it is no proof, or its signature is not of the key it brings (section 4.3, steps 2 to 7). */
export const readProof = (text: string): DpopProof | undefined => {
  const parts = text.length > proofLengthMax ? null : compactPattern.exec(text)
  const [, headerPart = '', payloadPart = '', signature = ''] = parts ?? []
  const header = parts === null ? undefined : fieldsOf(headerPart)
  if (header === undefined || header['typ'] !== 'dpop+jwt' || header['alg'] !== 'ES256' || header['crit'] !== undefined) return undefined
  const key = deviceKeyOf(header['jwk'])
  const payload = fieldsOf(payloadPart)
  if (key === undefined || payload === undefined) return undefined
  const { jti, htm, htu, iat, ath } = payload
  if (typeof jti !== 'string' || jti === '' || jti.length > jtiLengthMax || typeof htm !== 'string' || typeof htu !== 'string') return undefined
  if (typeof iat !== 'number' || !Number.isFinite(iat) || (ath !== undefined && typeof ath !== 'string')) return undefined
  return signs(key.publicKey, `${headerPart}.${payloadPart}`, signature) ? { key, jti, htm, htu, iat, ath } : undefined
}

/** `ath` of a token (section 4.2). */
export const accessTokenHash = (token: string): string => createHash('sha256').update(token, 'latin1').digest('base64url')

/** Section 4.3 step 9: without query and fragment. Undefined where it is no URL of the web. */
export const proofTarget = (htu: string): string | undefined => {
  if (!URL.canParse(htu)) return undefined
  const { protocol, origin, pathname, username, password } = new URL(htu)
  return /^https?:$/.test(protocol) && username === '' && password === '' ? `${origin}${pathname}` : undefined
}
