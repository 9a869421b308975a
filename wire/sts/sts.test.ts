import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseStsPolicy, stsCovers, stsMxMax, stsPolicyBytesMax, stsPolicyLines } from './policy.ts'
import { stsIdOf } from './record.ts'

test('the id is read from the one record of this version (RFC 8461 section 3.1)', () => {
  assert.equal(stsIdOf(['v=STSv1; id=20160831085700Z;']), '20160831085700Z')
  assert.equal(stsIdOf(['v=STSv1;id=1;more=this ; ', 'v=spf1 -all']), '1')
  assert.equal(stsIdOf(['v=STSv1 ; id=1']), '1')
  for (const bad of ['v=STSv1', 'v=STSv1; id=', 'v=STSv2; id=1', 'v=stsv1; id=1', 'id=1; v=STSv1', 'v=STSv1; id=a-b', `v=STSv1; id=${'1'.repeat(33)}`, 'v=STSv1; id=1; id=2']) {
    assert.equal(stsIdOf([bad]), undefined, bad)
  }
  assert.equal(stsIdOf(['v=STSv1; id=1', 'v=STSv1; id=2']), undefined)
  assert.equal(stsIdOf([]), undefined)
})

const example = ['version: STSv1', 'mode: enforce', 'mx: mail.example.com', 'mx: *.example.net', 'mx: backupmx.example.com', 'max_age: 604800', '']

test('the policy of RFC 8461 section 3.2 is read, with either line end', () => {
  const policy = { mode: 'enforce', mx: ['mail.example.com', '*.example.net', 'backupmx.example.com'], maxAgeSeconds: 604_800 }
  assert.deepEqual(parseStsPolicy(example.join('\r\n')), policy)
  assert.deepEqual(parseStsPolicy(example.join('\n')), policy)
  assert.deepEqual(parseStsPolicy('version: STSv1\nmode: none\nmax_age: 99999999999999'), undefined)
  assert.equal(parseStsPolicy('version:STSv1\nmode:none\nmax_age:9999999999')?.maxAgeSeconds, 31_557_600)
})

test('what is no policy is none', () => {
  const without = (start: string) => example.filter((line) => !line.startsWith(start)).join('\n')
  for (const field of ['version', 'mode', 'mx', 'max_age']) assert.equal(parseStsPolicy(without(field)), undefined, field)
  const one = 'version: STSv1\nmode: testing\nmax_age: 1\n'
  for (const bad of ['mx: a b', 'mx: *', 'mx: a.*.example', 'mx: [192.0.2.1]', 'nonsense', 'mx:']) assert.equal(parseStsPolicy(`${one}${bad}`), undefined, bad)
  assert.equal(parseStsPolicy(`${one}${'mx: a.example\n'.repeat(stsMxMax + 1)}`), undefined)
  assert.equal(parseStsPolicy(`${one}mx: a.example\n${' '.repeat(stsPolicyBytesMax)}`), undefined)
  assert.equal(parseStsPolicy(`${one}mx: a.example\nmode: enforce\nextra: thing`)?.mode, 'testing')
})

test('a pattern stands for one label (RFC 8461 section 4.1)', () => {
  const policy = { mode: 'enforce', mx: ['mail.example.com', '*.example.net'], maxAgeSeconds: 1 } as const
  for (const host of ['mail.example.com', 'MAIL.example.com', 'a.example.net']) assert.ok(stsCovers(policy, host), host)
  for (const host of ['example.net', 'a.b.example.net', 'x.mail.example.com', 'example.com', '', '.example.net']) assert.ok(!stsCovers(policy, host), host)
})

test('written then read is the same policy, and any text is a policy or none', () => {
  const shape = {
    mode: fc.constantFrom('enforce', 'testing', 'none'),
    mx: fc.array(fc.tuple(fc.boolean(), fc.domain()).map(([star, name]) => (star ? `*.${name}` : name).toLowerCase()), { minLength: 1, maxLength: 5 }),
    maxAgeSeconds: fc.nat(31_557_600),
  }
  const policies = fc.record(shape, { noNullPrototype: true })
  fc.assert(fc.property(policies, (policy) => assert.deepEqual(parseStsPolicy(stsPolicyLines(policy).join('\r\n')), policy)))
  fc.assert(fc.property(fc.string(), (text) => assert.ok(parseStsPolicy(text) === undefined && (stsIdOf([text]) ?? '').length <= 32)))
})
