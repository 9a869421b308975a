import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { authorDomain } from './author-domain.ts'
import { checkDmarc, walkNames } from './dmarc-check.ts'
import { readDmarcRecord } from './dmarc-record.ts'
import { readHeader } from './header-fields.ts'
import type { DkimOutcome, DmarcOutcome, SpfOutcome, SpfResult } from './results.ts'

const spf = (result: SpfResult, domain: string): SpfOutcome => ({ result, identity: 'mailfrom', domain, mechanism: null, explanation: null, reason: null })
const noSpf = spf('none', '')
const dkim = (result: DkimOutcome['result'], domain: string): DkimOutcome => ({
  result, domain, selector: 's', identity: `@${domain}`, algorithm: 'rsa-sha256', keyBits: 2_048, signatureStart: '', testing: false, reason: null,
})

type Records = Readonly<Record<string, string | 'away'>>

/** Records by domain, without `_dmarc.`; a domain that is no key and above none does not exist. */
const checked = (records: Records, author: string, spfOutcome: SpfOutcome, signatures: readonly DkimOutcome[] = []): DmarcOutcome & { readonly asked: readonly string[] } => {
  const asked: string[] = []
  const asking = checkDmarc({ domain: author }, spfOutcome, signatures)
  let step = asking.next()
  while (step.done !== true) {
    const { name, type } = step.value
    asked.push(name)
    const text = records[name.replace(/^_dmarc\./, '')]
    if (type === 'TXT') step = asking.next(text === 'away' ? { is: 'away' } : text === undefined ? { is: 'noSuchName' } : { is: 'found', records: text.split('\n') })
    else step = asking.next({ is: Object.keys(records).some((known) => known === name || known.endsWith(`.${name}`)) ? 'none' : 'noSuchName' })
  }
  return { ...step.value, asked }
}

test('RFC 9989 section 4.10: the walk asks at the name, then at seven labels and fewer', () => {
  assert.deepEqual(walkNames('a.mail.example.com'), ['a.mail.example.com', 'mail.example.com', 'example.com', 'com'])
  assert.deepEqual(walkNames('a.b.c.d.e.f.g.h.i.j.mail.example.com'),
    ['a.b.c.d.e.f.g.h.i.j.mail.example.com', 'g.h.i.j.mail.example.com', 'h.i.j.mail.example.com', 'i.j.mail.example.com', 'j.mail.example.com', 'mail.example.com', 'example.com', 'com'])
  assert.equal(walkNames('a.b.c.d.e.f.g.example').length, 8)
})

test('the record with the fewest labels is the organization, unless psd says otherwise', () => {
  const organization = (records: Records, author: string): string | null => checked(records, author, noSpf).organizationalDomain
  assert.equal(organization({ 'example.com': 'v=DMARC1; p=none', 'mail.example.com': 'v=DMARC1; p=none' }, 'a.mail.example.com'), 'example.com')
  assert.equal(organization({ 'example.com': 'v=DMARC1; p=none', 'mail.example.com': 'v=DMARC1; p=none; psd=n' }, 'a.mail.example.com'), 'mail.example.com')
  assert.equal(organization({ com: 'v=DMARC1; p=none; psd=y', 'mail.example.com': 'v=DMARC1; p=none' }, 'a.mail.example.com'), 'example.com')
  assert.equal(organization({ 'giant.bank.example': 'v=DMARC1; p=none; psd=y' }, 'giant.bank.example'), 'giant.bank.example')
})

test('the walk ends at a record that says psd', () => {
  assert.deepEqual(checked({ 'mail.example.com': 'v=DMARC1; p=none; psd=n' }, 'a.mail.example.com', noSpf).asked, ['_dmarc.a.mail.example.com', '_dmarc.mail.example.com'])
})

