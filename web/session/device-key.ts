/** The key of this browser: P-256, made here, its private half never leaves the browser, not even to our own script. */
import { keepFirst, kept } from './database.ts'

export interface PublicJwk {
  readonly kty: 'EC'
  readonly crv: 'P-256'
  readonly x: string
  readonly y: string
}

export interface DeviceKey {
  readonly privateKey: CryptoKey
  readonly jwk: PublicJwk
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256' } as const

const isPair = (value: unknown): value is CryptoKeyPair => {
  if (typeof value !== 'object' || value === null || !('privateKey' in value) || !('publicKey' in value)) return false
  return value.privateKey instanceof CryptoKey && value.publicKey instanceof CryptoKey
}

const pairOf = async (): Promise<CryptoKeyPair> => {
  const found = await kept('key')
  if (isPair(found)) return found
  const made = await crypto.subtle.generateKey(algorithm, false, ['sign'])
  const first = await keepFirst('key', made)
  return isPair(first) ? first : made
}

let loaded: Promise<DeviceKey> | undefined

const load = async (): Promise<DeviceKey> => {
  const { privateKey, publicKey } = await pairOf()
  const { x, y } = await crypto.subtle.exportKey('jwk', publicKey)
  if (x === undefined || y === undefined) throw new Error('the browser gave no public key')
  return { privateKey, jwk: { kty: 'EC', crv: 'P-256', x, y } }
}

export const deviceKey = (): Promise<DeviceKey> => (loaded ??= load())
