/**
 * The journal as the store keeps it: opaque sealed bytes with a few clear numbers (sizes, counts, dates). Implemented by
 * `store/journal` on PostgreSQL and by `mail/journal/memory-store.ts`; both pass the contract in `mail/journal/store-contract.ts`.
 * Every method throws `Fault('databaseAway')` when the database is away.
 */
import type { AccountHandle, MessageId, ModSeq } from '@bulkhead/base/ids.ts'
import type { PackStore } from './pack-store.ts'

/** What an account keeps, and may; null: as much as it likes. `messages` counts distinct ones: a copy shares the row of its message. */
export interface Use {
  readonly usedBytes: number
  readonly messages: number
  readonly quotaBytes: number | null
  readonly quotaMessages: number | null
}

/** Raw bytes of a message: in the row, or in the blob directory under this name. Always sealed. */
export type StoredBody =
  | { readonly in: 'row'; readonly sealed: Uint8Array }
  | { readonly in: 'blob'; readonly name: string }

/** As it is read: a body may have been packed since. */
export type FoundBody = StoredBody | { readonly in: 'pack'; readonly blob: string; readonly offset: number; readonly sizeBytes: number }

/** A message as it enters: one row, made in the transaction that appends its event. */
export interface NewMessage {
  readonly message: MessageId
  readonly sizeBytes: number
  /** The message index (envelope, structure, …), sealed. */
  readonly index: Uint8Array
  readonly body: StoredBody
}

/** A content key, sealed to the account's public key. Insert is idempotent. */
export interface SealedContentKey {
  readonly keyId: Uint8Array
  readonly sealed: Uint8Array
}

export interface Append {
  readonly account: AccountHandle
  /** Sealed events, in order; they take the next sequence numbers. */
  readonly events: readonly Uint8Array[]
  readonly messages: readonly NewMessage[]
  readonly contentKeys: readonly SealedContentKey[]
  /** Change of the account's use; deletions give negative numbers and never meet the quota. */
  readonly addsBytes: number
  readonly addsMessages: number
  /** Bytes by which appends that say so may go above the quota, together until the account was within it again; none where not said. */
  readonly aboveQuotaMax?: number
  /** Append only if the head is still this; null: whatever it is. */
  readonly expectedHead: ModSeq | null
  /** Keyed digest of an arriving message for recognising a retransmission of one that was stored but not acknowledged; null for none. */
  readonly arrivalDigest: Uint8Array | null
  /** Keep the digest after the acknowledgement too (a relayed message, identical to the byte with its trace header). */
  readonly keepDigest: boolean
}

export type AppendAnswer =
  | { readonly is: 'appended'; readonly head: ModSeq }
  /** This very message is already stored: acknowledge it, store nothing. */
  | { readonly is: 'duplicate' }
  | { readonly is: 'conflict'; readonly head: ModSeq }
  | { readonly is: 'refused'; readonly why: 'overQuota' | 'noSuchAccount' | 'accountClosed' }

export interface StoredEvent {
  readonly seq: ModSeq
  readonly sealed: Uint8Array
}

export interface StoredMessage {
  readonly message: MessageId
  readonly sizeBytes: number
  readonly index: Uint8Array
}

/** One part of a snapshot. `segment` is a small name chosen by the fold (`head`, `keys`, a mailbox and range). */
export interface StoredSegment {
  readonly segment: string
  readonly seq: ModSeq
  readonly sealed: Uint8Array
}

export interface Loaded {
  readonly head: ModSeq
  readonly usedBytes: number
  readonly messages: number
  readonly quotaBytes: number | null
  /** The newest complete snapshot; `seq` 0 and no segments where there is none. */
  readonly snapshot: { readonly seq: ModSeq; readonly segments: readonly StoredSegment[] }
  /** Events after the snapshot, at most `eventsMax` of them; call `eventsAfter` for the rest. */
  readonly events: readonly StoredEvent[]
  /** Content keys that entered after the snapshot (all of them where there is none). */
  readonly contentKeys: readonly SealedContentKey[]
}

export interface JournalReader {
  /** Segments of the snapshot that are not newer than `known` come without their bytes. */
  load(account: AccountHandle, known?: ModSeq): Promise<Loaded | undefined>
  /** The last event there is; 0 where there is no such journal. Asked for together with other accounts' heads. */
  head(account: AccountHandle): Promise<ModSeq>
  /** The next events after `seq`, oldest first, with content keys first used by them; empty where there are none. */
  eventsAfter(account: AccountHandle, seq: ModSeq, limit: number): Promise<{ readonly head: ModSeq; readonly events: readonly StoredEvent[]; readonly contentKeys: readonly SealedContentKey[] }>
  /** Indexes of at most 1,000 messages, in any order; missing ones are left out. */
  messageIndexes(account: AccountHandle, messages: readonly MessageId[]): Promise<readonly StoredMessage[]>
  bodies(account: AccountHandle, messages: readonly MessageId[]): Promise<ReadonlyMap<MessageId, FoundBody>>
  usage(account: AccountHandle): Promise<Use | undefined>
}

export interface JournalWriter {
  /** Batched with other accounts' appends into one transaction when load makes that pay; resolves when durable. */
  append(append: Append): Promise<AppendAnswer>
  /** The acknowledgement reached the sender: forget the digest (unless it was to be kept). A hint, batched, not awaited. */
  acknowledged(account: AccountHandle, arrivalDigest: Uint8Array): void
  /**
   * A newer snapshot: the segments that changed and the names of those that vanished. Ignored if a newer one is stored.
   * `deadMessages` are rows whose message no mailbox holds any more; they and their blobs go.
   */
  writeSnapshot(account: AccountHandle, snapshot: { readonly seq: ModSeq; readonly changed: readonly StoredSegment[]; readonly vanished: readonly string[]; readonly deadMessages: readonly MessageId[] }): Promise<void>
}

export interface JournalStore extends JournalReader, JournalWriter, PackStore {}
