import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { deviceKeyOf } from './device-key.ts'
import { proofTarget, readProof } from './proof.ts'
import { newDevice } from './testing/prover.ts'

const device = newDevice()
const claims = { jti: 'one', htm: 'POST', htu: 'https://mail.example/jmap/api', iat: 1_700_000_000 }

test('RFC 9449 section 4.1: the proof printed there is of the key printed there', () => {
  const printed = [
    'eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNoUklDUkRZOXpDa0RscEJoRjQyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpm',
    'X09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R2R1JEQSIsImNydiI6IlAtMjU2In19.eyJqdGkiOiItQndDM0VTYzZhY2MybFRjIiwiaHRtIjoiUE9TVCIsImh0dSI6Imh0dHBzOi8vc2VydmVyLm',
    'V4YW1wbGUuY29tL3Rva2VuIiwiaWF0IjoxNTYyMjYyNjE2fQ.2-GxA6T8lP4vfrg8v-FdWP0A0zdrj8igiMLvqRMUvwnQg4PtFLbdLXiOSsX0x7NVY-FNyJK70nfbV37xRZT3Lg',
  ].join('')
  const proof = readProof(printed)
  assert.deepEqual([proof?.jti, proof?.htm, proof?.htu, proof?.iat], ['-BwC3ESc6acc2lTc', 'POST', 'https://server.example.com/token', 1562262616])
  // Section 6.1.
  assert.equal(proof?.key.thumbprint, '0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I')
})

test('a proof says what it is for', () => {
  const proof = readProof(device.sealed({ ...claims, ath: 'abc' }))
  assert.deepEqual([proof?.jti, proof?.htm, proof?.htu, proof?.iat, proof?.ath], ['one', 'POST', claims.htu, 1_700_000_000, 'abc'])
  assert.equal(proof?.key.thumbprint, deviceKeyOf(device.jwk)?.thumbprint)
})

const refused: Readonly<Record<string, string>> = {
  'another type': device.sealed(claims, { typ: 'JWT' }),
  'no signature asked for': device.sealed(claims, { alg: 'none' }),
  'a symmetric algorithm': device.sealed(claims, { alg: 'HS256' }),
  'something critical that nobody knows': device.sealed(claims, { crit: ['exp'] }),
  'the key of somebody else': device.sealed(claims, { jwk: newDevice().jwk }),
  'a private key': device.sealed(claims, { jwk: { ...device.jwk, d: device.jwk.x } }),
  'no key': device.sealed(claims, { jwk: undefined }),
  'no jti': device.sealed({ ...claims, jti: undefined }),
  'an empty jti': device.sealed({ ...claims, jti: '' }),
  'a jti without end': device.sealed({ ...claims, jti: 'x'.repeat(129) }),
  'an iat that is text': device.sealed({ ...claims, iat: '1700000000' }),
  'too much': device.sealed({ ...claims, htu: `https://a.example/${'x'.repeat(3_000)}` }),
}
for (const [what, text] of Object.entries(refused)) test(`refused: ${what}`, () => assert.equal(readProof(text), undefined))

test('no change of a character leaves a proof', () => {
  const good = device.sealed(claims)
  fc.assert(fc.property(fc.nat(good.length - 2), fc.constantFrom('A', 'b', '.', '=', ' '), (at, character) => {
    // The last character of 86 holds bits that mean nothing.
    if (good[at] === character) return
    assert.equal(readProof(`${good.slice(0, at)}${character}${good.slice(at + 1)}`), undefined)
  }), { numRuns: 300 })
})

test('the target is compared without query and fragment, and normalised', () => {
  assert.equal(proofTarget('https://Mail.Example:443/jmap/api?x=1#y'), 'https://mail.example/jmap/api')
  assert.equal(proofTarget('http://localhost:10080'), 'http://localhost:10080/')
  for (const bad of ['', 'mail.example/jmap', 'ftp://mail.example/', 'https://a:b@mail.example/', 'javascript:1']) assert.equal(proofTarget(bad), undefined)
})
