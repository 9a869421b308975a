import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DomainLine } from '@bulkhead/door/contracts/desk.ts'
import type { Signer } from '@bulkhead/door/contracts/vault.ts'
import { zoneDns, type Zone, type ZoneName } from '@bulkhead/flow/testing/zone.ts'
import type { DomainFacts } from './check.ts'
import { checkDomain, isTrouble, wantedOf } from './check-domain.ts'

const signer: Signer = { selector: 's1-rsa', algorithm: 'rsa-sha256', publicKey: Buffer.alloc(300, 5).toString('base64'), state: 'signing', sinceMs: 0 }
const next: Signer = { selector: 's1-ed', algorithm: 'ed25519-sha256', publicKey: Buffer.alloc(32, 6).toString('base64'), state: 'published', sinceMs: 0 }
const facts: DomainFacts = {
  domain: 'hikari.example',
  brand: 'hikari',
  host: { hostName: 'mx.isp.example', address: '192.0.2.25', egress: [], portBase: 0, stsId: 'abc123', keyDigest: Buffer.alloc(32, 7).toString('base64') },
  signers: [signer, next],
  nowMs: 0,
}
const ours = { usage: 3, selector: 1, matching: 1, data: facts.host.keyDigest }
const right: Zone = {
  'hikari.example': { MX: [{ preference: 10, host: 'mx.isp.example' }], TXT: ['v=spf1 mx ~all', 'something-else=1'] },
  'mx.isp.example': { secure: true, A: ['192.0.2.25'], AAAA: ['2001:db8::25'] },
  '_25._tcp.mx.isp.example': { secure: true, TLSA: [ours] },
  '25.2.0.192.in-addr.arpa': { PTR: ['mx.isp.example'] },
  's1-rsa._domainkey.hikari.example': { TXT: [`v=DKIM1; k=rsa; p=${signer.publicKey}`] },
  's1-ed._domainkey.hikari.example': { TXT: [`v=DKIM1; k=ed25519; p=${next.publicKey}`] },
  '_dmarc.hikari.example': { TXT: ['v=DMARC1; p=reject'] },
  '_mta-sts.hikari.example': { TXT: ['v=STSv1; id=abc123;'] },
  'mta-sts.hikari.example': { CNAME: ['mx.isp.example'] },
  '_smtp._tls.hikari.example': { TXT: ['v=TLSRPTv1; rua=mailto:tls@hikari.example'] },
  '_imaps._tcp.hikari.example': { SRV: [{ priority: 0, weight: 1, port: 993, host: 'mx.isp.example' }] },
  '_pop3s._tcp.hikari.example': { SRV: [{ priority: 10, weight: 1, port: 995, host: 'mx.isp.example' }] },
  '_submissions._tcp.hikari.example': { SRV: [{ priority: 0, weight: 1, port: 465, host: 'mx.isp.example' }] },
}
const policy = { policy: { mode: 'testing', mx: ['*.isp.example'], maxAgeSeconds: 1 }, problem: '' }

const check = async (changes: Readonly<Record<string, ZoneName | undefined>> = {}, fetched: { policy: typeof policy.policy | null; problem: string } = policy) => {
  const zone = Object.fromEntries(Object.entries({ ...right, ...changes }).filter((entry): entry is [string, ZoneName] => entry[1] !== undefined))
  const lines = await checkDomain(facts, { ...zoneDns(zone), policy: () => Promise.resolve(fetched) })
  return { lines, line: (what: string): DomainLine => lines.find((line) => line.what === what) ?? assert.fail(what) }
}

test('where everything is as it should be, everything is good and nothing is advised', async () => {
  const { lines, line } = await check()
  assert.deepEqual(line('SRV _sieve').wanted, ['0 1 4190 mx.isp.example.'])
  const asked = lines.filter(({ need }) => need !== 'optional')
  assert.deepEqual(asked.filter(({ state }) => state !== 'good'), [])
  assert.deepEqual(asked.filter(({ advice }) => advice !== '').map(({ what }) => what), [])
  assert.ok(!lines.some(isTrouble))
})

test('what is wanted is what is good: nothing is necessary or recommended without a line of a zone or a word why', () => {
  const names = wantedOf(facts).filter(({ need }) => need !== 'optional').map(({ name, type }) => `${type} ${name}`)
  for (const name of Object.keys(right)) assert.ok(names.some((one) => one.endsWith(` ${name}`)), name)
})

