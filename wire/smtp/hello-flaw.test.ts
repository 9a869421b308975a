import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { helloFlaw, isImpossible } from './hello-flaw.ts'

const claims: readonly (readonly [name: string, flaw: ReturnType<typeof helloFlaw>])[] = [
  ['mail.far.example', undefined],
  ['mail.far.example.', undefined],
  ['例え.example', undefined],
  ['[192.0.2.7]', undefined],
  ['[192.0.2.8]', 'otherLiteral'],
  ['[IPv6:2001:db8::1]', 'otherLiteral'],
  ['192.0.2.7', 'bareAddress'],
  ['2001:db8::1', 'bareAddress'],
  ['MX1.Hikari.Example', 'ownName'],
  ['localhost', 'unqualified'],
  ['-x.example', 'syntax'],
  ['[300.0.0.1]', 'syntax'],
  ['a b', 'syntax'],
  ['', 'syntax'],
]

for (const [name, flaw] of claims) {
  test(`${JSON.stringify(name)} in EHLO: ${flaw ?? 'nothing wrong'}`, () => assert.equal(helloFlaw(name, 'mx1.hikari.example', '192.0.2.7'), flaw))
}

test('any name gets a judgement, and only what nobody can be is impossible', () => {
  fc.assert(fc.property(fc.string({ maxLength: 300 }), (name) => {
    const flaw = helloFlaw(name, 'mx1.hikari.example', '192.0.2.7')
    assert.equal(isImpossible(flaw), flaw === 'ownName' || flaw === 'bareAddress' || flaw === 'syntax')
  }))
})
