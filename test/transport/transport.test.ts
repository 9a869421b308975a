/**
 * Debian's Postfix as a receiver that DNS protects, Debian's Unbound as the validating resolver: what DANE and MTA-STS let
 * through, what they hold back, and that nothing of a message is said to a host that failed.
 */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createHash, createPrivateKey, X509Certificate } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { newQueueId } from '@bulkhead/base/ids.ts'
import { systemClock } from '@bulkhead/base/clock.ts'
import { publicKeyBytes } from '@bulkhead/flow/relay/dane/tlsa.ts'
import { deliver } from '@bulkhead/flow/relay/deliver.ts'
import { findWay, goodbye, openWay } from '@bulkhead/flow/relay/reach.ts'
import { stsFetcher } from '@bulkhead/flow/relay/sts/fetch.ts'
import { stsLookup } from '@bulkhead/flow/relay/sts/lookup.ts'
import { trustOnly } from '@bulkhead/flow/relay/trust.ts'
import { contentOf } from '@bulkhead/flow/relay/content.ts'
import { testReaching } from '@bulkhead/flow/testing/reaching.ts'
import type { Zone } from '@bulkhead/flow/testing/zone.ts'
import type { TlsResult } from '@bulkhead/mail/ports/tls-results.ts'
import { ordinary, type Queued } from '@bulkhead/mail/queue/queued.ts'
import { issueServer } from '@bulkhead/run/tls/certificate.ts'
import { startPostfix, type Postfix } from '../bench/peers/postfix.ts'
import { startSignedZones, type SignedZones } from '../dns/signed-zones.ts'
import { outsidePort, portBases } from '../ports.ts'

const isRoot = process.getuid?.() === 0
const skip = isRoot && existsSync('/usr/sbin/postfix') && existsSync('/usr/sbin/unbound') ? false : 'no Postfix or Unbound here, or not root'

const smtpPort = outsidePort(portBases['test/transport/transport'][0])
const host = 'mx.peer.example'
/** A root, and an authority below it that signs servers: what a public one looks like. */
const authorities = (): { readonly root: string; readonly authority: string; readonly key: string } => {
  const folder = mkdtempSync(join(tmpdir(), 'authorities-'))
  const at = (name: string): string => join(folder, name)
  const make = (name: string, subject: string, more: readonly string[]): void => {
    const words = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '30', '-subj', `/CN=${subject}`]
    execFileSync('openssl', [...words, '-addext', 'keyUsage=critical,keyCertSign', '-keyout', at(`${name}.key`), '-out', at(`${name}.pem`), ...more], { stdio: 'ignore' })
  }
  make('root', 'Test root', [])
  make('authority', 'Test authority', ['-CA', at('root.pem'), '-CAkey', at('root.key')])
  const [root, authority, key] = ['root.pem', 'authority.pem', 'authority.key'].map((name) => readFileSync(at(name), 'utf8'))
  rmSync(folder, { recursive: true })
  return { root: root ?? '', authority: authority ?? '', key: key ?? '' }
}
const { root, authority, key: authorityKey } = authorities()
const issue = (names: readonly string[]) => issueServer({ commonName: 'Test authority', key: createPrivateKey(authorityKey) }, names, Date.now(), 30)
const own = issue([host, 'anchored.example', 'mx.middle.example'])
const wrong = issue(['mx.wrong.example'])

const digestOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('base64')
const keyOf = (pem: string): string => digestOf(publicKeyBytes(new X509Certificate(pem)) ?? Buffer.alloc(0))

const anchor = digestOf(new X509Certificate(root).raw)

const mailFor = (name: string, mx: string): Zone => ({ [name]: { MX: [{ preference: 10, host: mx }] } })
const hostAt = (name: string): Zone => ({ [name]: { A: ['127.0.0.1'] } })
const tlsaAt = (name: string, usage: number, selector: number, data: string): Zone => ({ [`_${smtpPort}._tcp.${name}`]: { TLSA: [{ usage, selector, matching: 1, data }] } })
const stsAt = (name: string, mx: string): Zone => ({ ...mailFor(name, mx), [`_mta-sts.${name}`]: { TXT: ['v=STSv1; id=1;'] }, ...hostAt(`mta-sts.${name}`) })

