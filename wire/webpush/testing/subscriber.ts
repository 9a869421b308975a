/** A browser's side of Web Push (RFC 8291): keys of its own, and what was sealed for it, opened. */
import { createDecipheriv, createECDH, hkdfSync } from 'node:crypto'

const hkdf = (secret: Uint8Array, salt: Uint8Array, info: Uint8Array, length: number): Buffer => Buffer.from(hkdfSync('sha256', secret, salt, info, length))

export const subscriber = () => {
  const own = createECDH('prime256v1')
  own.generateKeys()
  const auth = Buffer.alloc(16, 9)
  return {
    keys: { p256dh: own.getPublicKey('base64url'), auth: auth.toString('base64url') },
    opened(sealed: Buffer): unknown {
      const [salt, point] = [sealed.subarray(0, 16), sealed.subarray(21, 86)]
      const keying = hkdf(own.computeSecret(point), auth, Buffer.concat([Buffer.from('WebPush: info\0'), own.getPublicKey(), point]), 32)
      const key = hkdf(keying, salt, Buffer.from('Content-Encoding: aes128gcm\0'), 16)
      const decipher = createDecipheriv('aes-128-gcm', key, hkdf(keying, salt, Buffer.from('Content-Encoding: nonce\0'), 12))
      decipher.setAuthTag(sealed.subarray(-16))
      const record = Buffer.concat([decipher.update(sealed.subarray(86, -16)), decipher.final()])
      return JSON.parse(record.subarray(0, record.lastIndexOf(2)).toString('utf8'))
    },
  }
}
