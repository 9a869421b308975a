import assert from 'node:assert/strict'
import { createDecipheriv, createECDH, createPublicKey, hkdfSync, verify } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { encryptedPush, pushPlainBytesMax } from './encryption.ts'
import { vapidAuthorization, vapidKey } from './vapid.ts'

const bytes = (text: string): Buffer => Buffer.from(text, 'base64url')

test('RFC 8291 section 5: its example, to the last byte', () => {
  const sealed = encryptedPush(
    Buffer.from('When I grow up, I want to be a watermelon'),
    {
      p256dh: bytes('BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4'),
      auth: bytes('BTBZMqHH6r4Tts7J_aSIgg'),
    },
    { salt: bytes('DGv6ra1nlYgDCS1FRnbzlw'), privateKey: bytes('yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw') },
  )
  assert.equal(
    sealed?.toString('base64url'),
    'DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN',
  )
})

/** The subscriber's side. */
const opened = (sealed: Buffer, own: ReturnType<typeof createECDH>, auth: Uint8Array): Buffer => {
  const [salt, point] = [sealed.subarray(0, 16), sealed.subarray(21, 86)]
  const hkdf = (secret: Uint8Array, salted: Uint8Array, info: Uint8Array, length: number): Buffer => Buffer.from(hkdfSync('sha256', secret, salted, info, length))
  const keying = hkdf(own.computeSecret(point), auth, Buffer.concat([Buffer.from('WebPush: info\0'), own.getPublicKey(), point]), 32)
  const key = hkdf(keying, salt, Buffer.from('Content-Encoding: aes128gcm\0'), 16)
  const decipher = createDecipheriv('aes-128-gcm', key, hkdf(keying, salt, Buffer.from('Content-Encoding: nonce\0'), 12))
  decipher.setAuthTag(sealed.subarray(-16))
  const record = Buffer.concat([decipher.update(sealed.subarray(86, -16)), decipher.final()])
  return record.subarray(0, record.lastIndexOf(2))
}

test('what is sealed the subscriber opens, and its length tells little', () => {
  const own = createECDH('prime256v1')
  own.generateKeys()
  const auth = Buffer.alloc(16, 7)
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: pushPlainBytesMax }), (plain) => {
      const sealed = encryptedPush(plain, { p256dh: own.getPublicKey(), auth })
      assert.ok(sealed !== undefined && sealed.length <= 4_096)
      assert.equal((sealed.length - 86 - 16) % 256, 0)
      assert.deepEqual(opened(sealed, own, auth), Buffer.from(plain))
    }),
    { numRuns: 50 },
  )
})

test('a point that is none of the curve is refused', () => {
  assert.equal(encryptedPush(Buffer.from('x'), { p256dh: Buffer.alloc(65, 4), auth: Buffer.alloc(16) }), undefined)
})

test('RFC 8292: the key is the same for the same secret, and signs for one push service and half a day', () => {
  const key = vapidKey(Buffer.alloc(32, 1))
  assert.equal(vapidKey(Buffer.alloc(32, 1)).publicKey, key.publicKey)
  assert.notEqual(vapidKey(Buffer.alloc(32, 2)).publicKey, key.publicKey)
  const [, head = '', claims = '', signature = '', k] = /^vapid t=([^.]+)\.([^.]+)\.([^,]+), k=(.+)$/.exec(vapidAuthorization(key, new URL('https://push.example:8443/x?y'), 1_700_000_000_000, null)) ?? []
  assert.equal(k, key.publicKey)
  assert.deepEqual(JSON.parse(bytes(claims).toString()), { aud: 'https://push.example:8443', exp: 1_700_043_200 })
  const [, named = ''] = vapidAuthorization(key, new URL('https://push.example/'), 1_700_000_000_000, 'mailto:postmaster@isp.example').split('.')
  assert.equal(JSON.parse(bytes(named).toString()).sub, 'mailto:postmaster@isp.example')
  const point = bytes(key.publicKey)
  const jwk = { kty: 'EC', crv: 'P-256', x: point.subarray(1, 33).toString('base64url'), y: point.subarray(33).toString('base64url') }
  const publicKey = createPublicKey({ key: jwk, format: 'jwk' })
  assert.ok(verify('sha256', Buffer.from(`${head}.${claims}`), { key: publicKey, dsaEncoding: 'ieee-p1363' }, bytes(signature)))
})