const signed: Zone = {
  ...mailFor('right.example', host), ...hostAt(host), ...tlsaAt(host, 3, 1, keyOf(own.certificate)),
  ...mailFor('anchor.example', 'anchored.example'), ...hostAt('anchored.example'),
  ...tlsaAt('anchored.example', 2, 0, anchor),
  ...mailFor('middle.example', 'mx.middle.example'), ...hostAt('mx.middle.example'), ...tlsaAt('mx.middle.example', 2, 1, keyOf(authority)),
  ...mailFor('named.example', 'mx.named.example'), ...hostAt('mx.named.example'), ...tlsaAt('mx.named.example', 2, 0, anchor),
  ...mailFor('wrong.example', 'mx.wrong.example'), ...hostAt('mx.wrong.example'), ...tlsaAt('mx.wrong.example', 3, 1, keyOf(wrong.certificate)),
  ...mailFor('lured.example', 'mx.bogus.example'),
  ...mailFor('open.example', 'mx.open.example'), ...hostAt('mx.open.example'),
}
const unsigned: Zone = {
  ...stsAt('enforce.plain.example', host), ...stsAt('bad.plain.example', 'mx.plain.example'), ...stsAt('testing.plain.example', 'mx.plain.example'),
  ...hostAt('mx.plain.example'),
}
const policies: Readonly<Record<string, string>> = {
  'enforce.plain.example': `version: STSv1\nmode: enforce\nmx: ${host}\nmax_age: 604800\n`,
  'bad.plain.example': 'version: STSv1\nmode: enforce\nmx: *.plain.example\nmax_age: 604800\n',
  'testing.plain.example': 'version: STSv1\nmode: testing\nmx: *.plain.example\nmax_age: 604800\n',
}

let scratch = ''
let postfix: Postfix | undefined
let zones: SignedZones | undefined
let policyServer: Server | undefined

