/**
 * The outbound queue of a cell, as the desk sees it: domains, sizes, times and status codes. It can hold a message back
 * or send it on its way; it can't open one.
 */
import type { QueueId } from '@bulkhead/base/ids.ts'
import type { QueueLine, QueueState, QueueTotals } from '@bulkhead/door/contracts/desk.ts'

/**
 * `hold`: not claimed until released. `release`: due now. `retry`: due now whatever its back-off says. `drop`: given up
 * at once, its sender is told. `discard`: every recipient is gone, and the message with the last one; nobody is told.
 * `requeue`: what was given up within a day is queued again, as new.
 */
export const queueActs = ['hold', 'release', 'retry', 'drop', 'discard', 'requeue'] as const
export type QueueAct = (typeof queueActs)[number]

/** Null: not asked about. */
export interface QueueFilter {
  readonly id: QueueId | null
  readonly domain: string | null
  readonly state: QueueState | null
  /** Pseudonym of the account that sent it. */
  readonly sender: string | null
  readonly queuedBeforeMs: number | null
}

export const anyQueued: QueueFilter = { id: null, domain: null, state: null, sender: null, queuedBeforeMs: null }

export interface ActedOn {
  /** Null: that was all. */
  readonly last: QueueId | null
  readonly recipients: number
}

export interface QueueAdmin {
  /** One line per recipient, oldest message first. What was given up only where it is asked for, by state or id. */
  list(filter: QueueFilter, limit: number): Promise<readonly QueueLine[]>
  /** Recipients by domain; the first line, `*`, is all of them. */
  summary(limit: number): Promise<readonly QueueTotals[]>
  /** Acts on every message of a domain or sender, some at a time; `after` goes on where the last answer ended. */
  actOnAll(filter: Pick<QueueFilter, 'domain' | 'sender'>, act: QueueAct, after: QueueId | null): Promise<ActedOn>
  /** Nothing is claimed for the domain (`*`: for any) until then; null: goes on. */
  pause(domain: string, untilMs: number | null): Promise<void>
  /** Holds what this sender (a pseudonym) has in the queue and is not being sent, or lets it go; how many recipients. */
  holdSender(sender: string, held: boolean): Promise<number>
  /** How many recipients it touched (those being sent right now are left alone); undefined where there is no such message. */
  act(id: QueueId, act: QueueAct): Promise<number | undefined>
}
