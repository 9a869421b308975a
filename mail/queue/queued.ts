/** A message on its way out, as meaning: what submission puts into the queue and what the courier takes from it. */
import type { AccountHandle, QueueId } from '@bulkhead/base/ids.ts'
import type { ClaimedRecipient } from '../ports/queue.ts'

/** RFC 3461 section 4.1. An empty list of `NOTIFY` values is NEVER; null: nothing was asked (failures are reported). */
export type NotifyWhen = 'success' | 'failure' | 'delay'

export interface QueuedRecipient {
  /** As `wireAddress` writes it, case kept: the local part is the receiving host's to read. Its domain the store sees in clear. */
  readonly forwardPath: string
  readonly notify: readonly NotifyWhen[] | null
  /** RFC 3461 section 4.2, `type;xtext` as it was given; null where it was not. */
  readonly orcpt: string | null
}

export const bodyKinds = ['7bit', '8bitmime', 'binarymime'] as const
export type BodyKind = (typeof bodyKinds)[number]

export const priorityMax = 9

/** RFC 2852, its seconds made a time. `return`: not later, so it is given up then; `notify`: the sender hears of it then. */
export interface DeliverBy {
  readonly atMs: number
  readonly mode: 'return' | 'notify'
  readonly trace: boolean
}

export interface QueuedEnvelope {
  /** As `wireAddress` writes it; empty is the null reverse path. */
  readonly reversePath: string
  readonly ret: 'full' | 'hdrs' | null
  /** RFC 3461 section 4.4, decoded from xtext. */
  readonly envid: string | null
  readonly bodyKind: BodyKind
  readonly smtpUtf8: boolean
  /** Who submitted it; null for what the platform itself sends (reports). */
  readonly account: AccountHandle | null
  /** Whose service it was sent from, which chooses egress and the language of reports; null: the cell's own. */
  readonly brand: string | null
  /** Not sent before (FUTURERELEASE RFC 4865, undo); null: at once. */
  readonly releaseAtMs: number | null
  /** RFC 6710: -9 to 9, higher first. */
  readonly priority: number
  readonly deliverBy: DeliverBy | null
  /** RFC 8689: only over verified TLS, to hosts that pass this on. */
  readonly requireTls: boolean
  /** RFC 8689, `TLS-Required: No`: recipients' policies on TLS are set aside. */
  readonly tlsWaived: boolean
  /** A login of ours handed it in, and each author is that person's own: what submission checked. Not of what is passed on. */
  readonly submitted: boolean
  /** Kept back by policy until somebody releases it. */
  readonly held: boolean
}

/** What most mail asks for; callers say what is different. */
export const ordinary = {
  ret: null,
  envid: null,
  smtpUtf8: false,
  brand: null,
  releaseAtMs: null,
  priority: 0,
  deliverBy: null,
  requireTls: false,
  tlsWaived: false,
  submitted: false,
  held: false,
} as const satisfies Partial<QueuedEnvelope>

export interface Queued extends QueuedEnvelope {
  readonly id: QueueId
  readonly queuedAtMs: number
  readonly sizeBytes: number
  readonly recipients: readonly (QueuedRecipient & Omit<ClaimedRecipient, 'sealed'>)[]
}
