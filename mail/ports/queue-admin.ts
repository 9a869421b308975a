/**
 * The outbound queue of a cell, as the desk sees it: domains, sizes, times and status codes. It can hold a message back
 * or send it on its way; it can't open one.
 */
import type { QueueId } from '@bulkhead/base/ids.ts'
import type { QueueLine } from '@bulkhead/door/contracts/desk.ts'

/**
 * `hold`: not claimed until released. `release`: due now. `retry`: due now whatever its back-off says. `drop`: every
 * recipient is gone, and the message with the last one; nobody is told.
 */
export const queueActs = ['hold', 'release', 'retry', 'drop'] as const
export type QueueAct = (typeof queueActs)[number]

export interface QueueAdmin {
  /** One line per recipient still waiting, oldest message first. */
  list(limit: number): Promise<readonly QueueLine[]>
  /** Holds what this sender (a pseudonym) has in the queue and is not being sent, or lets it go; how many recipients. */
  holdSender(sender: string, held: boolean): Promise<number>
  /** How many recipients it touched (those being sent right now are left alone); undefined where there is no such message. */
  act(id: QueueId, act: QueueAct): Promise<number | undefined>
}
