/** A device as tests have one: makes proofs, right ones and others. */
import { generateKeyPairSync, randomUUID, sign } from 'node:crypto'
import { accessTokenHash } from '../proof.ts'

const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')

export interface Claims {
  readonly jti?: unknown
  readonly htm?: unknown
  readonly htu?: unknown
  readonly iat?: unknown
  readonly ath?: unknown
}

export const newDevice = () => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const jwk = publicKey.export({ format: 'jwk' })
  const sealed = (claims: Claims, header: Readonly<Record<string, unknown>> = {}): string => {
    const head = part({ typ: 'dpop+jwt', alg: 'ES256', jwk, ...header })
    const signed = `${head}.${part(claims)}`
    return `${signed}.${sign('sha256', Buffer.from(signed), { key: privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`
  }
  return {
    jwk,
    sealed,
    /** For one request; `over` replaces claims. */
    proof(method: string, url: string, token?: string, over: Claims = {}): string {
      const ath = token === undefined ? {} : { ath: accessTokenHash(token) }
      return sealed({ jti: randomUUID(), htm: method, htu: url.replace(/[?#].*$/, ''), iat: Math.floor(Date.now() / 1_000), ...ath, ...over })
    },
  }
}