type Case = readonly [string, Readonly<Record<string, ZoneName | undefined>>, string, DomainLine['state'], boolean, RegExp]
const cases: readonly Case[] = [
  ['no MX', { 'hikari.example': { TXT: ['v=spf1 mx:mx.isp.example ~all'] } }, 'MX', 'missing', true, /Nobody can send mail/],
  ['an MX elsewhere', { 'hikari.example': { MX: [{ preference: 5, host: 'mx.old.example' }], TXT: [] } }, 'MX', 'wrong', true, /goes elsewhere/],
  ['another MX before ours', { 'hikari.example': { MX: [{ preference: 5, host: 'mx.filter.example' }, { preference: 10, host: 'mx.isp.example' }], TXT: ['v=spf1 mx ~all'] } }, 'MX', 'good', false, /mx\.filter\.example first/],
  ['a host without address', { 'mx.isp.example': undefined }, 'host', 'missing', true, /nobody can connect/],
  ['a host elsewhere', { 'mx.isp.example': { A: ['192.0.2.99'] } }, 'host', 'wrong', true, /listens on 192\.0\.2\.25/],
  ['no reverse name', { '25.2.0.192.in-addr.arpa': undefined }, 'reverse name', 'missing', false, /Ask whoever gave you/],
  ['no SPF', { 'hikari.example': { MX: [{ preference: 10, host: 'mx.isp.example' }] } }, 'SPF', 'missing', true, /Add the record/],
  ['two SPF records', { 'hikari.example': { MX: [{ preference: 10, host: 'mx.isp.example' }], TXT: ['v=spf1 mx -all', 'v=spf1 -all'] } }, 'SPF', 'wrong', true, /several/],
  ['an SPF record without us', { 'hikari.example': { MX: [{ preference: 10, host: 'mx.isp.example' }], TXT: ['v=spf1 ip4:198.51.100.1 -all'] } }, 'SPF', 'wrong', true, /gets "fail"/],
  ['an SPF record for everybody', { 'hikari.example': { MX: [{ preference: 10, host: 'mx.isp.example' }], TXT: ['v=spf1 mx +all'] } }, 'SPF', 'wrong', true, /allows everybody/],
  ['an SPF record that is none', { 'hikari.example': { MX: [{ preference: 10, host: 'mx.isp.example' }], TXT: ['v=spf1 mxx -all'] } }, 'SPF', 'wrong', true, /can not be read/],
  ['no key in DNS', { 's1-rsa._domainkey.hikari.example': undefined }, 'DKIM s1-rsa', 'missing', true, /counts as none/],
  ['another key in DNS', { 's1-rsa._domainkey.hikari.example': { TXT: ['v=DKIM1; p=AAAA'] } }, 'DKIM s1-rsa', 'wrong', true, /another key/],
  ['a key that is to come', { 's1-ed._domainkey.hikari.example': undefined }, 'DKIM s1-ed', 'missing', false, /begins to sign/],
  ['no DMARC', { '_dmarc.hikari.example': undefined }, 'DMARC', 'missing', true, /Add the record/],
  ['a DMARC record at the top that is not for it', { '_dmarc.hikari.example': undefined, '_dmarc.example': { TXT: ['v=other; p=reject'] } }, 'DMARC', 'missing', true, /Add the record/],
  ['DMARC without a policy', { '_dmarc.hikari.example': { TXT: ['v=DMARC1; rua=mailto:a@b.example'] } }, 'DMARC', 'wrong', true, /names no policy/],
  ['a DMARC record above that only listens', { '_dmarc.hikari.example': undefined, '_dmarc.example': { TXT: ['v=DMARC1; p=reject; sp=none'] } }, 'DMARC', 'good', false, /p=quarantine/],
  ['two DMARC records', { '_dmarc.hikari.example': { TXT: ['v=DMARC1; p=none', 'v=DMARC1; p=reject'] } }, 'DMARC', 'wrong', true, /several/],
  ['DMARC that only listens', { '_dmarc.hikari.example': { TXT: ['v=DMARC1; p=none'] } }, 'DMARC', 'good', false, /p=quarantine/],
  ['an old MTA-STS id', { '_mta-sts.hikari.example': { TXT: ['v=STSv1; id=old;'] } }, 'MTA-STS', 'wrong', false, /has changed/],
  ['no policy host', { 'mta-sts.hikari.example': undefined }, 'MTA-STS host', 'missing', false, /fetched from this name/],
  ['a policy host by address', { 'mta-sts.hikari.example': { A: ['192.0.2.25'] } }, 'MTA-STS host', 'good', false, /^$/],
  ['a policy host by IPv6 alone', { 'mta-sts.hikari.example': { AAAA: ['2001:db8::25'] } }, 'MTA-STS host', 'good', false, /^$/],
  ['a logo', { 'default._bimi.hikari.example': { TXT: ['v=BIMI1; l=https://hikari.example/logo.svg; a='] } }, 'BIMI', 'good', false, /^$/],
  ['a logo that is none', { 'default._bimi.hikari.example': { TXT: ['v=BIMI1; l=logo.svg'] } }, 'BIMI', 'wrong', false, /names no logo/],
  ['two records for TLS reports', { '_smtp._tls.hikari.example': { TXT: ['v=TLSRPTv1; rua=mailto:a@hikari.example', 'v=TLSRPTv1; rua=mailto:b@hikari.example'] } }, 'TLS-RPT', 'wrong', false, /exactly one/],
  ['TLS reports to nobody', { '_smtp._tls.hikari.example': { TXT: ['v=TLSRPTv1;'] } }, 'TLS-RPT', 'wrong', false, /nobody to report to/],
  ['no TLSA', { '_25._tcp.mx.isp.example': undefined }, 'TLSA', 'missing', false, /DNSSEC/],
  ['a TLSA of another key', { '_25._tcp.mx.isp.example': { secure: true, TLSA: [{ ...ours, data: 'AAAA' }] } }, 'TLSA', 'wrong', true, /can\u2019t deliver/],
  ['a TLSA of another key in a zone that is not signed', { '_25._tcp.mx.isp.example': { TLSA: [{ ...ours, data: 'AAAA' }] } }, 'TLSA', 'wrong', false, /can\u2019t deliver/],
  ['a TLSA that nobody vouches for', { '_25._tcp.mx.isp.example': { TLSA: [ours] } }, 'TLSA', 'good', false, /no effect yet/],
  ['IMAP elsewhere', { '_imaps._tcp.hikari.example': { SRV: [{ priority: 0, weight: 0, port: 0, host: '' }] } }, 'SRV _imaps', 'wrong', false, /elsewhere/],
  ['DNS that is away', { 'hikari.example': 'away' }, 'MX', 'away', true, /try again/],
]
for (const [name, changes, what, state, trouble, advice] of cases) {
  test(`a domain with ${name}`, async () => {
    const { line } = await check(changes)
    const found = line(what)
    assert.deepEqual([found.state, isTrouble(found)], [state, trouble], JSON.stringify(found))
    assert.match(found.advice, advice)
  })
}

