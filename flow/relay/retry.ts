/**
 * When to try again, when to tell the sender that it takes long, and when to give up. Pure; `random` is a number in
 * [0, 1) so that the jitter can be tested.
 */
import { assert } from '@bulkhead/base/assert.ts'
import type { RetryPolicy } from '@bulkhead/door/contracts/start.ts'
import type { Queued } from '@bulkhead/mail/queue/queued.ts'

/** Part of a wait by which it may be longer or shorter, so that a peer that was away is not met by all at once. */
export const jitter = 0.2

/** One message's own times, made from the policy and what its sender asked for (RFC 2852, RFC 4865). */
export interface Schedule {
  readonly waitsMs: readonly number[]
  readonly giveUpAtMs: number
  /** null: never. */
  readonly warnAtMs: number | null
}

type Timed = Pick<Queued, 'queuedAtMs' | 'releaseAtMs' | 'deliverBy'>

/** What was released late has its whole time from then on. */
export const scheduleOf = (retry: RetryPolicy, { queuedAtMs, releaseAtMs, deliverBy }: Timed): Schedule => {
  const fromMs = Math.max(queuedAtMs, releaseAtMs ?? 0)
  const giveUpAtMs = fromMs + retry.giveUpAfterMs
  const warnAtMs = retry.warnAfterMs === 0 ? Number.MAX_SAFE_INTEGER : fromMs + retry.warnAfterMs
  const giveUp = deliverBy?.mode === 'return' ? Math.min(giveUpAtMs, deliverBy.atMs) : giveUpAtMs
  const warn = deliverBy?.mode === 'notify' ? Math.min(warnAtMs, deliverBy.atMs) : warnAtMs
  return { waitsMs: retry.waitsMs, giveUpAtMs: giveUp, warnAtMs: warn < giveUp ? warn : null }
}

/**
 * `attempts` counts those made, the one that just failed included. An attempt falls on the time of the warning, so that
 * nobody waits for it, and the last one on the deadline itself.
 */
export const nextAttemptAt = (
  { waitsMs, giveUpAtMs, warnAtMs }: Schedule,
  at: { readonly nowMs: number; readonly attempts: number; readonly random: number },
): number => {
  const wait = waitsMs[Math.min(at.attempts, waitsMs.length) - 1]
  assert(wait !== undefined && wait > 0, 'a retry policy has at least one wait')
  const nextMs = Math.ceil(at.nowMs + wait * (1 - jitter + 2 * jitter * at.random))
  const warning = warnAtMs !== null && warnAtMs > at.nowMs ? warnAtMs : nextMs
  return Math.max(at.nowMs + 1, Math.min(nextMs, warning, giveUpAtMs))
}

export const isOver = ({ giveUpAtMs }: Schedule, nowMs: number): boolean => nowMs >= giveUpAtMs

export const isLate = ({ warnAtMs }: Schedule, nowMs: number): boolean => warnAtMs !== null && nowMs >= warnAtMs
