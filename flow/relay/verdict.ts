/** From what an attempt came to, to what the queue keeps and what the sender hears. Pure. */
import type { RetryPolicy } from '@bulkhead/door/contracts/start.ts'
import type { TraceState } from '@bulkhead/mail/ports/trace.ts'
import type { Queued } from '@bulkhead/mail/queue/queued.ts'
import type { DsnAction } from '@bulkhead/wire/trace/dsn.ts'
import { ourselves, stoppingWord, type Outcome, type Said } from './outcome.ts'
import { isLate, isOver, nextAttemptAt, scheduleOf } from './retry.ts'

export type QueuedTo = Queued['recipients'][number]

export interface Verdict {
  readonly number: number
  /** null: done with. */
  readonly nextAttemptAtMs: number | null
  readonly said: Said
  readonly state: Extract<TraceState, 'relayed' | 'delivered' | 'deferred' | 'bounced'>
  /** What the sender is told; null for nothing. */
  readonly report: DsnAction | null
  /** The sender was told, now or before, that it takes long. */
  readonly delayTold: boolean
}

export interface Moment {
  readonly nowMs: number
  readonly random: number
}

/** RFC 3461 section 4.1: what was not asked for is told only where it is a failure or a long wait. */
const wants = (recipient: QueuedTo, when: 'success' | 'failure' | 'delay'): boolean =>
  recipient.notify === null ? when !== 'success' : recipient.notify.includes(when)

const onDelivery = (recipient: QueuedTo, reports: 'passedOn' | 'final' | 'none'): DsnAction | null => {
  if (reports === 'passedOn' || !wants(recipient, 'success')) return null
  return reports === 'final' ? 'delivered' : 'relayed'
}

const tooLong = (said: Said): Said =>
  said.by === null ? ourselves(550, '5.4.7', `${said.text}; gave up`) : { ...said, enhanced: '5.4.7' }

/** We ended the attempt, so the last chance was none: the next courier takes it. */
const isOurStop = ({ by, text }: Said): boolean => by === null && text === stoppingWord

export const verdictOn = (queued: Queued, recipient: QueuedTo, outcome: Outcome, retry: RetryPolicy, { nowMs, random }: Moment): Verdict => {
  const { number, delayTold } = recipient
  const { said } = outcome
  const failure = wants(recipient, 'failure') ? 'failed' : null
  const over = { number, nextAttemptAtMs: null, delayTold }
  if (outcome.is === 'delivered') {
    const state = outcome.reports === 'final' ? 'delivered' : 'relayed'
    return { ...over, said, state, report: onDelivery(recipient, outcome.reports) }
  }
  if (outcome.is === 'failed') return { ...over, said, state: 'bounced', report: failure }
  const schedule = scheduleOf(retry, queued)
  if (isOver(schedule, nowMs) && !isOurStop(said)) return { ...over, said: tooLong(said), state: 'bounced', report: failure }
  const late = !delayTold && isLate(schedule, nowMs)
  const nextAttemptAtMs = nextAttemptAt(schedule, { nowMs, attempts: recipient.attempts + 1, random })
  const report = late && wants(recipient, 'delay') ? 'delayed' : null
  return { number, nextAttemptAtMs, delayTold: delayTold || late, said, state: 'deferred', report }
}
