/**
 * The trace of a message: what became of it, hop by hop, kept sealed for 90 days. Whoever makes something true notes it.
 */

/** What a customer may be told of a message. `refused`: it was never taken. */
export const traceStates = [
  'received', 'delivered', 'queued', 'held', 'deferred', 'relayed', 'bounced', 'quarantined', 'discarded', 'forwarded', 'refused', 'cancelled',
] as const
export type TraceState = (typeof traceStates)[number]

export const traceHops = ['reception', 'submission', 'relay', 'report'] as const
export type TraceHop = (typeof traceHops)[number]

export interface TraceNote {
  /** A UUID that all notes of one message share: the queue's id for what leaves, one made at reception for what arrives. */
  readonly message: string
  readonly hop: TraceHop
  readonly state: TraceState
  /** Empty: the null reverse path. */
  readonly from: string
  /** Whom this note is about, as many as share one fate. */
  readonly to: readonly string[]
  /** The header's, without its brackets; null where there is none. */
  readonly messageId: string | null
  /** IP address of the other side; null where there is none. */
  readonly peer: string | null
  /** Verdicts, filter results, mailbox, the remote's reply: short names, short texts. */
  readonly facts: Readonly<Record<string, string>>
}

export interface Tracer {
  /** Never waits and never throws; where notes come faster than they can be kept the oldest are lost, and counted. */
  note(note: TraceNote): void
}

export const noTracer: Tracer = { note: () => undefined }
