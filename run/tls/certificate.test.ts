import assert from 'node:assert/strict'
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { test } from 'node:test'
import { connect, createServer } from 'node:tls'
import { issueServer, newAuthority } from './certificate.ts'

const nowMs = Date.now()
const authority = newAuthority('Test authority', nowMs)
const issuer = { commonName: 'Test authority', key: createPrivateKey(authority.key) }
const server = issueServer(issuer, ['mx.minato.example', 'localhost', '127.0.0.1', '::1'], nowMs, 90)

test('a server certificate is signed by its authority and names hosts and addresses', () => {
  const ca = new X509Certificate(authority.certificate)
  const leaf = new X509Certificate(server.certificate)
  assert.ok(ca.ca)
  assert.ok(!leaf.ca)
  assert.ok(leaf.verify(ca.publicKey))
  assert.ok(leaf.checkIssued(ca))
  assert.equal(leaf.checkHost('mx.minato.example'), 'mx.minato.example')
  assert.equal(leaf.checkHost('mx.kaede.example'), undefined)
  assert.equal(leaf.checkIP('127.0.0.1'), '127.0.0.1')
  assert.ok(leaf.checkIP('::1'))
  assert.ok(leaf.checkPrivateKey(createPrivateKey(server.key)))
})

test('a client that trusts the authority, and only such a one, completes a handshake', async () => {
  const listener = createServer({ cert: server.certificate, key: server.key }, (socket) => socket.end('hello'))
  listener.on('tlsClientError', () => undefined)
  listener.listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const address = listener.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  try {
    const trusting = connect({ port, host: '127.0.0.1', servername: 'mx.minato.example', ca: authority.certificate })
    await once(trusting, 'secureConnect')
    assert.ok(trusting.authorized)
    trusting.destroy()
    const strange = connect({ port, host: '127.0.0.1', servername: 'mx.minato.example' })
    await assert.rejects(once(strange, 'secureConnect'), /certificate/)
  } finally {
    listener.close()
  }
})
