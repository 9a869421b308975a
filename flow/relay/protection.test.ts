/** What TLS has to prove before a message leaves: DANE (RFC 7672), MTA-STS (RFC 8461), REQUIRETLS (RFC 8689). */
import assert from 'node:assert/strict'
import { createHash, createPrivateKey, X509Certificate } from 'node:crypto'
import { test } from 'node:test'
import type { DnsRecords } from '@bulkhead/door/contracts/scout.ts'
import type { TlsResult } from '@bulkhead/mail/ports/tls-results.ts'
import { issueServer, newAuthority } from '@bulkhead/run/tls/certificate.ts'
import type { StsPolicy } from '@bulkhead/wire/sts/policy.ts'
import { testReaching } from '../testing/reaching.ts'
import { smtpSink, type SinkScript } from '../testing/smtp-sink.ts'
import { zoneDns, type Zone } from '../testing/zone.ts'
import { publicKeyBytes } from './dane/tlsa.ts'
import { findWay, goodbye, openWay, wayFor, type Reaching, type Travel } from './reach.ts'
import { suits } from './session.ts'
import { trustOnly } from './trust.ts'

const nowMs = Date.now()
const dayMs = 86_400_000
const authority = newAuthority('Test authority', nowMs)
const stranger = newAuthority('Stranger', nowMs)
const issuedBy = ({ certificate, key }: typeof authority, name: string, names: readonly string[], atMs: number, days: number) => {
  const own = issueServer({ commonName: name, key: createPrivateKey(key) }, names, atMs, days)
  return { key: own.key, certificate: own.certificate + certificate, own: own.certificate }
}
const mx = 'mx.far.example'
const good = issuedBy(authority, 'Test authority', [mx], nowMs, 30)
const expired = issuedBy(authority, 'Test authority', [mx], nowMs - 60 * dayMs, 30)
const otherName = issuedBy(authority, 'Test authority', ['mx.other.example'], nowMs, 30)
const nextHop = issuedBy(authority, 'Test authority', ['far.example'], nowMs, 30)
const untrusted = issuedBy(stranger, 'Stranger', [mx], nowMs, 30)

const trust = trustOnly([authority.certificate])

type Tlsa = DnsRecords['TLSA']
const digest = (algorithm: string, bytes: Buffer): Buffer => createHash(algorithm).update(bytes).digest()
const tlsa = (usage: number, selector: number, matching: number, pem: string): Tlsa => {
  const certificate = new X509Certificate(pem)
  const bytes = selector === 0 ? certificate.raw : (publicKeyBytes(certificate) ?? Buffer.alloc(0))
  const data = matching === 1 ? digest('sha256', bytes) : matching === 2 ? digest('sha512', bytes) : bytes
  return { usage, selector, matching, data: data.toString('base64') }
}

const signedZone = (records: readonly Tlsa[] | 'away', port: number, more: Zone = {}): Zone => ({
  example: { secure: true },
  'far.example': { secure: true, MX: [{ preference: 10, host: mx }] },
  [mx]: { secure: true, A: ['127.0.0.1'] },
  [`_${port}._tcp.${mx}`]: { secure: true, TLSA: records },
  ...more,
})

interface Seen {
  /** `open dane` or `deferred 4.7.5`. */
  readonly came: string
  readonly results: readonly TlsResult[]
  readonly commands: readonly string[]
  readonly asked: readonly string[]
}

const withStartTls = ['STARTTLS', 'PIPELINING']

const tryReach = async (script: SinkScript, zone: (port: number) => Zone, given: Partial<Reaching> = {}, travel: Travel = { need: 'policy', source: null }): Promise<Seen> => {
  await using sink = await smtpSink({ extensions: withStartTls, ...script })
  const dns = zoneDns(zone(sink.port))
  const results: TlsResult[] = []
  const reaching = testReaching({ dns, localOnly: true, smtpPort: sink.port, results: { note: (result) => results.push(result) }, ...given })
  const way = await findWay(reaching, { to: 'exchangers', domain: 'far.example' })
  assert.ok('key' in way, 'there is a way')
  const reached = await openWay(reaching, way, travel)
  const came = reached.is === 'open' ? `open ${reached.session.tls.proof ?? (reached.session.tls.protocol === null ? 'plain' : 'encrypted')}` : `${reached.is} ${reached.said.enhanced}`
  if (reached.is === 'open') await goodbye(reached.session)
  assert.ok(!sink.commands.some((command) => command.startsWith('MAIL')), 'nothing of a message was said')
  return { came, results, commands: [...sink.commands], asked: dns.asked }
}