test('the policy is of the author, else of the organization, else of the public suffix', () => {
  const policy = (records: Records, author: string): readonly unknown[] => {
    const { policyDomain, policy: asks } = checked(records, author, noSpf)
    return [policyDomain, asks]
  }
  const all = { 'example.com': 'v=DMARC1; p=reject; sp=quarantine', 'a.example.com': 'v=DMARC1; p=none', com: 'v=DMARC1; p=reject; psd=y; np=none' }
  assert.deepEqual(policy(all, 'a.example.com'), ['a.example.com', 'none'])
  assert.deepEqual(policy(all, 'x.a.example.com'), ['example.com', 'quarantine'])
  assert.deepEqual(policy(all, 'example.com'), ['example.com', 'reject'])
  assert.deepEqual(policy(all, 'other.com'), ['com', 'none'])
  assert.deepEqual(policy({ com: 'v=DMARC1; p=reject; psd=y; np=none', 'www.other.com': 'x' }, 'other.com'), ['com', 'reject'])
  assert.deepEqual(policy({ 'example.com': 'v=DMARC1; p=none; np=reject', 'real.example.com': 'no record' }, 'real.example.com'), ['example.com', 'none'])
  assert.deepEqual(policy({ 'example.com': 'v=DMARC1; p=none; np=reject' }, 'made-up.example.com'), ['example.com', 'reject'])
})

test('alignment, relaxed and strict', () => {
  const relaxed = { 'example.com': 'v=DMARC1; p=reject' }
  const strict = { 'example.com': 'v=DMARC1; p=reject; aspf=s; adkim=s' }
  assert.equal(checked(relaxed, 'mail.example.com', spf('pass', 'bounce.example.com')).result, 'pass')
  assert.equal(checked(strict, 'mail.example.com', spf('pass', 'bounce.example.com')).result, 'fail')
  assert.equal(checked(strict, 'mail.example.com', noSpf, [dkim('pass', 'example.com')]).result, 'fail')
  assert.equal(checked(strict, 'mail.example.com', noSpf, [dkim('pass', 'mail.example.com')]).result, 'pass')
  assert.equal(checked(relaxed, 'example.com', spf('pass', 'notexample.com')).result, 'fail')
  assert.equal(checked(relaxed, 'example.com', spf('softfail', 'example.com'), [dkim('fail', 'example.com'), dkim('policy', 'example.com')]).result, 'fail')
  assert.equal(checked({ ...relaxed, 'club.example.com': 'v=DMARC1; p=none; psd=n' }, 'example.com', spf('pass', 'club.example.com')).result, 'fail')
  assert.equal(checked({ 'co.example': 'v=DMARC1; p=reject; psd=y' }, 'a.co.example', spf('pass', 'b.co.example')).result, 'fail')
})

test('t=y asks for one step less; pct means nothing', () => {
  const asked = (record: string): string => checked({ 'example.com': record }, 'example.com', noSpf).disposition
  assert.deepEqual(['p=reject; t=y', 'p=quarantine; t=y', 'p=reject; pct=0', 'p=none'].map((tags) => asked(`v=DMARC1; ${tags}`)), ['quarantine', 'none', 'reject', 'none'])
})

test('no policy, several records, and a DNS that is away', () => {
  assert.deepEqual([checked({}, 'example.com', noSpf).result, checked({ 'example.com': 'v=DMARC1; p=none\nv=DMARC1; p=reject' }, 'example.com', noSpf).result], ['none', 'none'])
  assert.equal(checked({ 'example.com': 'v=spf1 -all\nv=DMARC1; p=reject' }, 'example.com', noSpf).policy, 'reject')
  assert.equal(checked({ 'example.com': 'away' }, 'example.com', noSpf).result, 'temperror')
  assert.equal(checked({ 'example.com': 'v=DMARC1; p=reject' }, 'example.com', spf('temperror', 'example.com')).result, 'temperror')
  assert.equal(checked({ 'example.com': 'v=DMARC1; p=reject' }, 'example.com', spf('temperror', 'other.example')).result, 'fail')
  assert.equal(checked({ 'example.com': 'v=DMARC1; p=reject' }, 'example.com', noSpf, [dkim('temperror', 'example.com')]).result, 'temperror')
  assert.equal(checked({ 'example.com': 'v=DMARC1; p=reject' }, 'example.com', spf('temperror', 'example.com'), [dkim('pass', 'example.com')]).result, 'pass')
})

