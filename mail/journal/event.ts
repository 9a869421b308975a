/**
 * What can happen to an account. The journal is the ordered list of these; the state is a pure fold over them (`fold.ts`).
 * Of content events carry mailbox names and what a person keeps beside mail, and are sealed whole before they reach the store.
 * Store-type events are idempotent or commute; an event that no longer applies (its message is expunged, its mailbox
 * gone) folds to nothing.
 */
import type { AccountHandle, MailboxId, MessageId, ModSeq, Uid } from '@bulkhead/base/ids.ts'
import type { ObjectChange } from './objects.ts'

/** RFC 6154 attributes we create and keep. */
export const specialUses = ['\\Archive', '\\Drafts', '\\Junk', '\\Sent', '\\Trash'] as const
export type SpecialUse = (typeof specialUses)[number]

/** Ascending, disjoint, inclusive UID ranges. */
export type UidRanges = readonly (readonly [from: Uid, to: Uid])[]

export type FlagMode = 'add' | 'remove' | 'replace'

/** An entry of METADATA (RFC 5464), its name in lower case; null removes it. */
export interface Annotation {
  readonly entry: string
  readonly value: Uint8Array | null
}

/** The mailbox with this use, or else with this name. */
export interface FiledInto {
  readonly specialUse: SpecialUse | null
  readonly name: string
}

/**
 * `atMs` is when a message came into its mailbox, 0 where that is not known. `thread` is 8 bytes that messages of one
 * conversation share.
 */
export type JournalEvent =
  | { readonly kind: 'mailboxCreated'; readonly mailbox: MailboxId; readonly name: string; readonly uidValidity: number; readonly specialUse: SpecialUse | null }
  | { readonly kind: 'mailboxRenamed'; readonly mailbox: MailboxId; readonly name: string }
  | { readonly kind: 'mailboxDeleted'; readonly mailbox: MailboxId }
  | { readonly kind: 'subscribed'; readonly name: string; readonly on: boolean }
  /** A delivery or an APPEND. `null` is the INBOX, which a writer that can't read the account can't name. */
  | { readonly kind: 'arrived'; readonly mailbox: MailboxId | null; readonly message: MessageId; readonly sizeBytes: number; readonly internalDateMs: number; readonly flags: readonly string[]; readonly atMs: number; readonly thread: Uint8Array | null }
  /** A delivery for a mailbox that its writer knows by use or name only. It is made where there is none, and where that can't be it is the INBOX. */
  | { readonly kind: 'filed'; readonly into: FiledInto; readonly message: MessageId; readonly sizeBytes: number; readonly internalDateMs: number; readonly flags: readonly string[]; readonly atMs: number; readonly thread: Uint8Array | null }
  /**
   * A delivery into several mailboxes: one of these for each, all of one message. `null` is the INBOX. `first`: until now it was
   * nowhere, or marked \Deleted. Others that come to a mailbox where it is already do nothing.
   */
  | { readonly kind: 'placed'; readonly into: MailboxId | FiledInto | null; readonly first: boolean; readonly message: MessageId; readonly sizeBytes: number; readonly internalDateMs: number; readonly flags: readonly string[]; readonly atMs: number; readonly thread: Uint8Array | null }
  | { readonly kind: 'copied'; readonly from: MailboxId; readonly uids: UidRanges; readonly to: MailboxId; readonly atMs: number }
  | { readonly kind: 'moved'; readonly from: MailboxId; readonly uids: UidRanges; readonly to: MailboxId; readonly atMs: number }
  /** Leaves messages alone that changed after `unchangedSince`; null: changes all. */
  | { readonly kind: 'flagged'; readonly mailbox: MailboxId; readonly uids: UidRanges; readonly mode: FlagMode; readonly flags: readonly string[]; readonly unchangedSince: ModSeq | null }
  | { readonly kind: 'expunged'; readonly mailbox: MailboxId; readonly uids: UidRanges }
  /** Of a mailbox, or of the account itself (null). */
  | { readonly kind: 'annotated'; readonly mailbox: MailboxId | null; readonly entries: readonly Annotation[] }
  /** Unique-ids (RFC 1939 section 7) that messages had where they came from. */
  | { readonly kind: 'uidlsSet'; readonly mailbox: MailboxId; readonly uidls: readonly (readonly [Uid, string])[] }
  /** What a person keeps beside mail: contacts, identities, settings. */
  | { readonly kind: 'objectsSet'; readonly changes: readonly ObjectChange[] }
  /** In the journal of a shared mailbox: what an account may do there (RFC 4314); no rights: it is no member. */
  | { readonly kind: 'aclSet'; readonly member: AccountHandle; readonly identifier: string; readonly rights: string }

/** An event with its place: seq = MODSEQ = JMAP state. */
export interface Sequenced {
  readonly seq: ModSeq
  readonly event: JournalEvent
}
