/**
 * The outbound queue of a cell. Recipients and content are sealed to the courier's key; the store sees a domain, sizes
 * and times. One row per recipient carries its own fate; leases make sure one courier at a time works on it.
 */
import type { QueueId } from '@bulkhead/base/ids.ts'

export interface NewQueued {
  readonly id: QueueId
  readonly sizeBytes: number
  /** Keyed pseudonym of the account that sent it; null where nobody's. */
  readonly sender: string | null
  /** -9 to 9; higher is claimed first. */
  readonly priority: number
  /** Not claimed before; null: at once. */
  readonly releaseAtMs: number | null
  /** Not claimed until released. */
  readonly held: boolean
  /** Sealed: reverse path, RET, ENVID, body kind, SMTPUTF8, submitting account, handling, message key. */
  readonly envelope: Uint8Array
  /** The message's bytes, sealed under the message key in chunks (`seal/stream.ts`). */
  readonly body: Uint8Array
  readonly recipients: readonly { readonly domain: string; readonly sealed: Uint8Array }[]
}

export interface QueueWriter {
  /** Durable when it resolves. */
  enqueue(message: NewQueued): Promise<void>
}

export const undoStates = ['pending', 'final', 'canceled'] as const
export const submissionFates = ['done', 'failed', 'deferred'] as const

export interface SubmissionFacts {
  readonly id: QueueId
  /** `pending`: no courier has claimed any of it. */
  readonly undo: (typeof undoStates)[number]
  /** Those an attempt has ended for, by their place among the recipients, from 1. `status`: SMTP code and enhanced code, where the peer said so. */
  readonly fates: readonly { readonly number: number; readonly fate: (typeof submissionFates)[number]; readonly status: string | null }[]
}

export const submissionsAskedMax = 1_000

/** What submission may do with what it queued. `sender` is the pseudonym it was queued with. */
export interface SubmissionQueue extends QueueWriter {
  /** As `enqueue`, and its sender may ask what became of it and take it back. False: its id was used or forgone, and nothing happened. */
  submit(message: NewQueued): Promise<boolean>
  /** Undo: the message is gone as if it had never been. False once a courier has claimed any of it, where there is none, or where it is another's. */
  cancel(id: QueueId, sender: string): Promise<boolean>
  /** Nothing will be submitted with this id. False: it was already. */
  forgo(id: QueueId, sender: string): Promise<boolean>
  /** What became of these, at most `submissionsAskedMax`; those of others, and those from long ago, are missing. */
  submissions(ids: readonly QueueId[], sender: string): Promise<readonly SubmissionFacts[]>
  /** Keeps back what this sender has in the queue and is not being sent; how many recipients. Later mail is queued with `held`. */
  holdSender(sender: string): Promise<number>
  releaseSender(sender: string): Promise<number>
}

export interface ClaimedRecipient {
  readonly number: number
  readonly domain: string
  readonly sealed: Uint8Array
  readonly attempts: number
  /** The sender was told that it takes long. */
  readonly delayTold: boolean
}

export interface Claimed {
  readonly id: QueueId
  /** Proves the lease is still ours; a fenced write with an old one changes nothing. */
  readonly lease: bigint
  readonly queuedAtMs: number
  readonly sizeBytes: number
  readonly envelope: Uint8Array
  /** To be given up without an attempt: the ISP dropped it. */
  readonly dropped: boolean
  readonly recipients: readonly ClaimedRecipient[]
}

/**
 * What became of a recipient in an attempt. `status` is SMTP code and enhanced code only; `sealedText` the peer's words.
 * `failed` is kept for a while, so that it can be queued again.
 */
export type Fate =
  | { readonly number: number; readonly fate: 'done' }
  | { readonly number: number; readonly fate: 'failed'; readonly status: string; readonly sealedText: Uint8Array | null }
  | { readonly number: number; readonly fate: 'deferred'; readonly nextAttemptAtMs: number; readonly delayTold: boolean; readonly status: string; readonly sealedText: Uint8Array | null }

export interface Waiting {
  readonly domain: string
  /** Its most urgent mail has a priority above 0. */
  readonly urgent: boolean
}

export interface Wanted {
  readonly domain: string
  /** Messages, at most. */
  readonly count: number
}

export interface CourierQueue {
  /**
   * Domains that have mail to be claimed: some of those with urgent mail, and, by name, at most `limit` of those after
   * `after`. Fewer than `limit` of the latter: they were the last, and '' begins anew. Paused ones are left out.
   */
  waiting(after: string, limit: number): Promise<readonly Waiting[]>
  /** Due recipients of one message and one domain at a time, leased for `leaseMs`. */
  claim(wanted: readonly Wanted[], leaseMs: number): Promise<readonly Claimed[]>
  /** Holds on to these for another `leaseMs`; those whose lease was lost stay lost. */
  renew(held: readonly Pick<Claimed, 'id' | 'lease'>[], leaseMs: number): Promise<void>
  body(id: QueueId): Promise<Uint8Array | undefined>
  /** False where the lease was lost. A message whose recipients are all done goes with its body. */
  settle(id: QueueId, lease: bigint, fates: readonly Fate[]): Promise<boolean>
  /** When the next recipient is due; null where nothing waits. */
  nextDueMs(): Promise<number | null>
  /** Ends what was kept of failures from before that time, some at once; how many recipients. */
  forgetBounced(beforeMs: number): Promise<number>
}
