import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { newQueueId } from '@bulkhead/base/ids.ts'
import type { RetryPolicy } from '@bulkhead/door/contracts/start.ts'
import { ordinary, type NotifyWhen, type Queued } from '@bulkhead/mail/queue/queued.ts'
import { deferred, failed, ourselves, stoppingWord, type Outcome } from './outcome.ts'
import { isOver, jitter, nextAttemptAt, scheduleOf } from './retry.ts'
import { destinationOf } from './route.ts'
import { verdictOn } from './verdict.ts'

const schedules = fc.record({
  waitsMs: fc.array(fc.integer({ min: 1_000, max: 4 * 3_600_000 }), { minLength: 1, maxLength: 8 }),
  giveUpAtMs: fc.integer({ min: 60_000, max: 5 * 86_400_000 }),
  warnAtMs: fc.option(fc.integer({ min: 1, max: 5 * 86_400_000 })),
})
const randoms = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true })

test('a wait is the planned one give or take the jitter, and attempts fall on the warning and on the deadline', () => {
  fc.assert(
    fc.property(schedules, randoms, fc.integer({ min: 1, max: 50 }), fc.nat(5 * 86_400_000), (schedule, random, attempts, nowMs) => {
      const next = nextAttemptAt(schedule, { nowMs, attempts, random })
      const wait = schedule.waitsMs[Math.min(attempts, schedule.waitsMs.length) - 1] ?? 0
      assert.ok(next > nowMs)
      assert.ok(next <= Math.max(nowMs + 1, schedule.giveUpAtMs))
      if (schedule.warnAtMs !== null && nowMs < schedule.warnAtMs) assert.ok(next <= Math.max(nowMs + 1, schedule.warnAtMs))
      if (next !== schedule.giveUpAtMs && next !== schedule.warnAtMs && next !== nowMs + 1) assert.ok(Math.abs(next - nowMs - wait) <= wait * jitter + 1)
    }),
  )
})

test('every recipient ends: following the schedule leads to the deadline', () => {
  fc.assert(
    fc.property(schedules, randoms, (schedule, random) => {
      let nowMs = 0
      let attempts = 0
      const most = Math.ceil(schedule.giveUpAtMs / (Math.min(...schedule.waitsMs) * (1 - jitter))) + 3
      while (!isOver(schedule, nowMs)) {
        attempts += 1
        assert.ok(attempts <= most)
        nowMs = nextAttemptAt(schedule, { nowMs, attempts, random })
      }
    }),
    { numRuns: 50 },
  )
})

test('what was released late has its whole time, and a deadline of its sender cuts it', () => {
  const policy = { waitsMs: [1_000], giveUpAfterMs: 100_000, warnAfterMs: 40_000 }
  const mail = { queuedAtMs: 1_000, releaseAtMs: null, deliverBy: null }
  const by = (mode: 'return' | 'notify', atMs: number) => ({ ...mail, deliverBy: { atMs, mode, trace: false } })
  const times = (timed: Parameters<typeof scheduleOf>[1], retry = policy) => {
    const { giveUpAtMs, warnAtMs } = scheduleOf(retry, timed)
    return [giveUpAtMs, warnAtMs]
  }
  assert.deepEqual(times(mail), [101_000, 41_000])
  assert.deepEqual(times({ ...mail, releaseAtMs: 50_000 }), [150_000, 90_000])
  assert.deepEqual(times(by('return', 60_000)), [60_000, 41_000])
  assert.deepEqual(times(by('return', 30_000)), [30_000, null])
  assert.deepEqual(times(by('notify', 30_000)), [101_000, 30_000])
  assert.deepEqual(times(mail, { ...policy, warnAfterMs: 0 }), [101_000, null])
})

const retry: RetryPolicy = { waitsMs: [60_000, 3_600_000, 7_200_000], giveUpAfterMs: 5 * 86_400_000, warnAfterMs: 4 * 3_600_000 }

const queuedWith = (notify: readonly NotifyWhen[] | null, delayTold: boolean): Queued => ({
  id: newQueueId(),
  ...ordinary,
  reversePath: 'a@x.example',
  bodyKind: '7bit',
  account: null,
  queuedAtMs: 0,
  sizeBytes: 10,
  recipients: [{ forwardPath: 'b@y.example', notify, orcpt: null, number: 4, domain: 'y.example', attempts: 3, delayTold }],
})

const verdict = (notify: readonly NotifyWhen[] | null, outcome: Outcome, nowMs = 1_000, delayTold = false) => {
  const queued = queuedWith(notify, delayTold)
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

test('a delay is reported once, at the first attempt after four hours', () => {
  const away = deferred('4.4.1', 'away')
  const at = 4 * 3_600_000
  assert.deepEqual([verdict(null, away, at - 1).report, verdict(null, away, at - 1).delayTold], [null, false])
  assert.deepEqual([verdict(null, away, at).report, verdict(null, away, at).delayTold], ['delayed', true])
  assert.equal(verdict(null, away, 2 * at, true).report, null)
  assert.deepEqual([verdict(['failure'], away, at).report, verdict(['failure'], away, at).delayTold], [null, true])
})

test('past the deadline a deferral is a failure', () => {
  const late = verdict(null, deferred('4.4.1', 'away'), retry.giveUpAfterMs)
  assert.deepEqual([late.nextAttemptAtMs, late.report, late.said.enhanced], [null, 'failed', '5.4.7'])
})

test('an attempt that our own stop broke off is no last chance, whatever the time', () => {
  const stopped = verdict(null, deferred('4.4.2', stoppingWord), 2 * retry.giveUpAfterMs, true)
  assert.deepEqual([stopped.state, stopped.report, stopped.nextAttemptAtMs !== null], ['deferred', null, true])
})

test('the first route that covers a domain wins, and without one DNS decides', () => {
  const routes = [
    { domain: 'hikari.example', host: 'intake', port: 0 },
    { domain: '.hikari.example', host: '127.0.0.1', port: 1 },
    { domain: 'Far.example', host: '127.0.0.2', port: 2 },
  ]
  const plain = { verified: false, login: null }
  assert.deepEqual(destinationOf(routes, 'HIKARI.example'), { to: 'intake' })
  assert.deepEqual(destinationOf(routes, 'a.hikari.example'), { to: 'host', host: '127.0.0.1', port: 1, ...plain })
  assert.deepEqual(destinationOf(routes, 'far.example'), { to: 'host', host: '127.0.0.2', port: 2, ...plain })
  assert.deepEqual(destinationOf(routes, 'nothikari.example'), { to: 'exchangers', domain: 'nothikari.example' })
  assert.deepEqual(destinationOf([...routes, { domain: '*', host: 'h', port: 3 }], 'z.example'), { to: 'host', host: 'h', port: 3, ...plain })
})
