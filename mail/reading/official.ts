/**
 * Notices of the provider to its own people. What makes a message one is no part of it: an object of the account's journal, under the
 * message's id, that intake writes with the arrival of what the desk hands it and with nothing else. So a message can't carry it, and a
 * copy that is appended, imported or forwarded is a message of its own without it. The object holds what the desk signed: whom the notice
 * is for, and the digest of its bytes. Mailrooms and intakes have the public half of that key alone.
 */
import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify, type KeyObject } from 'node:crypto'
import { utf8 } from '@bulkhead/base/bytes.ts'
import type { AccountHandle } from '@bulkhead/base/ids.ts'
import { secret, type Secret } from '@bulkhead/base/secret.ts'

/** A notice is short; what is longer is none. */
export const noticeBytesMax = 131_072

const keyBytes = 32
const signatureBytes = 64
/** RFC 8410: what stands before the raw halves of an Ed25519 key in DER. */
const privatePrefix = Buffer.from('302e020100300506032b657004220420', 'hex')
const publicPrefix = Buffer.from('302a300506032b6570032100', 'hex')

export interface NoticeKeyPair {
  readonly publicKey: Buffer
  readonly privateKey: Secret<Buffer>
}

export const newNoticeKeyPair = (): NoticeKeyPair => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  return {
    publicKey: publicKey.export({ type: 'spki', format: 'der' }).subarray(-keyBytes),
    privateKey: secret(privateKey.export({ type: 'pkcs8', format: 'der' }).subarray(-keyBytes)),
  }
}

export interface NoticeSeal {
  /** SHA-256 of the whole message. */
  readonly digest: Buffer
  readonly signature: Buffer
}

export const noticeDigest = (message: Uint8Array): Buffer => createHash('sha256').update(message).digest()

const signedText = (account: AccountHandle, digest: Uint8Array): Buffer => Buffer.concat([utf8(`bulkhead notice\0${account}\0`), digest])

export type NoticeSigner = (account: AccountHandle, digest: Buffer) => NoticeSeal

export const noticeSigner = (privateKey: Secret<Uint8Array>): NoticeSigner => {
  const key = createPrivateKey({ key: Buffer.concat([privatePrefix, privateKey.declassify()]), format: 'der', type: 'pkcs8' })
  return (account, digest) => ({ digest, signature: sign(null, signedText(account, digest), key) })
}

/** The digest that the desk signed for this account; undefined where it signed nothing of the kind. */
export type NoticeVerifier = (account: AccountHandle, sealed: Uint8Array) => Buffer | undefined

export const noticeVerifier = (publicKey: Uint8Array): NoticeVerifier => {
  const key: KeyObject = createPublicKey({ key: Buffer.concat([publicPrefix, publicKey]), format: 'der', type: 'spki' })
  return (account, sealed) => {
    const seal = decodeNoticeSeal(sealed)
    return seal !== undefined && verify(null, signedText(account, seal.digest), key, seal.signature) ? seal.digest : undefined
  }
}

/** `digest ‖ signature`: the value of the journal's object. */
export const encodeNoticeSeal = ({ digest, signature }: NoticeSeal): Buffer => Buffer.concat([digest, signature])

export const decodeNoticeSeal = (sealed: Uint8Array): NoticeSeal | undefined => {
  if (sealed.length !== keyBytes + signatureBytes) return undefined
  const bytes = Buffer.from(sealed)
  return { digest: bytes.subarray(0, keyBytes), signature: bytes.subarray(keyBytes) }
}
