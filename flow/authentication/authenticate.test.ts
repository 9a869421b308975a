import assert from 'node:assert/strict'
import { createHash, generateKeyPairSync, sign, type KeyObject } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { manualClock } from '@bulkhead/base/clock.ts'
import { arcSeal } from '@bulkhead/wire/mailauth/arc-seal.ts'
import { bodyDigest } from '@bulkhead/wire/mailauth/canonical-body.ts'
import { dkimSignature } from '@bulkhead/wire/mailauth/dkim-sign.ts'
import { readHeader } from '@bulkhead/wire/mailauth/header-fields.ts'
import type { Dns } from '../resolving/dns.ts'
import { zoneDns, type Zone } from '../testing/zone.ts'
import { authentication, limitMs, type Authentication } from './authenticate.ts'

const clock = manualClock(Date.UTC(2026, 10, 21))
const rsa = generateKeyPairSync('rsa', { modulusLength: 2_048 })
const ed = generateKeyPairSync('ed25519')
const keys: Readonly<Record<string, KeyObject>> = { r1: rsa.privateKey, e1: ed.privateKey }
const rsaText = `v=DKIM1; k=rsa; p=${rsa.publicKey.export({ format: 'der', type: 'spki' }).toString('base64')}`
const edText = `v=DKIM1; k=ed25519; p=${Buffer.from(ed.publicKey.export({ format: 'jwk' }).x ?? '', 'base64url').toString('base64')}`

const signed = (selector: string, bytes: Buffer): string =>
  (selector === 'e1' ? sign(null, createHash('sha256').update(bytes).digest(), ed.privateKey) : sign('sha256', bytes, keys[selector] ?? '')).toString('base64')

const hashOf = (message: Buffer): Buffer => {
  const digest = bodyDigest()
  digest.update(message.subarray(readHeader(message).bodyStart))
  return digest.digest()
}

const plain = (from = 'alice@hikari.example'): Buffer =>
  Buffer.from(`From: Alice <${from}>\r\nTo: bob@far.example\r\nSubject: hello\r\nDate: Sat, 21 Nov 2026 09:00:00 +0900\r\n\r\nHello Bob\r\n`)

const withDkim = (message: Buffer, domain = 'hikari.example'): Buffer => {
  const signing = dkimSignature({
    domain, header: message, bodyHash: hashOf(message), atMs: clock.now(),
    signers: [{ selector: 'r1', algorithm: 'rsa-sha256' }, { selector: 'e1', algorithm: 'ed25519-sha256' }],
  })
  return Buffer.concat([Buffer.from(signing.fields(signing.toSign.map(({ selector, bytes }) => signed(selector, bytes)))), message])
}

const keyZone = (domain: string): Zone => ({ [`r1._domainkey.${domain}`]: { TXT: [rsaText] }, [`e1._domainkey.${domain}`]: { TXT: [edText] } })

const zone: Zone = {
  'hikari.example': { TXT: ['v=spf1 ip4:192.0.2.1 -all'] },
  '_dmarc.hikari.example': { TXT: ['v=DMARC1; p=reject; sp=quarantine; np=reject; rua=mailto:d@hikari.example'] },
  'sub.hikari.example': { A: ['192.0.2.9'] },
  ...keyZone('hikari.example'), ...keyZone('list.example'), ...keyZone('mail.hikari.example'),
}

const judged = async (message: Buffer, { dns = zoneDns(zone) as Dns, peer = '192.0.2.1', from = 'alice@hikari.example' } = {}): Promise<Authentication> =>
  authentication(dns, clock).begin({ peer, helo: 'mail.hikari.example', reversePath: from, by: 'mx1.isp.example' }).end(message)

const unfolded = (field: string): string => field.replace(/\r\n\s+/g, ' ').trim()

test('a signed message from a domain that publishes a policy', async () => {
  const dns = zoneDns(zone)
  const found = await judged(withDkim(plain()), { dns })
  assert.deepEqual([found.spf.result, found.dkim.map(({ result }) => result), found.dmarc.result, found.arc.result], ['pass', ['pass', 'pass'], 'pass', 'none'])
  assert.deepEqual([found.dmarc.policy, found.dmarc.disposition, found.dmarc.spfAligned, found.dmarc.dkimAligned], ['reject', 'none', true, true])
  const [spf, first, second, dmarc] = unfolded(found.field).split('; ').slice(1)
  assert.equal(unfolded(found.field).split('; ')[0], 'mx1.isp.example')
  assert.equal(spf, 'spf=pass smtp.mailfrom=alice@hikari.example')
  assert.match(first ?? '', /^dkim=pass header\.d=hikari\.example header\.s=r1 header\.a=rsa-sha256 header\.b=("[^"]{8}"|[^ "]{8})$/)
  assert.match(second ?? '', /^dkim=pass header\.d=hikari\.example header\.s=e1 header\.a=ed25519-sha256/)
  assert.equal(dmarc, 'dmarc=pass header.from=hikari.example policy.dmarc=reject')
  assert.deepEqual(dns.asked.toSorted(), ['TXT _dmarc.hikari.example', 'TXT e1._domainkey.hikari.example', 'TXT hikari.example', 'TXT r1._domainkey.hikari.example'])
})

