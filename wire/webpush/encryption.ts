/**
 * Message encryption for Web Push (RFC 8291) in the aes128gcm coding (RFC 8188): one record, readable by the subscriber alone, padded so
 * that its length tells nothing but its class.
 */
import { createCipheriv, createECDH, hkdfSync, randomBytes, type ECDH } from 'node:crypto'

export interface SubscriberKeys {
  /** The subscriber's P-256 point, uncompressed: 65 bytes. */
  readonly p256dh: Uint8Array
  /** 16 bytes. */
  readonly auth: Uint8Array
}

const curve = 'prime256v1'
const recordBytes = 4_096
const tagBytes = 16
const saltBytes = 16
/** What a push service takes at least (RFC 8030 section 7.2), less head, tag and delimiter. */
export const pushPlainBytesMax = 3_052
const paddedTo = 256

const derived = (secret: Uint8Array, salt: Uint8Array, info: Uint8Array, length: number): Buffer => Buffer.from(hkdfSync('sha256', secret, salt, info, length))

/** Undefined where the point is none of the curve. */
const sharedSecret = (own: ECDH, p256dh: Uint8Array): Buffer | undefined => {
  try {
    return own.computeSecret(p256dh)
  } catch {
    return undefined
  }
}

const paddedRecord = (plain: Uint8Array, padding: boolean): Buffer => {
  const length = padding ? Math.ceil((plain.length + 1) / paddedTo) * paddedTo : plain.length + 1
  const record = Buffer.alloc(length)
  record.set(plain)
  record[plain.length] = 2
  return record
}

/** For the document's own example; else each message has its own. */
export interface Chosen {
  readonly salt: Uint8Array
  readonly privateKey: Uint8Array
}

/** The body of the request to the push service; undefined where the subscriber's key is none. */
export const encryptedPush = (plain: Uint8Array, { p256dh, auth }: SubscriberKeys, chosen?: Chosen): Buffer | undefined => {
  const own = createECDH(curve)
  if (chosen === undefined) own.generateKeys()
  else own.setPrivateKey(chosen.privateKey)
  const secret = sharedSecret(own, p256dh)
  if (secret === undefined) return undefined
  const ownPoint = own.getPublicKey()
  const salt = chosen?.salt ?? randomBytes(saltBytes)
  const keying = derived(secret, auth, Buffer.concat([Buffer.from('WebPush: info\0'), p256dh, ownPoint]), 32)
  const key = derived(keying, salt, Buffer.from('Content-Encoding: aes128gcm\0'), 16)
  const nonce = derived(keying, salt, Buffer.from('Content-Encoding: nonce\0'), 12)
  const cipher = createCipheriv('aes-128-gcm', key, nonce, { authTagLength: tagBytes })
  const sealed = [cipher.update(paddedRecord(plain, chosen === undefined)), cipher.final(), cipher.getAuthTag()]
  const head = Buffer.alloc(saltBytes + 5)
  head.set(salt)
  head.writeUInt32BE(recordBytes, saltBytes)
  head[saltBytes + 4] = ownPoint.length
  return Buffer.concat([head, ownPoint, ...sealed])
}
