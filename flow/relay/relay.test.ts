import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { newQueueId } from '@bulkhead/base/ids.ts'
import type { RetryPolicy } from '@bulkhead/door/contracts/start.ts'
import { ordinary, type NotifyWhen, type Queued } from '@bulkhead/mail/queue/queued.ts'
import { deferred, failed, ourselves, type Outcome } from './outcome.ts'
import { delayReportAfterMs, delayReportAttempt, isOver, jitter, nextAttemptAt } from './retry.ts'
import { destinationOf } from './route.ts'
import { verdictOn } from './verdict.ts'

const policies = fc.record({
  waitsMs: fc.array(fc.integer({ min: 1_000, max: 4 * 3_600_000 }), { minLength: 1, maxLength: 8 }),
  giveUpAfterMs: fc.integer({ min: 60_000, max: 5 * 86_400_000 }),
})
const randoms = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true })

test('a wait is the planned one give or take the jitter, and the last attempt falls on the deadline', () => {
  fc.assert(
    fc.property(policies, randoms, fc.integer({ min: 1, max: 50 }), fc.nat(5 * 86_400_000), (retry, random, attempts, age) => {
      const next = nextAttemptAt(retry, { queuedAtMs: 0, nowMs: age, attempts, random })
      const wait = retry.waitsMs[Math.min(attempts, retry.waitsMs.length) - 1] ?? 0
      assert.ok(next > age)
      assert.ok(next <= Math.max(age + 1, retry.giveUpAfterMs))
      if (next < retry.giveUpAfterMs) assert.ok(Math.abs(next - age - wait) <= wait * jitter + 1)
    }),
  )
})

test('every recipient ends: following the schedule leads to the deadline', () => {
  fc.assert(
    fc.property(policies, randoms, (retry, random) => {
      let nowMs = 0
      let attempts = 0
      const most = Math.ceil(retry.giveUpAfterMs / (Math.min(...retry.waitsMs) * (1 - jitter))) + 2
      while (!isOver(retry, 0, nowMs)) {
        attempts += 1
        assert.ok(attempts <= most)
        nowMs = nextAttemptAt(retry, { queuedAtMs: 0, nowMs, attempts, random })
      }
    }),
    { numRuns: 50 },
  )
})

const retry: RetryPolicy = { waitsMs: [60_000, 3_600_000, 7_200_000], giveUpAfterMs: 5 * 86_400_000 }

const queuedWith = (notify: readonly NotifyWhen[] | null, attempts: number): Queued => ({
  id: newQueueId(),
  ...ordinary,
  reversePath: 'a@x.example',
  bodyKind: '7bit',
  account: null,
  queuedAtMs: 0,
  sizeBytes: 10,
  recipients: [{ forwardPath: 'b@y.example', notify, orcpt: null, number: 4, domain: 'y.example', attempts }],
})

const verdict = (notify: readonly NotifyWhen[] | null, outcome: Outcome, attempts = 0, nowMs = 1_000) => {
  const queued = queuedWith(notify, attempts)
  const [recipient] = queued.recipients
  assert.ok(recipient)
  return verdictOn(queued, recipient, outcome, retry, { nowMs, random: 0.5 })
}

const delivered = (reports: 'passedOn' | 'final' | 'none'): Outcome => ({ is: 'delivered', said: ourselves(250, '2.0.0', 'ok'), reports })

test('a failure is reported unless the sender said NEVER or asked for other things', () => {
  assert.equal(verdict(null, failed('5.1.1', 'no')).report, 'failed')
  assert.equal(verdict(['failure'], failed('5.1.1', 'no')).report, 'failed')
  assert.equal(verdict([], failed('5.1.1', 'no')).report, null)
  assert.equal(verdict(['success'], failed('5.1.1', 'no')).report, null)
  assert.equal(verdict(null, failed('5.1.1', 'no')).nextAttemptAtMs, null)
})

test('success is reported only where it was asked for and the peer does not do it', () => {
  assert.equal(verdict(null, delivered('final')).report, null)
  assert.equal(verdict(['success'], delivered('final')).report, 'delivered')
  assert.equal(verdict(['success'], delivered('none')).report, 'relayed')
  assert.equal(verdict(['success'], delivered('passedOn')).report, null)
})

test('a delay is reported once, at the attempt that is past four hours', () => {
  const reports = Array.from({ length: 40 }, (_, attempts) => verdict(null, deferred('4.4.1', 'away'), attempts).report)
  assert.equal(reports.filter((report) => report === 'delayed').length, 1)
  assert.equal(reports.indexOf('delayed') + 1, delayReportAttempt(retry))
  assert.ok(60_000 + 3_600_000 + 7_200_000 < delayReportAfterMs && delayReportAttempt(retry) === 5)
  assert.equal(verdict(['failure'], deferred('4.4.1', 'away'), 4).report, null)
})

test('past the deadline a deferral is a failure', () => {
  const late = verdict(null, deferred('4.4.1', 'away'), 9, retry.giveUpAfterMs)
  assert.deepEqual([late.nextAttemptAtMs, late.report, late.said.enhanced], [null, 'failed', '5.4.7'])
})

test('the first route that covers a domain wins, and without one DNS decides', () => {
  const routes = [
    { domain: 'hikari.example', host: 'intake', port: 0 },
    { domain: '.hikari.example', host: '127.0.0.1', port: 1 },
    { domain: 'Far.example', host: '127.0.0.2', port: 2 },
  ]
  assert.deepEqual(destinationOf(routes, 'HIKARI.example'), { to: 'intake' })
  assert.deepEqual(destinationOf(routes, 'a.hikari.example'), { to: 'host', host: '127.0.0.1', port: 1 })
  assert.deepEqual(destinationOf(routes, 'far.example'), { to: 'host', host: '127.0.0.2', port: 2 })
  assert.deepEqual(destinationOf(routes, 'nothikari.example'), { to: 'exchangers', domain: 'nothikari.example' })
  assert.deepEqual(destinationOf([...routes, { domain: '*', host: 'h', port: 3 }], 'z.example'), { to: 'host', host: 'h', port: 3 })
})
