import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { decodeBase64 } from './base64.ts'
import { saslServer, type SaslStep } from './server.ts'

const b64 = (text: string) => Buffer.from(Buffer.from(text).toString('base64'))
const server = (name: string) => {
  const made = saslServer(name)
  assert.ok(made !== undefined)
  return made
}
const pair = (step: SaslStep) =>
  step.is === 'credentials' ? [step.credentials.login, String(step.credentials.password)] : step.is

test('base64 is what Node encodes, and nothing else', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 50 }), (bytes) => {
    assert.deepEqual(decodeBase64(Buffer.from(Buffer.from(bytes).toString('base64')), 50), Buffer.from(bytes))
  }))
  fc.assert(fc.property(fc.stringMatching(/^[A-Za-z0-9+/= \-_]{0,16}$/), (text) => {
    const bytes = decodeBase64(Buffer.from(text), 50)
    assert.equal(bytes !== undefined, Buffer.from(text, 'base64').toString('base64') === text)
  }), { numRuns: 2_000 })
  assert.equal(decodeBase64(Buffer.from('AAAA'), 2), undefined)
})

test('PLAIN with and without an initial response gives the pair', () => {
  assert.deepEqual(pair(server('plain').start(b64('\0alice@a.example\0geheim'))), ['alice@a.example', 'geheim'])
  const later = server('PLAIN')
  assert.deepEqual(later.start(undefined), { is: 'challenge', base64: '' })
  assert.deepEqual(pair(later.respond(b64('alice\0alice\0pä ss'))), ['alice', 'pä ss'])
})

test('PLAIN refuses acting as another, missing parts, empty parts, NULs and bad base64', () => {
  for (const text of ['bob\0alice\0pw', 'alice\0pw', '\0\0pw', '\0alice\0', '\0alice\0p\0w', '\0a\r\nb\0pw', '', `\0${'a'.repeat(600)}\0pw`, `\0a\0${'p'.repeat(1_100)}`]) {
    assert.equal(pair(server('PLAIN').start(b64(text))), 'malformed')
  }
  assert.equal(pair(server('PLAIN').start(Buffer.from('!!!!'))), 'malformed')
  assert.equal(pair(server('PLAIN').respond(Buffer.from('*'))), 'cancelled')
})

test('LOGIN asks for both, takes the first as an initial response, and can be cancelled', () => {
  const asked = server('LOGIN')
  assert.equal(asked.start(undefined).is, 'challenge')
  assert.deepEqual(asked.respond(b64('alice')), { is: 'challenge', base64: 'UGFzc3dvcmQ6' })
  assert.deepEqual(pair(asked.respond(b64('pw'))), ['alice', 'pw'])
  const short = server('LOGIN')
  assert.equal(short.start(b64('alice')).is, 'challenge')
  assert.equal(short.respond(Buffer.from('*')).is, 'cancelled')
  assert.equal(saslServer('CRAM-MD5'), undefined)
})

test('hostile responses never throw', () => {
  fc.assert(fc.property(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 3 }), (lines) => {
    for (const name of ['PLAIN', 'LOGIN']) {
      const machine = server(name)
      for (const line of lines) if (machine.respond(line).is !== 'challenge') break
    }
  }))
})
