import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { exchangersMax } from './limits.ts'
import { hostsFor, type Exchanger } from './exchangers.ts'
import { mayReach } from './dial.ts'

const found = (...exchangers: readonly (readonly [string, number])[]) =>
  ({ is: 'found', secure: true, ttlSeconds: 60, name: 'far.example', records: exchangers.map(([host, preference]) => ({ host, preference })) }) as const
const without = (is: 'none' | 'noSuchName') => ({ is, secure: false, ttlSeconds: 60 }) as const
const half = () => 0.5
const hosts = (answer: Parameters<typeof hostsFor>[1]) => hostsFor('far.example', answer, 'mx1.hikari.example', half)
const status = (answer: Parameters<typeof hostsFor>[1]) => {
  const outcome = hosts(answer)
  return outcome.is === 'hosts' ? 'hosts' : `${outcome.is} ${'said' in outcome ? outcome.said.enhanced : ''}`
}

test('exchangers are tried by preference', () => {
  assert.deepEqual(hosts(found(['c.far.example', 30], ['A.far.example.', 10], ['b.far.example', 20])), {
    is: 'hosts',
    hosts: ['a.far.example', 'b.far.example', 'c.far.example'],
    secure: true,
  })
})

test('a domain without exchangers is its own', () => {
  assert.deepEqual(hosts(without('none')), { is: 'hosts', hosts: ['far.example'], secure: false })
})

test('a null MX takes no mail (RFC 7505), a missing domain is no address, a silent DNS is tried again', () => {
  assert.equal(status(found(['.', 0])), 'failed 5.1.10')
  assert.equal(status(found(['', 0])), 'failed 5.1.10')
  assert.equal(status(without('noSuchName')), 'failed 5.1.2')
  assert.equal(status({ is: 'away' }), 'deferred 4.4.3')
})

test('mail is never sent to ourselves, nor to those who would send it to us (RFC 5321 section 5.1)', () => {
  assert.deepEqual(hosts(found(['a.far.example', 5], ['MX1.hikari.example', 10], ['b.far.example', 20])), { is: 'hosts', hosts: ['a.far.example'], secure: true })
  assert.equal(status(found(['mx1.hikari.example', 10], ['b.far.example', 20])), 'failed 5.4.6')
})

test('whatever DNS says, the order is by preference and the number limited', () => {
  const exchanger = fc.record({ host: fc.domain(), preference: fc.nat(65_535) })
  fc.assert(
    fc.property(fc.array(exchanger, { minLength: 1, maxLength: 40 }), fc.infiniteStream(fc.double({ min: 0, max: 0.99, noNaN: true })), (all, randoms) => {
      const random = (): number => randoms.next().value ?? 0
      const answer = hostsFor('far.example', { is: 'found', secure: false, ttlSeconds: 60, name: 'far.example', records: all }, 'mx1.hikari.example', random)
      if (answer.is !== 'hosts') return
      assert.ok(answer.hosts.length <= exchangersMax)
      const best = (host: string) => Math.min(...all.filter((one: Exchanger) => one.host.toLowerCase() === host).map(({ preference }) => preference))
      const preferences = answer.hosts.map(best)
      const smallest = all.map(({ preference }) => preference).sort((a, b) => a - b)
      assert.ok(preferences.every((preference, at) => preference <= (smallest[at] ?? 0)))
    }),
  )
})

test('DNS may not lead to this machine, an operator may, and the demonstration goes nowhere else', () => {
  for (const own of ['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1', '0.0.0.0', '::', '169.254.169.254', 'fe80::1']) {
    assert.equal(mayReach(own, 'dns', false), false, own)
    assert.equal(mayReach(own, 'route', false), true, own)
  }
  for (const [address, may] of [['127.0.0.1', true], ['::1', true], ['192.0.2.1', false], ['2001:db8::1', false], ['0.0.0.0', false]] as const) {
    assert.equal(mayReach(address, 'dns', true), may, address)
    assert.equal(mayReach(address, 'route', true), may, address)
  }
})
