/**
 * When to try again, when to tell the sender that it takes long, and when to give up. Pure; `random` is a number in
 * [0, 1) so that the jitter can be tested.
 */
import { assert } from '@bulkhead/base/assert.ts'
import type { RetryPolicy } from '@bulkhead/door/contracts/start.ts'

/** Part of a wait by which it may be longer or shorter, so that a peer that was away is not met by all at once. */
export const jitter = 0.2
/** RFC 5321 section 4.5.4.1 leaves it to us; people expect a word before the evening. */
export const delayReportAfterMs = 4 * 3_600_000

const waitBefore = (retry: RetryPolicy, attempt: number): number => {
  const wait = retry.waitsMs[Math.min(attempt, retry.waitsMs.length) - 1]
  assert(wait !== undefined && wait > 0, 'a retry policy has at least one wait')
  return wait
}

/** `attempts` counts those made, the one that just failed included. The last chance falls on the deadline itself. */
export const nextAttemptAt = (
  retry: RetryPolicy,
  at: { readonly queuedAtMs: number; readonly nowMs: number; readonly attempts: number; readonly random: number },
): number => {
  const wait = waitBefore(retry, at.attempts) * (1 - jitter + 2 * jitter * at.random)
  const deadline = at.queuedAtMs + retry.giveUpAfterMs
  return Math.max(at.nowMs + 1, Math.min(Math.ceil(at.nowMs + wait), deadline))
}

export const isOver = (retry: RetryPolicy, queuedAtMs: number, nowMs: number): boolean =>
  nowMs >= queuedAtMs + retry.giveUpAfterMs

/**
 * The attempt after which the delay is reported: the first whose planned time is past `delayReportAfterMs`. Counted in
 * attempts because these are counted once each, whoever makes them, so the sender hears of it once. 0: never.
 */
export const delayReportAttempt = (retry: RetryPolicy): number => {
  if (retry.giveUpAfterMs <= delayReportAfterMs) return 0
  let plannedMs = 0
  let attempt = 1
  while (plannedMs < delayReportAfterMs) {
    plannedMs += waitBefore(retry, attempt)
    attempt += 1
  }
  return attempt
}
