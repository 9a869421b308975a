import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { ArcOutcome } from './results.ts'
import { vouchedFor } from './vouching.ts'

const arc = (results: string, domains: readonly string[] = ['list.example'], result: ArcOutcome['result'] = 'pass'): ArcOutcome => ({
  result, oldestPass: 0, reason: null, hops: domains.map((domain, at) => ({ instance: at + 1, domain, selector: 's', results: at === 0 ? results : 'x; none' })),
})
const good = 'mx.list.example; spf=pass smtp.mailfrom=a@hikari.example; dmarc=pass (p=reject) header.from=hikari.example'
const trusted = ['list.example', 'forwarder.example']

test('a trusted sealer says that the author passed', () => {
  assert.ok(vouchedFor(arc(good), 'hikari.example', trusted))
  assert.ok(vouchedFor(arc(good, ['list.example', 'forwarder.example']), 'hikari.example', trusted))
  assert.ok(vouchedFor(arc('mx; dmarc = PASS header.from = Hikari.example'), 'hikari.example', trusted))
})

test('nobody else does', () => {
  assert.ok(!vouchedFor(arc(good), 'hikari.example', []))
  assert.ok(!vouchedFor(arc(good), 'bank.example', trusted))
  assert.ok(!vouchedFor(arc(good), null, trusted))
  assert.ok(!vouchedFor(arc(good, ['list.example', 'eve.example']), 'hikari.example', trusted))
  assert.ok(!vouchedFor(arc(good, ['list.example'], 'fail'), 'hikari.example', trusted))
  assert.ok(!vouchedFor(arc(good, [], 'none'), 'hikari.example', trusted))
  for (const results of [
    'mx; dmarc=fail header.from=hikari.example', 'mx; dmarc=pass header.from=eve.example', 'mx; dmarc=pass', 'mx; (dmarc=pass header.from=hikari.example) none',
    'mx; spf=pass reason="x; dmarc=pass header.from=hikari.example"', 'mx; dmarc=fail header.from=hikari.example; dmarc=pass header.from=hikari.example',
    'mx; dmarc=pass reason="header.from=hikari.example"', 'mx; spf=pass smtp.mailfrom="; dmarc=pass header.from=hikari.example "@x', 'mx; xdmarc=pass header.from=hikari.example', '',
  ]) assert.ok(!vouchedFor(arc(results), 'hikari.example', trusted), results)
})

test('no results make it throw', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary-ascii', maxLength: 300 }), (text) => assert.equal(vouchedFor(arc(text), 'hikari.example', trusted), false)))
})
