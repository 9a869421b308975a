/** Keys that domains publish (RFC 6376 section 3.6.1; 8301, 8463): the record, and the key made ready, kept within a limit. */
import { createPublicKey, type KeyObject } from 'node:crypto'
import { base64Value, tagList, unspaced } from './tag-list.ts'

export interface KeyRecord {
  readonly type: 'rsa' | 'ed25519'
  /** Base64 without white space; empty where the key is revoked. */
  readonly publicKey: string
  readonly sha256: boolean
  readonly forMail: boolean
  /** `t=y`. */
  readonly testing: boolean
  /** `t=s`: `i=` must name the very domain of `d=`. */
  readonly strict: boolean
}

export interface PublicKey {
  readonly key: KeyObject
  readonly bits: number
}

/** By the published text, least recently used first out. */
export interface KeyRing {
  /** Undefined where the record holds no key that can be used. */
  keyOf(record: KeyRecord): PublicKey | undefined
}

/** RFC 8301 section 3.2: at least 1,024 bits; larger than 4,096 need not be verified. */
export const rsaBitsMin = 1_024
export const rsaBitsMax = 4_096
const keyBytesMax = 1_024
const ed25519Bytes = 32
/** A huge exponent makes one verification as dear as a thousand. */
const exponentMax = 0xffff_ffffn

const list = (value: string | undefined, unset: string): readonly string[] => unspaced(value ?? unset).toLowerCase().split(':')

/** What of a TXT record is a key, or undefined. `v=` may be missing, and comes first where it is not. */
export const readKeyRecord = (text: string): KeyRecord | undefined => {
  const tags = tagList(text)
  const publicKey = tags?.get('p')
  if (tags === undefined || publicKey === undefined) return undefined
  if (tags.has('v') && (tags.keys().next().value !== 'v' || tags.get('v') !== 'DKIM1')) return undefined
  const type = tags.has('k') ? unspaced(tags.get('k') ?? '').toLowerCase() : 'rsa'
  if (type !== 'rsa' && type !== 'ed25519') return undefined
  const services = list(tags.get('s'), '*')
  const flags = list(tags.get('t'), '')
  return {
    type, publicKey: unspaced(publicKey), sha256: list(tags.get('h'), 'sha256').includes('sha256'),
    forMail: services.includes('*') || services.includes('email'), testing: flags.includes('y'), strict: flags.includes('s'),
  }
}

/** A key is a SubjectPublicKeyInfo; some publish the bare RSAPublicKey, which RFC 6376 section 3.6.1 speaks of. */
const rsaKey = (der: Buffer): KeyObject | undefined => {
  for (const type of ['spki', 'pkcs1'] as const) {
    try {
      return createPublicKey({ key: der, format: 'der', type })
    } catch {
      continue
    }
  }
  return undefined
}

const loadRsa = (der: Buffer): PublicKey | undefined => {
  const key = rsaKey(der)
  const { modulusLength, publicExponent } = key?.asymmetricKeyDetails ?? {}
  if (key === undefined || key.asymmetricKeyType !== 'rsa' || modulusLength === undefined || publicExponent === undefined) return undefined
  return publicExponent > exponentMax ? undefined : { key, bits: modulusLength }
}

const loadEd25519 = (bytes: Buffer): PublicKey | undefined => {
  if (bytes.length !== ed25519Bytes) return undefined
  try {
    return { key: createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: bytes.toString('base64url') }, format: 'jwk' }), bits: ed25519Bytes * 8 }
  } catch {
    return undefined
  }
}

const load = ({ type, publicKey }: KeyRecord): PublicKey | undefined => {
  const bytes = base64Value(publicKey, keyBytesMax)
  if (bytes === undefined) return undefined
  return type === 'rsa' ? loadRsa(bytes) : loadEd25519(bytes)
}

export const keyRing = (keysMax: number): KeyRing => {
  const keys = new Map<string, PublicKey>()
  return {
    keyOf(record) {
      const name = `${record.type} ${record.publicKey}`
      const known = keys.get(name)
      if (known !== undefined) {
        keys.delete(name)
        keys.set(name, known)
        return known
      }
      const key = load(record)
      if (key === undefined) return undefined
      if (keys.size >= keysMax) for (const oldest of keys.keys()) {
        keys.delete(oldest)
        break
      }
      keys.set(name, key)
      return key
    },
  }
}
