/**
 * From which of our addresses a message leaves. A pool belongs to brands; within it the sender decides, so that a sender
 * keeps an address, its reputation is its own, and a message is tried again from where it was tried before, as hosts that
 * look at new senders twice expect. Pure.
 */
import { createHash } from 'node:crypto'
import type { EgressPool, EgressSource } from '@bulkhead/door/contracts/start.ts'
import { poolOf } from '@bulkhead/mail/queue/egress-pool.ts'
import type { QueuedEnvelope } from '@bulkhead/mail/queue/queued.ts'

type Sent = Pick<QueuedEnvelope, 'brand' | 'account' | 'reversePath'>

/** Null: whichever address the machine takes. */
export const sourceOf = (pools: readonly EgressPool[], { brand, account, reversePath }: Sent): EgressSource | null => {
  const sources = poolOf(pools, brand)?.sources ?? []
  if (sources.length === 0) return null
  const at = createHash('sha256').update(account ?? reversePath).digest().readUInt32BE(0) % sources.length
  return sources[at] ?? null
}
