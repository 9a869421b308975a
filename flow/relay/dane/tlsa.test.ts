import assert from 'node:assert/strict'
import { createHash, X509Certificate } from 'node:crypto'
import { test } from 'node:test'
import { rootCertificates } from 'node:tls'
import fc from 'fast-check'
import { testCertificate } from '../../testing/certificate.ts'
import { matches, publicKeyBytes, tlsaRecordsMax, tlsaText, usableRecords } from './tlsa.ts'

const certificates = [testCertificate, ...rootCertificates].map((pem) => new X509Certificate(pem))

test('the public key is found as OpenSSL has it, in certificates of every kind', () => {
  for (const certificate of certificates) {
    assert.deepEqual(publicKeyBytes(certificate), certificate.publicKey.export({ type: 'spki', format: 'der' }), certificate.subject)
  }
})

test('bytes that are cut or changed give a key, or none, and never a fault', () => {
  const [{ raw } = { raw: Buffer.alloc(0) }] = certificates
  fc.assert(
    fc.property(fc.nat(raw.length), fc.nat(raw.length - 1), fc.nat(255), (cut, at, byte) => {
      const changed = Buffer.from(raw)
      changed[at] = byte
      for (const bytes of [raw.subarray(0, cut), changed, changed.subarray(0, cut)]) {
        assert.ok((publicKeyBytes({ raw: bytes })?.length ?? 0) <= raw.length)
      }
    }),
  )
})

test('a record matches the certificate it was made from and no other', () => {
  const [own, ...others] = certificates
  assert.ok(own !== undefined)
  const bytes = (selector: number): Buffer => (selector === 0 ? own.raw : Buffer.from(own.publicKey.export({ type: 'spki', format: 'der' })))
  for (const selector of [0, 1]) {
    for (const [matching, data] of [bytes(selector), createHash('sha256').update(bytes(selector)).digest(), createHash('sha512').update(bytes(selector)).digest()].entries()) {
      const [record] = usableRecords([{ usage: 3, selector, matching, data: data.toString('base64') }])
      assert.ok(record !== undefined)
      assert.ok(matches(record, own) && !others.some((other) => matches(record, other)))
      assert.equal(tlsaText(record), `3 ${selector} ${matching} ${data.toString('hex')}`)
    }
  }
})

test('of what can not be used nothing is, and of too many only some', () => {
  const digest = Buffer.alloc(32, 1).toString('base64')
  const record = { usage: 3, selector: 1, matching: 1, data: digest }
  const bad = [{ usage: 0 }, { usage: 1 }, { usage: 4 }, { selector: 2 }, { matching: 3 }, { matching: 2 }, { data: '' }, { data: 'no base64!' }, { data: Buffer.alloc(31).toString('base64') }]
  assert.deepEqual(usableRecords(bad.map((wrong) => ({ ...record, ...wrong }))), [])
  assert.equal(usableRecords(Array.from({ length: 100 }, () => record)).length, tlsaRecordsMax)
})
