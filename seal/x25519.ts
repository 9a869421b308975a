/**
 * X25519 (RFC 7748) over raw 32-byte keys, which Node takes and gives as they are: a DER form costs more than the key
 * agreement. The form a private key takes in OpenSSL is remembered for as long as its `Secret` lives.
 */
import { createPrivateKey, createPublicKey, diffieHellman, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { Fault } from '@bulkhead/base/fault.ts'
import { secret, type Secret } from '@bulkhead/base/secret.ts'

export const keyBytes = 32

export interface RawKeyPair {
  readonly publicKey: Buffer
  readonly privateKey: Secret<Buffer>
}

const asymmetricKeyType = 'x25519'

const loaded = new WeakMap<Secret<Uint8Array>, KeyObject>()

const privateObject = (key: Secret<Uint8Array>): KeyObject => {
  const known = loaded.get(key)
  if (known !== undefined) return known
  const raw = key.declassify()
  if (raw.length !== keyBytes) throw new Fault('corrupt', 'private key of another length')
  const object = createPrivateKey({ key: raw, format: 'raw-private', asymmetricKeyType })
  loaded.set(key, object)
  return object
}

const publicObject = (raw: Uint8Array): KeyObject => {
  if (raw.length !== keyBytes) throw new Fault('corrupt', 'public key of another length')
  return createPublicKey({ key: raw, format: 'raw-public', asymmetricKeyType })
}

const rawPublic = (key: KeyObject): Buffer => key.export({ format: 'raw-public' })

export const newRawKeyPair = (): RawKeyPair => {
  const pair = generateKeyPairSync('x25519')
  const privateKey = secret(pair.privateKey.export({ format: 'raw-private' }))
  loaded.set(privateKey, pair.privateKey)
  return { publicKey: rawPublic(pair.publicKey), privateKey }
}

export const rawPublicKeyOf = (privateKey: Secret<Uint8Array>): Buffer => rawPublic(createPublicKey(privateObject(privateKey)))

/** Refuses public keys of low order (RFC 9180 section 7.1.4): OpenSSL gives no shared secret of zeroes. */
export const sharedSecretOf = (privateKey: Secret<Uint8Array>, publicKey: Uint8Array): Buffer => {
  try {
    return diffieHellman({ privateKey: privateObject(privateKey), publicKey: publicObject(publicKey) })
  } catch (cause) {
    throw cause instanceof Fault ? cause : new Fault('corrupt', 'no shared secret', cause)
  }
}