test('most mail costs one question', () => {
  const { asked } = checked({ 'example.com': 'v=DMARC1; p=reject' }, 'example.com', spf('pass', 'bounces.esp.example'), [dkim('pass', 'example.com')])
  assert.deepEqual(asked, ['_dmarc.example.com'])
})

test('records: tolerant, but for the policy', () => {
  assert.equal(readDmarcRecord('p=reject; v=DMARC1'), undefined)
  assert.equal(readDmarcRecord('v=dmarc1; p=reject'), undefined)
  assert.equal(readDmarcRecord('v=DMARC10; p=reject'), undefined)
  assert.equal(readDmarcRecord('v = DMARC1 ;p = Reject;;nonsense; x=y')?.p, 'reject')
  assert.equal(readDmarcRecord('v=DMARC1')?.p, 'none')
  assert.equal(readDmarcRecord('v=DMARC1; p=refuse'), undefined)
  assert.equal(readDmarcRecord('v=DMARC1; p=refuse; rua=mailto:a@b.example')?.p, 'none')
  assert.equal(readDmarcRecord('v=DMARC1; p=reject; sp=never; rua=mailto:a@b.example')?.p, 'none')
  assert.equal(readDmarcRecord('v=DMARC1; p=reject; sp=never'), undefined)
  assert.deepEqual(readDmarcRecord('v=DMARC1; p=none; rua=mailto:a@b.example!10m , nonsense,https://c.example/x; ruf=mailto:f@b.example; fo=1:d; adkim=S')?.rua, ['mailto:a@b.example', 'https://c.example/x'])
  assert.equal(readDmarcRecord('v=DMARC1; p=none; fo=9')?.fo, '0')
})

test('no text makes a record throw or grow', () => {
  const part = fc.constantFrom('v=DMARC1', ';', ' ', 'p=', 'reject', 'sp=none', 'rua=', 'mailto:a@b', ',', 'psd=y', '=', '\xff', 't=y')
  fc.assert(fc.property(fc.array(part, { maxLength: 40 }), (parts) => assert.ok((readDmarcRecord(parts.join(''))?.rua.length ?? 0) <= 10)))
})

const author = (...from: readonly string[]): string => {
  const found = authorDomain(readHeader(Buffer.from(`${from.map((value) => `From: ${value}\r\n`).join('')}\r\n`)))
  return typeof found === 'string' ? found : found.domain
}

test('the Author Domain', () => {
  assert.equal(author('a@Example.COM'), 'example.com')
  assert.equal(author('"b@other.example" <a@example.com>'), 'example.com')
  assert.equal(author('A: a@example.com, b@example.com;'), 'example.com')
  assert.equal(author('Doe, John <a@example.com>'), 'example.com')
  assert.equal(author('a@日本語.example'), 'xn--wgv71a119e.example')
  assert.equal(author('a@\r\n example.com (b@c.example)'), 'example.com')
  for (const nobody of [[], ['undisclosed:;'], ['nobody'], ['']]) assert.equal(author(...nobody), 'none', nobody.join())
  for (const several of [['a@example.com', 'a@example.com'], ['a@example.com, b@other.example'], ['<a@bank.example> <b@other.example>'], [`${'x'.repeat(20_000)} <a@b.example>`]]) {
    assert.equal(author(...several), 'several', several.join())
  }
  assert.equal(author('\x1b$B<<<<\x1b(B <a@example.com>'), 'example.com')
  assert.equal(author('"<a@bank.example>" (<c>) <b@other.example>, B <c@other.example>'), 'other.example')
})
