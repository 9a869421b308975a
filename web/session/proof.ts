/** DPoP proofs (RFC 9449 section 4.2): each request is signed by the device's key, so a token alone opens nothing. */
import { deviceKey } from './device-key.ts'

const encoder = new TextEncoder()

const base64url = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')

const part = (value: unknown): string => base64url(encoder.encode(JSON.stringify(value)))

let skewMs = 0

/** Clocks of devices are wrong by minutes; the server's `Date` says by how much. */
export const learnClock = (date: string | null): void => {
  const at = date === null ? Number.NaN : Date.parse(date)
  if (!Number.isNaN(at)) skewMs = at - Date.now()
}

const hashes = new Map<string, Promise<string>>()

const hashOf = (token: string): Promise<string> => {
  const known = hashes.get(token)
  if (known !== undefined) return known
  const made = crypto.subtle.digest('SHA-256', encoder.encode(token)).then((digest) => base64url(new Uint8Array(digest)))
  hashes.clear()
  hashes.set(token, made)
  return made
}

/** For one request; `token` is the session's where there is one. `url` loses its query (section 4.2). */
export const proofFor = async (method: string, url: string, token?: string): Promise<string> => {
  const key = await deviceKey()
  const { origin, pathname } = new URL(url, location.href)
  const claims = {
    jti: crypto.randomUUID(),
    htm: method,
    htu: origin + pathname,
    iat: Math.floor((Date.now() + skewMs) / 1000),
    ...(token === undefined ? {} : { ath: await hashOf(token) }),
  }
  const signed = `${part({ typ: 'dpop+jwt', alg: 'ES256', jwk: key.jwk })}.${part(claims)}`
  const signature = await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, key.privateKey, encoder.encode(signed))
  return `${signed}.${base64url(new Uint8Array(signature))}`
}