const daneWith = (tls: SinkScript['tls'], records: readonly Tlsa[], more: Partial<SinkScript> = {}) =>
  tryReach({ ...(tls === undefined ? {} : { tls }), ...more }, (port) => signedZone(records, port))
const failureOf = ({ results }: Seen): string | undefined => results.at(-1)?.failure?.type

test('DANE-EE authenticates by every selector and matching type, whatever name and date the certificate has', async () => {
  for (const selector of [0, 1]) {
    for (const matching of [0, 1, 2]) {
      const { came, results } = await daneWith(expired, [tlsa(3, selector, matching, expired.own)])
      assert.equal(came, 'open dane', `3 ${selector} ${matching}`)
      assert.deepEqual(results.map(({ policy, failure }) => [policy.type, policy.domain, failure]), [['tlsa', 'far.example', null]])
    }
  }
  assert.equal((await daneWith(otherName, [tlsa(3, 1, 1, otherName.own)])).came, 'open dane')
})

test('DANE-TA authenticates the chain to its anchor, which the record itself may hold', async () => {
  for (const selector of [0, 1]) {
    for (const matching of [0, 1, 2]) assert.equal((await daneWith(good, [tlsa(2, selector, matching, authority.certificate)])).came, 'open dane')
  }
  const alone = { key: good.key, certificate: good.own }
  assert.equal((await daneWith(alone, [tlsa(2, 0, 0, authority.certificate)])).came, 'open dane')
  assert.equal((await daneWith(alone, [tlsa(2, 1, 0, authority.certificate)])).came, 'open dane')
  assert.equal((await daneWith(alone, [tlsa(2, 0, 1, authority.certificate)])).came, 'deferred 4.7.5')
})

test('a chain may come in any order, with what does not belong to it', async () => {
  const crowd = { key: good.key, certificate: good.own + stranger.certificate + otherName.own + authority.certificate }
  assert.equal((await daneWith(crowd, [tlsa(2, 0, 1, authority.certificate)])).came, 'open dane')
  assert.equal((await daneWith(crowd, [tlsa(2, 0, 1, stranger.certificate)])).came, 'deferred 4.7.5')
})

test('a server certificate of the anchor signs nobody: whoever has one is no authority', async () => {
  const own = issuedBy(authority, 'Test authority', ['evil.example'], nowMs, 30)
  const forged = issueServer({ commonName: 'evil.example', key: createPrivateKey(own.key) }, [mx], nowMs, 30)
  const seen = await daneWith({ key: forged.key, certificate: forged.certificate + own.certificate }, [tlsa(2, 0, 1, authority.certificate)])
  assert.deepEqual([seen.came, failureOf(seen)], ['deferred 4.7.5', 'validation-failure'])
  const borrowed = await daneWith({ key: untrusted.key, certificate: untrusted.own + authority.certificate }, [tlsa(2, 0, 1, authority.certificate)])
  assert.deepEqual([borrowed.came, failureOf(borrowed)], ['deferred 4.7.5', 'validation-failure'])
})

test('DANE-TA asks for dates and names, of the host or of the next hop', async () => {
  const anchor = [tlsa(2, 0, 1, authority.certificate)]
  const old = await daneWith(expired, anchor)
  assert.deepEqual([old.came, failureOf(old)], ['deferred 4.7.5', 'certificate-expired'])
  const other = await daneWith(otherName, anchor)
  assert.deepEqual([other.came, failureOf(other)], ['deferred 4.7.5', 'certificate-host-mismatch'])
  assert.equal((await daneWith(nextHop, anchor)).came, 'open dane')
})

