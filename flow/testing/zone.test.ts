import assert from 'node:assert/strict'
import { test } from 'node:test'
import { zoneDns } from './zone.ts'

const dns = zoneDns({
  'example.org': { MX: [{ preference: 10, host: 'mx.example.org' }], TXT: ['v=spf1 -all'], AAAA: 'away' },
  'mx.example.org': { A: ['192.0.2.1'] },
  'www.example.org': { CNAME: ['host.signed.example'] },
  'loop.example.org': { CNAME: ['loop.example.org'] },
  'signed.example': { secure: true, TXT: [] },
  'host.signed.example': { secure: true, A: ['192.0.2.2'] },
  'alias.signed.example': { secure: true, CNAME: ['mx.example.org'] },
  'sick.example': 'away',
})

test('a table answers what it has, and tells none from no such name', async () => {
  assert.deepEqual(await dns.query('Example.ORG.', 'MX'), {
    is: 'found', secure: false, ttlSeconds: 300, name: 'example.org', records: [{ preference: 10, host: 'mx.example.org' }],
  })
  assert.equal((await dns.query('example.org', 'A')).is, 'none')
  assert.equal((await dns.query('signed.example', 'TXT')).is, 'none')
  assert.equal((await dns.query('org', 'A')).is, 'none')
  assert.equal((await dns.query('nobody.example.org', 'A')).is, 'noSuchName')
  assert.equal((await dns.query('example.org', 'AAAA')).is, 'away')
  assert.equal((await dns.query('deep.sick.example', 'A')).is, 'away')
})

test('a table follows CNAMEs, and a chain is secure as a whole or not at all', async () => {
  assert.deepEqual(await dns.query('www.example.org', 'A'), { is: 'found', secure: false, ttlSeconds: 300, name: 'host.signed.example', records: ['192.0.2.2'] })
  assert.deepEqual(await dns.query('www.example.org', 'CNAME'), { is: 'found', secure: false, ttlSeconds: 300, name: 'www.example.org', records: ['host.signed.example'] })
  const alias = await dns.query('alias.signed.example', 'A')
  assert.deepEqual([alias.is, alias.is === 'found' && alias.secure], ['found', false])
  assert.equal((await dns.query('loop.example.org', 'A')).is, 'away')
  const missing = await dns.query('nobody.signed.example', 'TLSA')
  assert.deepEqual(missing, { is: 'noSuchName', secure: true, ttlSeconds: 300 })
})
