import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { manualClock } from '@bulkhead/base/clock.ts'
import { failed, ourselves, type Outcome } from './outcome.ts'
import { connectionsFor, paced, paceOf, windowFirst, windowMax, type PaceSignal } from './pace.ts'
import { peers } from './peers.ts'
import { signalOf } from './signal.ts'

const signals = fc.array(fc.tuple(fc.constantFrom<PaceSignal>('taken', 'slower', 'fewer'), fc.nat(5_000), fc.nat(30)), { maxLength: 200 })

test('whatever a host says, it is given at least one connection and at most its ceiling, and is not left waiting for ever', () => {
  fc.assert(
    fc.property(signals, fc.integer({ min: 1, max: windowMax }), (said, ceiling) => {
      let nowMs = 10_000
      let pace = paceOf(ceiling)
      for (const [signal, afterMs, inUse] of said) {
        nowMs += afterMs
        pace = paced(pace, signal, { nowMs, inUse, ceiling })
        assert.ok(connectionsFor(pace) >= 1 && connectionsFor(pace) <= ceiling)
        assert.ok(pace.gapMs >= 0 && pace.gapMs <= 10_000)
      }
      for (let taken = 0; taken < 400; taken += 1) pace = paced(pace, 'taken', { nowMs: nowMs + 3_600_000, inUse: 1, ceiling })
      assert.deepEqual([connectionsFor(pace), pace.gapMs], [ceiling, 0])
    }),
  )
})

test('a host gets more while it takes them, half when it complains, once for each moment', () => {
  const at = (nowMs: number) => ({ nowMs, inUse: 5, ceiling: windowMax })
  let pace = paceOf()
  assert.equal(connectionsFor(pace), windowFirst)
  for (let taken = 0; taken < 10; taken += 1) pace = paced(pace, 'taken', at(0))
  assert.equal(connectionsFor(pace), windowFirst + 10)
  for (let complaint = 0; complaint < 5; complaint += 1) pace = paced(pace, 'slower', at(5_000))
  assert.deepEqual([connectionsFor(pace), pace.gapMs], [6, 100])
  pace = paced(pace, 'taken', at(6_000))
  assert.equal(connectionsFor(pace), 6, 'slowly from here')
  pace = paced(pace, 'fewer', { ...at(7_000), inUse: 4 })
  for (let taken = 0; taken < 50; taken += 1) pace = paced(pace, 'taken', at(8_000))
  assert.equal(connectionsFor(pace), 4, 'what was learned is kept')
  pace = paced(pace, 'taken', at(700_000))
  assert.equal(pace.ceiling, windowMax, 'and forgotten after a while')
})

test('a carrier is given few connections from the start', () => {
  const known = peers(manualClock(0))
  for (let taken = 0; taken < 50; taken += 1) for (const host of ['mfsmax.docomo.ne.jp:25', 'mx.far.example:25']) known.heard(host, 'taken')
  assert.deepEqual([known.allowed('mfsmax.docomo.ne.jp:25'), known.allowed('mx.far.example:25')], [3, windowMax])
})

test('a host that takes no connection while another does is left alone for a while', () => {
  const clock = manualClock(0)
  const known = peers(clock)
  known.heard('mx2.far.example:25', 'fewer')
  assert.equal(known.room('mx2.far.example:25'), 0)
  clock.advance(60_001)
  assert.equal(known.room('mx2.far.example:25'), 1)
})

test('what is said of one mailbox or of a new sender does not slow the others down', () => {
  const said = (code: number, text: string): Outcome => ({ is: code < 500 ? 'deferred' : 'failed', said: { code, enhanced: '4.0.0', text, by: 'mx.far.example' } })
  assert.equal(signalOf([said(450, 'Greylisted, try again later')]), undefined)
  assert.equal(signalOf([said(452, 'Mailbox over quota')]), undefined)
  assert.equal(signalOf([said(421, 'Service not available')]), 'slower')
  assert.equal(signalOf([said(451, 'Rate limit exceeded, slow down')]), 'slower')
  assert.equal(signalOf([said(421, 'Too many concurrent SMTP connections')]), 'fewer')
  assert.equal(signalOf([said(550, 'No such user')]), 'taken')
  assert.equal(signalOf([failed('5.3.4', 'too large')]), undefined, 'what we said ourselves')
  assert.equal(signalOf([{ is: 'delivered', said: ourselves(250, '2.0.0', 'ok'), reports: 'none' }]), 'taken')
})