test('what matches no record defers, and so does a host that stops offering TLS', async () => {
  const wrong = await daneWith(good, [tlsa(3, 1, 1, otherName.own), tlsa(2, 0, 1, stranger.certificate)])
  assert.deepEqual([wrong.came, failureOf(wrong)], ['deferred 4.7.5', 'validation-failure'])
  assert.deepEqual(wrong.commands.filter((command) => !/^(EHLO|STARTTLS)/.test(command)), [])
  const stripped = await daneWith(good, [tlsa(3, 1, 1, good.own)], { extensions: ['PIPELINING'] })
  assert.deepEqual([stripped.came, failureOf(stripped)], ['deferred 4.7.4', 'starttls-not-supported'])
  const broken = await daneWith(good, [tlsa(3, 1, 1, good.own)], { breakTls: true })
  assert.deepEqual([broken.came, failureOf(broken)], ['deferred 4.7.5', 'validation-failure'])
})

test('one record of several is enough, as while a certificate is changed', async () => {
  assert.equal((await daneWith(good, [tlsa(3, 1, 1, otherName.own), tlsa(3, 1, 1, good.own)])).came, 'open dane')
})

test('records that SMTP can not use make TLS a must, and nothing more', async () => {
  const unusable = [tlsa(0, 0, 1, good.own), tlsa(1, 1, 1, good.own), { ...tlsa(3, 1, 1, good.own), data: 'AAAA' }, { ...tlsa(3, 1, 1, good.own), matching: 9 }]
  assert.equal((await daneWith(untrusted, unusable)).came, 'open encrypted')
  assert.equal((await daneWith(undefined, unusable, { extensions: ['PIPELINING'] })).came, 'deferred 4.7.4')
})

test('a TLSA lookup that fails defers and is told; nobody is spoken to', async () => {
  const { came, results, commands } = await tryReach({ tls: good }, (port) => signedZone('away', port))
  assert.deepEqual([came, commands.length, results[0]?.failure?.type], ['deferred 4.7.5', 0, 'dnssec-invalid'])
})

test('without DNSSEC for MX, address or TLSA there is no DANE', async () => {
  const wrong = [tlsa(3, 1, 1, otherName.own)]
  const insecure = (name: string) => (port: number): Zone => {
    const zone = signedZone(wrong, port)
    const at = name === 'tlsa' ? `_${port}._tcp.${mx}` : name
    const has = zone[at]
    assert.ok(has !== undefined && has !== 'away')
    return { ...zone, [at]: { ...has, secure: false } }
  }
  for (const name of ['far.example', mx, 'tlsa']) assert.equal((await tryReach({ tls: good }, insecure(name))).came, 'open encrypted', name)
  const { asked } = await tryReach({ tls: good }, insecure('far.example'))
  assert.ok(!asked.some((question) => question.startsWith('TLSA')))
})

test('an alias leads to the TLSA records of what it stands for, and else to its own', async () => {
  const aliased = (base: string, secureTarget: boolean) => (port: number): Zone => ({
    example: { secure: true },
    'far.example': { secure: true, MX: [{ preference: 10, host: mx }] },
    [mx]: { secure: true, CNAME: ['real.example'] },
    'real.example': { secure: secureTarget, A: ['127.0.0.1'] },
    [`_${port}._tcp.${base}`]: { secure: true, TLSA: [tlsa(3, 1, 1, good.own)] },
  })
  assert.equal((await tryReach({ tls: good }, aliased('real.example', true))).came, 'open dane')
  assert.equal((await tryReach({ tls: good }, aliased(mx, true))).came, 'open dane')
  assert.equal((await tryReach({ tls: good }, aliased(mx, false))).came, 'open dane')
  assert.equal((await tryReach({ tls: good }, aliased('real.example', false))).came, 'open encrypted')
})

const sts = (mode: StsPolicy['mode'], patterns: readonly string[] = ['*.far.example']): Partial<Reaching> => ({
  sts: { policyFor: async () => ({ policy: { mode, mx: patterns, maxAgeSeconds: 86_400 }, problem: null }) },
  trust,
})
const plainZone = (): Zone => ({ 'far.example': { MX: [{ preference: 10, host: mx }] }, [mx]: { A: ['127.0.0.1'] } })

