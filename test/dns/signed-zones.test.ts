/** A real validating resolver: what it vouches for, what it refuses, what does not fit a packet, seen by our client. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { systemClock } from '@bulkhead/base/clock.ts'
import { meter } from '@bulkhead/base/meter.ts'
import { validationOf } from '@bulkhead/flow/resolving/validation.ts'
import { startSignedZones, type SignedZones } from './signed-zones.ts'

const tlsa = { usage: 3, selector: 1, matching: 1, data: Buffer.alloc(32, 9).toString('base64') }
const policy = `v=spf1 ${'ip4:192.0.2.1 '.repeat(60)}-all; "quoted" \\ caf\xe9`

let zones: SignedZones
before(async () => {
  zones = await startSignedZones([
    {
      name: 'signed.example', is: 'signed', names: {
        'signed.example': { MX: [{ preference: 10, host: 'mx.signed.example' }], TXT: [policy] },
        'mx.signed.example': { A: ['192.0.2.1'], AAAA: ['2001:db8::1'] },
        '_25._tcp.mx.signed.example': { TLSA: [tlsa] },
        'alias.signed.example': { CNAME: ['mx.signed.example'] },
        'out.signed.example': { CNAME: ['host.plain.example'] },
        'many.signed.example': { TXT: Array.from({ length: 80 }, (_, at) => `${at} ${'x'.repeat(100)}`) },
        '1.2.0.192.in-addr.arpa': { PTR: ['mx.signed.example'] },
      },
    },
    { name: 'plain.example', is: 'unsigned', names: { 'host.plain.example': { A: ['192.0.2.2'] } } },
    { name: 'bogus.example', is: 'bogus', names: { 'mx.bogus.example': { A: ['192.0.2.3'] }, '_25._tcp.mx.bogus.example': { TLSA: [tlsa] } } },
  ])
})
after(() => zones[Symbol.asyncDispose]())

test('what is signed is secure: records, addresses, absences', async () => {
  const { dns } = zones
  const found = await dns.query('_25._tcp.mx.signed.example', 'TLSA')
  assert.deepEqual(found.is === 'found' && [found.secure, found.records], [true, [tlsa]])
  const text = await dns.query('signed.example', 'TXT')
  assert.deepEqual(text.is === 'found' && [text.secure, text.records], [true, [policy]])
  const alias = await dns.query('alias.signed.example', 'AAAA')
  assert.deepEqual(alias.is === 'found' && [alias.secure, alias.name, alias.records], [true, 'mx.signed.example', ['2001:db8::1']])
  const missing = await dns.query('_25._tcp.nobody.signed.example', 'TLSA')
  assert.deepEqual([missing.is, missing.is !== 'away' && missing.secure], ['noSuchName', true])
  const none = await dns.query('mx.signed.example', 'TLSA')
  assert.deepEqual([none.is, none.is !== 'away' && none.secure], ['none', true])
  const pointer = await dns.query('1.2.0.192.in-addr.arpa', 'PTR')
  assert.deepEqual(pointer.is === 'found' && pointer.records, ['mx.signed.example'])
})

test('what is not signed is found and not secure, also at the end of a signed alias', async () => {
  for (const name of ['host.plain.example', 'out.signed.example']) {
    const found = await zones.dns.query(name, 'A')
    assert.deepEqual(found.is === 'found' && [found.secure, found.records], [false, ['192.0.2.2']])
  }
  const missing = await zones.dns.query('_25._tcp.host.plain.example', 'TLSA')
  assert.deepEqual([missing.is, missing.is !== 'away' && missing.secure], ['noSuchName', false])
})

test('what does not validate is away, and so is its absence', async () => {
  assert.deepEqual(await zones.dns.query('mx.bogus.example', 'A'), { is: 'away' })
  assert.deepEqual(await zones.dns.query('_25._tcp.mx.bogus.example', 'TLSA'), { is: 'away' })
  assert.deepEqual(await zones.dns.query('nobody.bogus.example', 'MX'), { is: 'away' })
})

test('eighty long texts come by TCP, all of them', async () => {
  const found = await zones.dns.query('many.signed.example', 'TXT')
  assert.ok(found.is === 'found' && found.secure)
  assert.equal(new Set(found.records).size, 80)
})

test('this resolver validates', async () => {
  assert.equal(await validationOf({ servers: [zones.server], clock: systemClock, meter: meter() }, ''), 'validates')
  assert.equal(await validationOf({ servers: [zones.server], clock: systemClock, meter: meter() }, 'plain.example'), 'doesNotValidate')
  assert.equal(await validationOf({ servers: [{ ...zones.server, trusted: false }], clock: systemClock, meter: meter() }, ''), 'doesNotValidate')
})
