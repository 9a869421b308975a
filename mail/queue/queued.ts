/** A message on its way out, as meaning: what submission puts into the queue and what the courier takes from it. */
import type { AccountHandle, QueueId } from '@bulkhead/base/ids.ts'

/** RFC 3461 section 4.1. An empty list of `NOTIFY` values is NEVER; null: nothing was asked (failures are reported). */
export type NotifyWhen = 'success' | 'failure' | 'delay'

export interface QueuedRecipient {
  /** As `wireAddress` writes it, case kept: the local part is the receiving host's to read. Its domain the store sees in clear. */
  readonly forwardPath: string
  readonly notify: readonly NotifyWhen[] | null
  /** RFC 3461 section 4.2, `type;xtext` as it was given; null where it was not. */
  readonly orcpt: string | null
}

export interface QueuedEnvelope {
  /** As `wireAddress` writes it; empty is the null reverse path. */
  readonly reversePath: string
  readonly ret: 'full' | 'hdrs' | null
  /** RFC 3461 section 4.4, decoded from xtext. */
  readonly envid: string | null
  readonly bodyKind: '7bit' | '8bitmime'
  readonly smtpUtf8: boolean
  /** Who submitted it; null for what the platform itself sends (reports). */
  readonly account: AccountHandle | null
}

export interface Queued extends QueuedEnvelope {
  readonly id: QueueId
  readonly queuedAtMs: number
  readonly sizeBytes: number
  readonly recipients: readonly (QueuedRecipient & { readonly number: number; readonly domain: string; readonly attempts: number })[]
}
