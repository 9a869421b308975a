/**
 * DKIM keys: made, wrapped by the root, kept open for the domains that send most. Making keys and signing run on Node's
 * pool of threads; nothing here waits on the thread that answers log-ins.
 */
import { createHash, createPrivateKey, generateKeyPair, sign, type KeyObject } from 'node:crypto'
import { assert } from '@bulkhead/base/assert.ts'
import { secret, type Secret } from '@bulkhead/base/secret.ts'
import type { SignerAlgorithm } from '@bulkhead/door/contracts/vault.ts'
import type { KeyTable } from './key-table.ts'
import type { RootKey } from './root.ts'

export interface SigningKey {
  readonly algorithm: SignerAlgorithm
  readonly key: KeyObject
}

export interface SigningKeys {
  /** Undefined where the domain has no such key, or it does not sign yet. */
  of(domain: string, selector: string): SigningKey | undefined
  forget(domain: string, selector: string): void
}

/** RFC 8301 section 3.2: signers should have at least 2048 bits; more would not fit one string of a record. */
const rsaBits = 2_048
/** PKCS #8 of either kind fits; all wrapped ones have one size, so that they can be overwritten in place. */
const paddedBytes = 1_280
const lengthBytes = 2
/** Keys kept open at once; the one unused longest goes first. */
const openMax = 1_024

const use = (domain: string, selector: string): string => `signer ${selector}._domainkey.${domain}`

interface Pair {
  readonly publicKey: KeyObject
  readonly privateKey: KeyObject
}

const newPair = (algorithm: SignerAlgorithm): Promise<Pair> =>
  new Promise((resolve, reject) => {
    const done = (error: Error | null, publicKey: KeyObject, privateKey: KeyObject): void =>
      error === null ? resolve({ publicKey, privateKey }) : reject(error)
    if (algorithm === 'rsa-sha256') generateKeyPair('rsa', { modulusLength: rsaBits }, done)
    else generateKeyPair('ed25519', {}, done)
  })

const ed25519SpkiHeadBytes = 12

/** `publicKey`: as in the record's `p=`. */
export const newSigningKey = async (algorithm: SignerAlgorithm): Promise<{ readonly publicKey: Buffer; readonly privateKey: Secret<Buffer> }> => {
  const pair = await newPair(algorithm)
  const spki = pair.publicKey.export({ type: 'spki', format: 'der' })
  return {
    publicKey: algorithm === 'rsa-sha256' ? spki : spki.subarray(ed25519SpkiHeadBytes),
    privateKey: secret(pair.privateKey.export({ type: 'pkcs8', format: 'der' })),
  }
}

export const wrapSigningKey = (root: RootKey, domain: string, selector: string, privateKey: Secret<Buffer>): Buffer => {
  const der = privateKey.declassify()
  assert(der.length <= paddedBytes - lengthBytes, 'private keys fit')
  const padded = Buffer.alloc(paddedBytes)
  padded.writeUInt16BE(der.length)
  der.copy(padded, lengthBytes)
  return root.wrap(use(domain, selector), secret(padded))
}

const unwrapSigningKey = (root: RootKey, domain: string, selector: string, wrapped: Uint8Array): KeyObject => {
  const padded = root.unwrap(use(domain, selector), wrapped).declassify()
  const der = padded.subarray(lengthBytes, lengthBytes + padded.readUInt16BE())
  return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
}

export const signingKeys = (table: KeyTable, root: RootKey): SigningKeys => {
  const open = new Map<string, SigningKey>()
  const load = (domain: string, selector: string): SigningKey | undefined => {
    const held = table.signers.find(domain, selector)
    if (held === undefined || held.signer.state === 'published') return undefined
    return { algorithm: held.signer.algorithm, key: unwrapSigningKey(root, domain, selector, held.wrapped) }
  }
  return {
    of(domain, selector) {
      const name = use(domain, selector)
      const key = open.get(name) ?? load(domain, selector)
      if (key === undefined) return undefined
      open.delete(name)
      open.set(name, key)
      if (open.size > openMax) {
        const oldest = open.keys().next()
        if (oldest.done !== true) open.delete(oldest.value)
      }
      return key
    },
    forget: (domain, selector) => void open.delete(use(domain, selector)),
  }
}

/** RSASSA-PKCS1-v1_5 over the bytes, or Ed25519 over their SHA-256 (RFC 8463 section 3). */
export const signed = ({ algorithm, key }: SigningKey, bytes: Uint8Array): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const done = (error: Error | null, signature: Buffer): void => (error === null ? resolve(signature) : reject(error))
    if (algorithm === 'rsa-sha256') sign('sha256', bytes, key, done)
    else sign(null, createHash('sha256').update(bytes).digest(), key, done)
  })