const startPolicies = async (): Promise<Server> => {
  const { certificate, key } = issue(Object.keys(policies).map((domain) => `mta-sts.${domain}`))
  const server = createServer({ cert: certificate + authority, key }, (request, response) => {
    const policy = policies[(request.headers.host ?? '').replace(/^mta-sts\./, '')]
    response.writeHead(policy === undefined ? 404 : 200, { 'content-type': 'text/plain' }).end(policy)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return server
}

before(async () => {
  if (skip !== false) return
  scratch = mkdtempSync(join(tmpdir(), 'transport-'))
  chmodSync(scratch, 0o755)
  const postfixAt = join(scratch, 'postfix')
  mkdirSync(postfixAt)
  writeFileSync(join(scratch, 'chain.pem'), own.key + own.certificate + authority + root, { mode: 0o600 })
  ;[zones, policyServer] = await Promise.all([
    startSignedZones([
      { name: 'example', is: 'signed', names: signed },
      { name: 'plain.example', is: 'unsigned', names: unsigned },
      { name: 'bogus.example', is: 'bogus', names: { ...hostAt('mx.bogus.example') } },
    ]),
    startPolicies(),
  ])
  const domains = [...Object.keys(signed), ...Object.keys(unsigned)].filter((name) => !name.startsWith('_') && !name.startsWith('mta-sts'))
  postfix = await startPostfix(postfixAt, smtpPort, {
    domain: domains.join(' '), transport: 'discard:',
    extra: `smtpd_tls_security_level = may\nsmtpd_tls_chain_files = ${join(scratch, 'chain.pem')}\nsmtpd_tls_loglevel = 1\n`,
  })
})

after(async () => {
  await postfix?.[Symbol.asyncDispose]()
  await zones?.[Symbol.asyncDispose]()
  policyServer?.close()
  if (scratch !== '') rmSync(scratch, { recursive: true, force: true })
})

const queuedTo = (domain: string): Queued => ({
  id: newQueueId(), ...ordinary, reversePath: 'alice@hikari.example', bodyKind: '7bit', account: null, queuedAtMs: 0, sizeBytes: 10,
  recipients: [{ forwardPath: `bob@${domain}`, notify: null, orcpt: null, number: 0, domain, attempts: 0 } as Queued['recipients'][number]],
})

/** What became of a message to the domain, and what would be reported of it. */
const send = async (domain: string): Promise<{ readonly came: string; readonly results: readonly TlsResult[] }> => {
  assert.ok(zones !== undefined && policyServer !== undefined)
  const { dns } = zones
  const results: TlsResult[] = []
  const trust = trustOnly([root])
  const fetch = stsFetcher({ dns, localOnly: true, trust, port: (policyServer.address() as AddressInfo).port, timeoutMs: 30_000 })
  const sts = stsLookup({ dns, policies: { find: async () => undefined, keep: async () => undefined }, fetch, clock: systemClock })
  const reaching = testReaching({ dns, localOnly: true, smtpPort, trust, sts, results: { note: (result) => results.push(result) } })
  const way = await findWay(reaching, { to: 'exchangers', domain })
  if ('is' in way) return { came: `${way.is} ${way.said.enhanced}`, results }
  const reached = await openWay(reaching, way)
  if (reached.is !== 'open') return { came: `${reached.is} ${reached.said.enhanced}`, results }
  const { outcomes } = await deliver(reached.session, queuedTo(domain), contentOf(Buffer.from('Subject: x\r\n\r\nhello\r\n')), Date.now())
  await goodbye(reached.session)
  return { came: [...outcomes.values()].map(({ is }) => `${is} ${reached.session.tls.proof ?? 'unproven'}`).join(' '), results }
}

const logged = (): string => readFileSync(join(scratch, 'postfix', 'mail.log'), 'utf8')

test('the right TLSA record delivers: DANE-EE by its key, DANE-TA by chain and name', { skip }, async () => {
  const { came, results } = await send('right.example')
  assert.equal(came, 'delivered dane')
  assert.deepEqual(results.map(({ policy, failure }) => [policy.type, policy.domain, failure]), [['tlsa', 'right.example', null]])
  for (const domain of ['anchor.example', 'middle.example']) assert.equal((await send(domain)).came, 'delivered dane', domain)
  const named = await send('named.example')
  assert.deepEqual([named.came, named.results.at(-1)?.failure?.type], ['deferred 4.7.5', 'certificate-host-mismatch'])
})

test('a wrong TLSA record defers', { skip }, async () => {
  const { came, results } = await send('wrong.example')
  assert.deepEqual([came, results.at(-1)?.failure?.type], ['deferred 4.7.5', 'validation-failure'])
})

test('bogus DNS defers', { skip }, async () => {
  assert.equal((await send('lured.example')).came, 'deferred 4.4.3')
  assert.equal((await send('bogus.example')).came, 'deferred 4.4.3')
})

test('a signed host without TLSA records is encrypted as it comes', { skip }, async () => {
  assert.equal((await send('open.example')).came, 'delivered unproven')
})

test('MTA-STS enforce delivers with the right certificate and defers with another', { skip }, async () => {
  const right = await send('enforce.plain.example')
  assert.deepEqual([right.came, right.results.at(-1)?.policy.type], ['delivered sts', 'sts'])
  assert.equal((await send('bad.plain.example')).came, 'deferred 4.7.5')
})

test('MTA-STS testing delivers and reports', { skip }, async () => {
  const { came, results } = await send('testing.plain.example')
  assert.deepEqual([came, results.at(-1)?.failure?.type], ['delivered unproven', 'certificate-host-mismatch'])
})

test('Postfix never heard of a message that was held back', { skip }, async () => {
  const delivered = ['right.example', 'anchor.example', 'middle.example', 'open.example', 'enforce.plain.example', 'testing.plain.example']
  const sessions = (): number => logged().split('\n').filter((line) => / disconnect from .* mail=/.test(line)).length
  for (const giveUpMs = Date.now() + 30_000; sessions() < delivered.length; await sleep(20)) assert.ok(Date.now() < giveUpMs, 'Postfix logs its sessions')
  assert.equal(sessions(), delivered.length)
  const recipients = new Set([...logged().matchAll(/ to=<bob@([^>]+)>/g)].map(([, domain]) => domain))
  assert.ok([...recipients].every((domain) => delivered.includes(domain ?? '')), [...recipients].join(' '))
})
