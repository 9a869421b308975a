/** What every `Dns` promises, whoever answers. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Zone } from '../testing/zone.ts'
import type { Dns } from './dns.ts'

export type OpenDns = (zone: Zone) => Promise<AsyncDisposable & { readonly dns: Dns }>

const zone: Zone = {
  'example.org': { MX: [{ preference: 10, host: 'mx.example.org' }, { preference: 20, host: '' }], TXT: ['v=spf1 -all', 'x'.repeat(700), 'caf\xe9'], AAAA: 'away' },
  'mx.example.org': { A: ['192.0.2.1', '192.0.2.2'], AAAA: ['2001:db8::1'] },
  '_25._tcp.mx.signed.example': { secure: true, TLSA: [{ usage: 3, selector: 1, matching: 1, data: Buffer.alloc(32, 7).toString('base64') }] },
  '_imaps._tcp.example.org': { SRV: [{ priority: 0, weight: 1, port: 993, host: 'imap.example.org' }] },
  '1.2.0.192.in-addr.arpa': { PTR: ['mx.example.org'] },
  'www.example.org': { CNAME: ['host.signed.example'] },
  'nowhere.example.org': { CNAME: ['gone.signed.example'] },
  'signed.example': { secure: true, SOA: [{ primary: 'ns.signed.example', mailbox: 'hostmaster.signed.example', serial: 7, minimumSeconds: 60 }], NS: ['ns.signed.example'] },
  'host.signed.example': { secure: true, A: ['192.0.2.2'] },
  'alias.signed.example': { secure: true, CNAME: ['host.signed.example'] },
  'round.example.org': { CNAME: ['about.example.org'] },
  'about.example.org': { CNAME: ['round.example.org'] },
  'sick.example': 'away',
}

export const dnsContract = (what: string, open: OpenDns): void => {
  const claims: Record<string, (dns: Dns) => Promise<void>> = {
    'records come as values, names in any case, with or without the final dot': async (dns) => {
      const mx = await dns.query('Example.ORG.', 'MX')
      assert.ok(mx.is === 'found')
      assert.equal(mx.name, 'example.org')
      assert.deepEqual(mx.records, [{ preference: 10, host: 'mx.example.org' }, { preference: 20, host: '' }])
      const text = await dns.query('example.org', 'TXT')
      assert.deepEqual(text.is === 'found' && text.records, ['v=spf1 -all', 'x'.repeat(700), 'caf\xe9'])
      const v6 = await dns.query('mx.example.org', 'AAAA')
      assert.deepEqual(v6.is === 'found' && v6.records, ['2001:db8::1'])
      const pointer = await dns.query('1.2.0.192.in-addr.arpa', 'PTR')
      assert.deepEqual(pointer.is === 'found' && pointer.records, ['mx.example.org'])
      const service = await dns.query('_imaps._tcp.example.org', 'SRV')
      assert.deepEqual(service.is === 'found' && service.records, [{ priority: 0, weight: 1, port: 993, host: 'imap.example.org' }])
    },
    'a name without such records is told from one that is not there': async (dns) => {
      assert.equal((await dns.query('example.org', 'A')).is, 'none')
      assert.equal((await dns.query('org', 'A')).is, 'none')
      assert.equal((await dns.query('nobody.example.org', 'A')).is, 'noSuchName')
      assert.equal((await dns.query('nowhere.example.org', 'A')).is, 'noSuchName')
    },
    'what nobody can say now is away': async (dns) => {
      assert.deepEqual(await dns.query('example.org', 'AAAA'), { is: 'away' })
      assert.deepEqual(await dns.query('deep.sick.example', 'A'), { is: 'away' })
      assert.deepEqual(await dns.query('round.example.org', 'A'), { is: 'away' })
    },
    'aliases are followed, and are answers when they are asked for': async (dns) => {
      const followed = await dns.query('www.example.org', 'A')
      assert.ok(followed.is === 'found')
      assert.deepEqual([followed.name, followed.records], ['host.signed.example', ['192.0.2.2']])
      const alias = await dns.query('www.example.org', 'CNAME')
      assert.deepEqual(alias.is === 'found' && [alias.name, alias.records], ['www.example.org', ['host.signed.example']])
    },
    'secure is of the whole chain, and of absences too': async (dns) => {
      const secureOf = async (name: string, type: 'A' | 'TLSA' | 'SOA'): Promise<boolean | string> => {
        const answer = await dns.query(name, type)
        return answer.is === 'away' ? 'away' : answer.secure
      }
      assert.equal(await secureOf('host.signed.example', 'A'), true)
      assert.equal(await secureOf('alias.signed.example', 'A'), true)
      assert.equal(await secureOf('_25._tcp.mx.signed.example', 'TLSA'), true)
      assert.equal(await secureOf('signed.example', 'SOA'), true)
      assert.equal(await secureOf('nobody.signed.example', 'TLSA'), true)
      assert.equal(await secureOf('www.example.org', 'A'), false)
      assert.equal(await secureOf('mx.example.org', 'A'), false)
    },
    'a lifetime is a positive number of whole seconds': async (dns) => {
      for (const name of ['mx.example.org', 'nobody.example.org']) {
        const answer = await dns.query(name, 'A')
        assert.ok(answer.is !== 'away' && Number.isInteger(answer.ttlSeconds) && answer.ttlSeconds > 0)
      }
    },
  }
  for (const [claim, holds] of Object.entries(claims)) {
    test(`${what}: ${claim}`, async () => {
      await using opened = await open(zone)
      await holds(opened.dns)
    })
  }
}
