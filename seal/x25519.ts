/**
 * X25519 (RFC 7748) over raw 32-byte keys. Node knows keys as DER; the fixed prefixes of RFC 8410 make one from the
 * other without a parser. The form a private key takes in OpenSSL is remembered for as long as its `Secret` lives.
 */
import { createPrivateKey, createPublicKey, diffieHellman, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { Fault } from '@bulkhead/base/fault.ts'
import { secret, type Secret } from '@bulkhead/base/secret.ts'

export const keyBytes = 32

export interface RawKeyPair {
  readonly publicKey: Buffer
  readonly privateKey: Secret<Buffer>
}

const privatePrefix = Buffer.from('302e020100300506032b656e04220420', 'hex')
const publicPrefix = Buffer.from('302a300506032b656e032100', 'hex')

const loaded = new WeakMap<Secret<Uint8Array>, KeyObject>()

const privateObject = (key: Secret<Uint8Array>): KeyObject => {
  const known = loaded.get(key)
  if (known !== undefined) return known
  const raw = key.declassify()
  if (raw.length !== keyBytes) throw new Fault('corrupt', 'private key of another length')
  const der = Buffer.concat([privatePrefix, raw])
  const object = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
  der.fill(0)
  loaded.set(key, object)
  return object
}

const publicObject = (raw: Uint8Array): KeyObject => {
  if (raw.length !== keyBytes) throw new Fault('corrupt', 'public key of another length')
  return createPublicKey({ key: Buffer.concat([publicPrefix, raw]), format: 'der', type: 'spki' })
}

const rawPublic = (key: KeyObject): Buffer => key.export({ format: 'der', type: 'spki' }).subarray(publicPrefix.length)

export const newRawKeyPair = (): RawKeyPair => {
  const pair = generateKeyPairSync('x25519')
  const der = pair.privateKey.export({ format: 'der', type: 'pkcs8' })
  const privateKey = secret(Buffer.from(der.subarray(privatePrefix.length)))
  der.fill(0)
  loaded.set(privateKey, pair.privateKey)
  return { publicKey: Buffer.from(rawPublic(pair.publicKey)), privateKey }
}

export const rawPublicKeyOf = (privateKey: Secret<Uint8Array>): Buffer =>
  Buffer.from(rawPublic(createPublicKey(privateObject(privateKey))))

/** Refuses public keys of low order (RFC 9180 section 7.1.4): OpenSSL gives no shared secret of zeroes. */
export const sharedSecretOf = (privateKey: Secret<Uint8Array>, publicKey: Uint8Array): Buffer => {
  try {
    return diffieHellman({ privateKey: privateObject(privateKey), publicKey: publicObject(publicKey) })
  } catch (cause) {
    throw cause instanceof Fault ? cause : new Fault('corrupt', 'no shared secret', cause)
  }
}