test('a forged message fails, and the owner asks for its refusal', async () => {
  const found = await judged(plain(), { peer: '203.0.113.5' })
  assert.deepEqual([found.spf.result, found.dkim, found.dmarc.result, found.dmarc.disposition], ['fail', [], 'fail', 'reject'])
  assert.equal(found.spf.mechanism, '-all')
})

test('a subdomain has the policy for subdomains, and for those that do not exist another', async () => {
  const away = { peer: '203.0.113.5' }
  assert.equal((await judged(plain('a@sub.hikari.example'), away)).dmarc.disposition, 'quarantine')
  assert.equal((await judged(plain('a@made-up.hikari.example'), away)).dmarc.disposition, 'reject')
})

test('relaxed alignment: a subdomain signs for the domain above', async () => {
  const found = await judged(withDkim(plain(), 'mail.hikari.example'), { peer: '203.0.113.5' })
  assert.deepEqual([found.dmarc.result, found.dmarc.dkimAligned, found.dmarc.organizationalDomain], ['pass', true, 'hikari.example'])
})

test('the signature of another domain does not align', async () => {
  assert.equal((await judged(withDkim(plain(), 'list.example'), { peer: '203.0.113.5' })).dmarc.result, 'fail')
})

test('two From fields, or authors of two domains, are an error of the message', async () => {
  const two = await judged(Buffer.concat([Buffer.from('From: eve@list.example\r\n'), plain()]))
  const both = await judged(plain('alice@hikari.example>, <eve@list.example'))
  assert.deepEqual([two.dmarc.result, both.dmarc.result, two.dmarc.fromDomain], ['permerror', 'permerror', null])
})

test('a message that a list changed still shows, sealed, what it was', async () => {
  const original = withDkim(plain())
  const first = await judged(original)
  const changed = Buffer.from(original.toString('latin1').replace('Hello Bob', 'Hello Bob\r\n-- \r\nour list'), 'latin1')
  const seal = (message: Buffer, results: Authentication, selector: 'r1' | 'e1'): Buffer => {
    const sealing = arcSeal({
      domain: 'list.example', signer: { selector, algorithm: selector === 'r1' ? 'rsa-sha256' : 'ed25519-sha256' }, header: message,
      bodyHash: hashOf(message), chain: results.arc.result, results: results.field, atMs: clock.now(),
    })
    assert.ok(sealing !== undefined)
    const { toSign, fields } = sealing.sealed(signed(selector, sealing.toSign.bytes))
    return Buffer.concat([Buffer.from(fields(signed(selector, toSign.bytes))), message])
  }
  const once = seal(changed, first, 'r1')
  const arrived = await judged(once, { from: 'bounces@list.example', peer: '203.0.113.5' })
  assert.deepEqual([arrived.dkim[0]?.result, arrived.dmarc.result, arrived.arc.result, arrived.arc.oldestPass], ['fail', 'fail', 'pass', 0])
  assert.match(arrived.arc.hops[0]?.results ?? '', /dmarc=pass header\.from=hikari\.example/)
  assert.match(unfolded(arrived.field), /arc=pass header\.oldest-pass=0 arc\.chain=list\.example/)

  const twice = seal(Buffer.concat([Buffer.from('X-Relay: 2\r\n'), once]), arrived, 'e1')
  const later = await judged(twice, { from: 'bounces@list.example' })
  assert.deepEqual([later.arc.result, later.arc.hops.map(({ instance }) => instance), later.arc.oldestPass], ['pass', [1, 2], 0])

  const text = twice.toString('latin1')
  assert.equal((await judged(Buffer.from(text.replace('dmarc=pass', 'dmarc=fail'), 'latin1'))).arc.result, 'fail')
  assert.equal((await judged(Buffer.from(text.replace('Subject: hello', 'Subject: hallo'), 'latin1'))).arc.reason, 'message signature 2: signature did not verify')
  const third = seal(Buffer.from(text.replace('Subject: hello', 'Subject: hallo'), 'latin1'), { ...later, arc: { ...later.arc, result: 'fail' } }, 'r1')
  const afterwards = await judged(third)
  assert.deepEqual([afterwards.arc.result, afterwards.arc.reason], ['fail', 'a sealer saw it fail'])
  assert.equal(arcSeal({ domain: 'x.example', signer: { selector: 'r1', algorithm: 'rsa-sha256' }, header: third, bodyHash: hashOf(third), chain: 'fail', results: '', atMs: 0 }), undefined)
})

