import assert from 'node:assert/strict'
import { createServer, type AddressInfo } from 'node:net'
import { test } from 'node:test'
import { rawPeer } from '../testing/raw-peer.ts'
import { testReaching } from '../testing/reaching.ts'
import { smtpSink } from '../testing/smtp-sink.ts'
import { zoneDns } from '../testing/zone.ts'
import { addressesOf } from './addresses.ts'
import { dialAny, families, mayLeave, sourceFor } from './dial.ts'
import { addressesMax, familiesHeldMax } from './limits.ts'
import { findWay, openWay } from './reach.ts'

const dial = (addresses: readonly string[], port: number) => dialAny({ addresses, port, source: null, timeoutMs: 30_000 })

test('the address that answers wins, be the others refusing or silent', async () => {
  await using sink = await smtpSink({ address: '127.0.0.2' })
  // 192.0.2.0/24 is nobody's (RFC 5737): silent, or no way leads there.
  for (const first of ['127.0.0.1', '192.0.2.1']) {
    const dialled = await dial([first, '127.0.0.2', '127.0.0.3'], sink.port)
    assert.ok(dialled.is === 'connected')
    assert.equal(dialled.address, '127.0.0.2')
    assert.ok(dialled.lost.every((address) => address === first))
    dialled.socket.destroy()
  }
})

test('where nobody answers the last reason is told', async () => {
  await using sink = await smtpSink({ address: '127.0.0.2' })
  assert.deepEqual(await dial(['127.0.0.1', '127.0.0.3'], sink.port), { is: 'unreachable', reason: 'no connection: ECONNREFUSED' })
  assert.equal((await dial([], sink.port)).is, 'unreachable')
})

test('the source address is the one given, and a family without one is not used', async () => {
  const seen: string[] = []
  const server = createServer((socket) => {
    seen.push(socket.remoteAddress ?? '')
    socket.destroy()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const source = { v4: '127.0.0.9', v6: null }
  const dialled = await dialAny({ addresses: ['127.0.0.1'], port, source, timeoutMs: 30_000 })
  assert.ok(dialled.is === 'connected')
  await new Promise((resolve) => dialled.socket.once('close', resolve).resume())
  server.close()
  assert.deepEqual(seen, ['127.0.0.9'])
  assert.deepEqual([sourceFor(source, '::1'), mayLeave(source, '::1'), mayLeave(source, '127.0.0.1'), mayLeave(null, '::1')], [null, false, true, true])
})

test('IPv6 and IPv4 are tried in turns, and the family that answered first of all', async () => {
  const dns = zoneDns({ 'mx.example': { secure: true, AAAA: ['2001:db8::1', '2001:db8::2'], A: ['192.0.2.1'] }, 'many.example': { A: Array.from({ length: 90 }, (_, at) => `192.0.2.${at}`) } })
  const both = await addressesOf(dns, 'mx.example', 'dns')
  assert.deepEqual(both, { is: 'found', addresses: ['2001:db8::1', '192.0.2.1', '2001:db8::2'], secure: true, name: 'mx.example' })
  const many = await addressesOf(dns, 'many.example', 'dns')
  assert.equal(many.is === 'found' && many.addresses.length, addressesMax)
  const known = families()
  const { addresses } = both
  assert.deepEqual(known.ordered('mx.example', addresses), addresses)
  known.answered('mx.example', '192.0.2.1')
  assert.deepEqual(known.ordered('mx.example', addresses), ['192.0.2.1', '2001:db8::1', '2001:db8::2'])
  for (let at = 0; at < familiesHeldMax; at += 1) known.answered(`${at}.example`, '192.0.2.1')
  assert.deepEqual(known.ordered('mx.example', addresses), addresses)
})

test('a family that DNS can not tell of does not hold up the other; both away is away', async () => {
  const dns = zoneDns({ 'half.example': { AAAA: 'away', A: ['192.0.2.1'] }, 'gone.example': 'away', 'bare.example': { TXT: ['x'] } })
  assert.equal((await addressesOf(dns, 'half.example', 'dns')).is, 'found')
  assert.deepEqual([await addressesOf(dns, 'gone.example', 'dns'), await addressesOf(dns, 'bare.example', 'dns')], [{ is: 'away' }, { is: 'none' }])
})

test('an address that does not speak SMTP is left for the next', async () => {
  await using mute = await rawPeer((socket) => socket.end('SSH-2.0\r\n'))
  await using sink = await smtpSink({ address: '127.0.0.2', port: mute.port })
  const dns = zoneDns({ 'far.example': { A: ['127.0.0.1', '127.0.0.2'] } })
  const reaching = testReaching({ dns, localOnly: true, smtpPort: sink.port })
  const way = await findWay(reaching, { to: 'exchangers', domain: 'far.example' })
  assert.ok('key' in way)
  const reached = await openWay(reaching, way)
  assert.ok(reached.is === 'open')
  assert.deepEqual([reached.session.address, mute.connections()], ['127.0.0.2', 1])
  reached.session.conversation.destroy('test is over')
})