test('a DMARC record above holds for a domain below', async () => {
  const below = { ...facts, domain: 'post.hikari.example', signers: [] }
  const lines = await checkDomain(below, { ...zoneDns(right), policy: () => Promise.resolve(policy) })
  const line = lines.find(({ what }) => what === 'DMARC')
  assert.deepEqual([line?.state, line?.found], ['good', ['v=DMARC1; p=reject (at _dmarc.hikari.example)']])
})

test('a policy that can\u2019t be fetched, or names other hosts, says so', async () => {
  const none = (await check({}, { policy: null, problem: 'HTTP status 404' })).line('MTA-STS policy')
  assert.deepEqual([none.state, /HTTP status 404/.test(none.advice)], ['missing', true])
  const other = (await check({}, { policy: { ...policy.policy, mx: ['mx.old.example'] }, problem: '' })).line('MTA-STS policy')
  assert.equal(other.state, 'wrong')
})

test('addresses that mail of the brand leaves from are wanted in SPF, one by one', async () => {
  const source = (v4: string, v6: string | null) => ({ v4, v6, hostName: null })
  const egress = [{ brands: ['hikari'], sources: [source('192.0.2.10', '2001:db8::10'), source('192.0.2.11', null)] }, { brands: [], sources: [source('192.0.2.20', null)] }]
  const pooled = { ...facts, host: { ...facts.host, egress } }
  const spfOf = async (txt: string) => {
    const zone = zoneDns({ ...right, 'hikari.example': { TXT: [txt], MX: [{ preference: 10, host: 'mx.isp.example' }] } })
    return (await checkDomain(pooled, { ...zone, policy: () => Promise.resolve(policy) })).find(({ what }) => what === 'SPF')
  }
  const wanted = 'v=spf1 mx ip4:192.0.2.10 ip6:2001:db8::10 ip4:192.0.2.11 ~all'
  assert.deepEqual(wantedOf(pooled).find(({ what }) => what === 'SPF')?.wanted, [`"${wanted}"`])
  assert.equal((await spfOf(wanted))?.state, 'good')
  const lacking = await spfOf('v=spf1 mx ip4:192.0.2.10 ip6:2001:db8::10 ~all')
  assert.equal(lacking?.state, 'wrong')
  assert.match(lacking?.advice ?? '', /192\.0\.2\.11\) gets "softfail"\. Put "ip4:192\.0\.2\.11" into the record/)
})

test('a cell on every address, or behind a router, is checked without an address of its own', async () => {
  const lines = await checkDomain({ ...facts, host: { ...facts.host, address: null } }, { ...zoneDns(right), policy: () => Promise.resolve(policy) })
  assert.deepEqual(lines.filter(({ what, state }) => ['host', 'SPF'].includes(what) && state !== 'good'), [])
  assert.ok(!lines.some(({ what }) => what === 'reverse name'))
})
