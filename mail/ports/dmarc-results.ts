/**
 * What DMARC came to, message by message, for the domains that asked to hear of it (RFC 9990). Intake notes once it has
 * judged; reports are made from it. Domains and the client's IP address, nothing that names a person.
 */
import type { DkimOutcome, DmarcOutcome, DmarcPolicy, SpfOutcome } from '@bulkhead/wire/mailauth/results.ts'

/** RFC 9990 section 3.1.1.9: why something else was done than the policy asks. */
export const dmarcOverrides = ['local_policy', 'mailing_list', 'other', 'policy_test_mode', 'trusted_forwarder'] as const
export type DmarcOverride = (typeof dmarcOverrides)[number]

export interface DmarcNote {
  readonly atMs: number
  /** IP address of the client; notes without one are not taken. */
  readonly peer: string | null
  /** Domain of the reverse path; empty: the null one. */
  readonly envelopeFrom: string
  /** What a domain of ours the message was for. */
  readonly envelopeTo: string
  readonly spf: SpfOutcome
  readonly dkim: readonly DkimOutcome[]
  readonly dmarc: DmarcOutcome
  /** What was done to the message. */
  readonly disposition: DmarcPolicy
  /** Null where `disposition` is what the policy asks. */
  readonly override: DmarcOverride | null
}

export interface DmarcResults {
  /** Never waits and never throws; where results come faster than they can be kept they are counted and dropped. */
  note(note: DmarcNote): void
}

export const noDmarcResults: DmarcResults = { note: () => undefined }