test('MTA-STS enforce wants a certificate by WebPKI for a host it names', async () => {
  assert.equal((await tryReach({ tls: good }, plainZone, sts('enforce'))).came, 'open sts')
  const cases = [
    [expired, 'certificate-expired'], [otherName, 'certificate-host-mismatch'], [nextHop, 'certificate-host-mismatch'], [untrusted, 'certificate-not-trusted'],
  ] as const
  for (const [tls, type] of cases) {
    const seen = await tryReach({ tls }, plainZone, sts('enforce'))
    assert.deepEqual([seen.came, failureOf(seen), seen.results.at(-1)?.policy.type], ['deferred 4.7.5', type, 'sts'])
  }
  const elsewhere = await tryReach({ tls: good }, plainZone, sts('enforce', ['mx.else.example']))
  assert.deepEqual([elsewhere.came, elsewhere.commands.length, failureOf(elsewhere)], ['deferred 4.7.5', 0, 'validation-failure'])
  assert.equal((await tryReach({ extensions: ['PIPELINING'] }, plainZone, sts('enforce'))).came, 'deferred 4.7.4')
})

test('MTA-STS testing delivers and reports', async () => {
  for (const [script, came, type] of [
    [{ tls: expired }, 'open encrypted', 'certificate-expired'],
    [{ extensions: ['PIPELINING'] }, 'open plain', 'starttls-not-supported'],
    [{ breakTls: true }, 'open plain', 'validation-failure'],
  ] as const) {
    const seen = await tryReach(script, plainZone, sts('testing'))
    assert.deepEqual([seen.came, failureOf(seen)], [came, type])
  }
  const elsewhere = await tryReach({ tls: good }, plainZone, sts('testing', ['mx.else.example']))
  assert.deepEqual([elsewhere.came, failureOf(elsewhere)], ['open encrypted', 'validation-failure'])
})

test('a policy that can not be had is reported, and mail goes as without one', async () => {
  const problem = { type: 'sts-policy-fetch-error', reason: 'HTTP status 404' } as const
  const { came, results } = await tryReach({ tls: good }, plainZone, { sts: { policyFor: async () => ({ policy: null, problem }) } })
  assert.deepEqual([came, results.map(({ policy, failure }) => [policy.type, failure?.type])], [
    'open encrypted', [['sts', 'sts-policy-fetch-error'], ['no-policy-found', undefined]],
  ])
})

test('DANE goes before MTA-STS, either way', async () => {
  const wrong = await tryReach({ tls: good }, (port) => signedZone([tlsa(3, 1, 1, otherName.own)], port), sts('enforce'))
  assert.equal(wrong.came, 'deferred 4.7.5')
  const right = await tryReach({ tls: untrusted }, (port) => signedZone([tlsa(3, 1, 1, untrusted.own)], port), sts('enforce'))
  assert.equal(right.came, 'open dane')
})

test('without a policy TLS is taken as it comes: any certificate, plain where it fails or is older than TLS 1.2', async () => {
  for (const tls of [good, expired, otherName, untrusted]) assert.equal((await tryReach({ tls }, plainZone)).came, 'open encrypted')
  assert.equal((await tryReach({ breakTls: true }, plainZone)).came, 'open plain')
  assert.equal((await tryReach({ tlsVersion: 'TLSv1' }, plainZone)).came, 'open plain')
  assert.equal((await tryReach({ tlsVersion: 'TLSv1.2' }, plainZone)).came, 'open encrypted')
  const refused = await tryReach({ say: (command) => (command === 'STARTTLS' ? '454 4.7.0 not now' : undefined) }, plainZone)
  assert.deepEqual([refused.came, failureOf(refused), refused.results[0]?.policy.type], ['open plain', 'starttls-not-supported', 'no-policy-found'])
})

test('REQUIRETLS goes only over verified TLS to a host that passes it on', async () => {
  const required = { need: 'required', source: null } as const
  const promising = { extensions: ['STARTTLS', 'REQUIRETLS'] }
  const dane = (port: number) => signedZone([tlsa(3, 1, 1, good.own)], port)
  assert.equal((await tryReach({ ...promising, tls: good }, dane, {}, required)).came, 'open dane')
  assert.equal((await tryReach({ tls: good }, dane, {}, required)).came, 'failed 5.7.30')
  assert.equal((await tryReach({ ...promising, tls: good }, plainZone, sts('enforce'), required)).came, 'open sts')
  assert.equal((await tryReach({ ...promising, tls: good }, plainZone, { trust }, required)).came, 'failed 5.7.30')
  const sure = (port: number) => signedZone([], port)
  assert.equal((await tryReach({ ...promising, tls: good }, sure, { trust }, required)).came, 'open webpki')
  assert.equal((await tryReach({ ...promising, tls: untrusted }, sure, { trust }, required)).came, 'failed 5.7.30')
})