test('a DNS that is away makes temporary errors, never a refusal', async () => {
  const found = await judged(withDkim(plain()), { dns: zoneDns({ example: 'away' }) })
  assert.deepEqual([found.spf.result, found.dkim[0]?.result, found.dmarc.result, found.dmarc.disposition], ['temperror', 'temperror', 'temperror', 'none'])
})

test('a DNS that never answers is not waited for', async (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] })
  const authenticating = authentication({ query: () => new Promise(() => undefined) }, clock).begin({ peer: '192.0.2.1', helo: 'h.example', reversePath: 'a@hikari.example', by: 'mx.example' })
  const result = authenticating.end(withDkim(plain()))
  context.mock.timers.tick(limitMs + 1)
  const found = await result
  assert.deepEqual([found.spf.result, found.dkim[0]?.result, found.dmarc.result], ['temperror', 'temperror', 'temperror'])
})

test('no client address, no sender, no fields: nothing is claimed', async () => {
  const found = await authentication(zoneDns({}), clock).begin({ peer: null, helo: '', reversePath: '', by: 'mx.example' }).end(Buffer.alloc(0))
  assert.equal(unfolded(found.field), 'mx.example; spf=none reason="no address of the client"; dkim=none; dmarc=none reason="From names no domain"')
})

test('a header without end says nothing', async () => {
  const found = await judged(Buffer.from(`${'X: y\r\n'.repeat(6_000)}From: alice@hikari.example\r\n\r\n`))
  assert.deepEqual([found.dmarc.result, found.arc.result, found.dkim], ['permerror', 'fail', []])
})

test('a large message is hashed in turns, and others go on meanwhile', async () => {
  const message = withDkim(Buffer.concat([plain(), Buffer.alloc(6_000_000, 'a  b \r\n')]))
  let turns = 0
  let over = false
  const count = (): void => {
    turns += 1
    if (!over) setImmediate(count)
  }
  setImmediate(count)
  const found = await judged(message)
  over = true
  assert.deepEqual([found.dkim.map(({ result }) => result), turns >= 5], [['pass', 'pass'], true])
})

const fragment = fc.constantFrom(
  'From: alice@hikari.example\r\n', 'From: a@b, c@d\r\n', 'From:\r\n', 'DKIM-Signature: v=1; a=rsa-sha256; d=hikari.example; s=r1; h=from; bh=AA==; b=AA==\r\n',
  'DKIM-Signature: v=1; a=ed25519-sha256; c=simple; d=hikari.example; s=e1; h=from:from; l=1; bh=AA==; b=AA==\r\n', 'ARC-Seal: i=1; a=rsa-sha256; cv=none; d=hikari.example; s=r1; b=AA==\r\n',
  'ARC-Message-Signature: i=1; a=rsa-sha256; d=hikari.example; s=r1; h=from; bh=AA==; b=AA==\r\n', 'ARC-Authentication-Results: i=1; x; dmarc=pass\r\n', '\r\n', '\r\n\r\n', ' ', '\t', ':', ';', 'i=2', '\xff\xfe', 'body',
)

test('whatever comes is answered, and passes nothing', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fragment, { maxLength: 25 }), fc.string({ maxLength: 30 }), async (parts, from) => {
      const found = await judged(Buffer.from(parts.join(''), 'latin1'), { from, peer: '203.0.113.5' })
      assert.notEqual(found.dmarc.result, 'pass')
      assert.ok(found.dkim.every(({ result }) => result !== 'pass') && found.arc.result !== 'pass')
      assert.ok(!/[\r\n](?![\n\t])/.test(found.field))
    }),
    { numRuns: 500 },
  )
})

test('a signed and sealed message with any bytes changed is answered', async () => {
  const message = withDkim(plain())
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(fc.integer({ min: 0, max: message.length - 1 }), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 8 }), async (changes) => {
      const changed = Buffer.from(message)
      for (const [at, byte] of changes) changed[at] = byte
      assert.ok((await judged(changed)).field.includes('mx1.isp.example'))
    }),
    { numRuns: 300 },
  )
})
