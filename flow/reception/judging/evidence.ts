/** What is known of a message that is judged, the same for all its recipients, and of a recipient that it is judged for. */
import type { AccountHandle } from '@bulkhead/base/ids.ts'
import type { FilterList } from '@bulkhead/mail/filtering/entries.ts'
import type { FilterPolicy, FilterStage, Modes } from '@bulkhead/mail/filtering/settings.ts'
import type { MilterChanges } from '@bulkhead/wire/milter/changes.ts'
import type { Reply } from '@bulkhead/wire/smtp/reply.ts'
import type { Authentication } from '../../authentication/authenticate.ts'

/** Where a message ends. */
export const fates = ['inbox', 'junk', 'quarantine', 'discard', 'reject'] as const
export type Fate = (typeof fates)[number]

/** Which stage a scanner answers for. */
export type ScannedStage = 'virus' | 'spam'

/** `unscanned`: it could not be asked, and the operator has such messages marked. */
export type ScanResult = 'clean' | 'bad' | 'worst' | 'unscanned'

export interface Scanned {
  readonly scanner: string
  readonly stage: ScannedStage
  readonly result: ScanResult
  /** Name of the virus, symbols: printable ASCII, short. */
  readonly detail: string
  readonly score: { readonly value: number; readonly required: number } | null
  /** What the scanner itself asks for, which comes before the policy's action. */
  readonly asks: Exclude<Fate, 'inbox'> | null
  /** Its own words for a refusal. */
  readonly reply: Reply | null
  /** Changes it asks for; null: none. */
  readonly changes: MilterChanges | null
}

export interface Evidence {
  /** Who the message says it is from, canonical: the reverse path and the From field. The same value each time. */
  senders(): readonly string[]
  /** Null for what comes from our own courier. */
  readonly authentication: Authentication | null
  /** Value of an Authentication-Results field of what a login of ours handed in; null for all else. */
  readonly submitted: string | null
  readonly scans: readonly Scanned[]
}

/** What is known of a recipient's wishes. */
export interface RecipientFilter {
  readonly policy: FilterPolicy
  readonly modes: Modes
  /** Whether one of these senders stands in the person's list, or in the ISP's. */
  lists(account: AccountHandle, list: FilterList, senders: () => readonly string[]): boolean
}

/** What a stage found. `fate` is what is done where the stage is enforced. */
export interface Finding {
  readonly stage: FilterStage
  readonly fate: Fate
  readonly detail: string
  /** For a refusal. */
  readonly reply: Reply
}

/** `trusted`: the stages that a person's word overrules are not asked. */
export type Looked = Finding | 'trusted' | undefined

export interface Stage {
  readonly name: FilterStage
  /** Not asked about a sender whom the person trusts. */
  readonly yields: boolean
  look(evidence: Evidence, recipient: RecipientFilter & { readonly account: AccountHandle }): Looked
}