test('a report says which host failed, at which address, and from which of ours', async () => {
  const from = { v4: '127.0.0.7', v6: null }
  const { results } = await tryReach({ tls: expired }, plainZone, sts('enforce'), { need: 'policy', source: from })
  const [result] = results
  assert.deepEqual(result?.failure, {
    type: 'certificate-expired', reason: 'CERT_HAS_EXPIRED', sendingIp: '127.0.0.7', receivingMxHost: mx, receivingIp: '127.0.0.1',
  })
  assert.deepEqual(result.policy, {
    type: 'sts', domain: 'far.example', strings: ['version: STSv1', 'mode: enforce', 'mx: *.far.example', 'max_age: 86400'], mxHosts: ['*.far.example'],
  })
})

test('TLS-Required: No sets policies aside, and is in no report on them', async () => {
  const waived = { need: 'waived', source: null } as const
  assert.equal((await tryReach({ tls: good }, (port) => signedZone([tlsa(3, 1, 1, otherName.own)], port), {}, waived)).came, 'open encrypted')
  const { came, results } = await tryReach({ tls: expired }, plainZone, sts('enforce'), waived)
  assert.deepEqual([came, results], ['open encrypted', []])
})

test('a certificate that names one next hop proves nothing to another domain with the same host', async () => {
  await using sink = await smtpSink({ extensions: withStartTls, tls: nextHop })
  const dns = zoneDns({ ...signedZone([tlsa(2, 0, 1, authority.certificate)], sink.port), 'near.example': { secure: true, MX: [{ preference: 10, host: mx }] } })
  const reaching = testReaching({ dns, localOnly: true, smtpPort: sink.port })
  const way = await findWay(reaching, { to: 'exchangers', domain: 'far.example' })
  assert.ok('key' in way)
  const far = await openWay(reaching, way)
  assert.ok(far.is === 'open')
  assert.deepEqual([suits(far.session, 'policy', 'far.example'), suits(far.session, 'policy', 'near.example')], [true, false])
  await goodbye(far.session)
  const near = await openWay(reaching, wayFor(way, 'near.example'))
  assert.deepEqual([near.is, near.is === 'open' ? '' : near.said.enhanced], ['deferred', '4.7.5'])
})

test('what was opened for less does not serve for more', async () => {
  await using sink = await smtpSink({ extensions: withStartTls, tls: good })
  const reaching = testReaching({ dns: zoneDns(plainZone()), localOnly: true, smtpPort: sink.port })
  const way = await findWay(reaching, { to: 'exchangers', domain: 'far.example' })
  assert.ok('key' in way)
  for (const [need, serves] of [['policy', [true, false, true]], ['waived', [false, false, true]]] as const) {
    const reached = await openWay(reaching, way, { need, source: null })
    assert.ok(reached.is === 'open')
    const { session } = reached
    assert.deepEqual((['policy', 'required', 'waived'] as const).map((other) => suits(session, other, 'far.example')), serves)
    await goodbye(session)
  }
})

test('a domain of the world is looked up by its A-labels', async () => {
  const dns = zoneDns({ 'xn--wgv71a.example': { MX: [{ preference: 1, host: mx }] } })
  const way = await findWay(testReaching({ dns }), { to: 'exchangers', domain: '日本.example' })
  assert.deepEqual('key' in way && way.hosts, [mx])
})

test('domains with one host share a way only where they ask for the same', async () => {
  const two: Zone = { 'a.example': { MX: [{ preference: 1, host: mx }] }, 'b.example': { MX: [{ preference: 2, host: mx }] } }
  const keyFor = async (domain: string, given: Partial<Reaching>): Promise<string> => {
    const way = await findWay(testReaching({ dns: zoneDns(two), ...given }), { to: 'exchangers', domain })
    return 'key' in way ? way.key : ''
  }
  assert.equal(await keyFor('a.example', {}), await keyFor('b.example', {}))
  assert.notEqual(await keyFor('a.example', {}), await keyFor('b.example', sts('enforce')))
})
