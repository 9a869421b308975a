/**
 * An open account, as the protocol front ends see it: the folded state in memory, and the operations that append to the
 * journal. Implemented by `open-account.ts` over `JournalStore`, `BlobStore` and the seal; several sessions of a mailroom
 * share one. A front end never sees the store, a key or an event.
 *
 * Every operation first appends and then folds the tail, so that its own effect, and others' effects before it, are in
 * `state()` when it resolves.
 */
import type { AccountHandle, MailboxId, MessageId, ModSeq, Uid } from '@bulkhead/base/ids.ts'
import type { IndexSection, MessageIndex } from '@bulkhead/wire/mime/message-index.ts'
import type { Needle } from '@bulkhead/wire/text/digest.ts'
import type { Member } from '../journal/acl.ts'
import type { Annotation, FlagMode, SpecialUse, UidRanges } from '../journal/event.ts'
import type { ObjectChange, ObjectKind, ObjectList } from '../journal/objects.ts'
import type { FoldedAccount } from '../journal/fold.ts'
import type { Use } from '../ports/journal-store.ts'
import type { LargeTexts } from '../ports/large-texts.ts'
import type { Refused } from '../refusal.ts'

/** One mailbox's messages as parallel arrays, ascending by UID; entry i is sequence number i+1. Never written by readers. */
export interface MessageList {
  readonly count: number
  readonly uids: Uint32Array
  /** In one piece: made from its pages when first asked for. Whoever looks at a few asks `modSeq`. */
  readonly modSeqs: Float64Array
  modSeq(at: number): number
  /** Up to which position, from `at` on, the other list is this one: memory they share. `at` where it is not known. */
  sharedUpTo(other: MessageList, at: number): number
  readonly sizes: Uint32Array
  /** Milliseconds since the epoch. */
  readonly internalDates: Float64Array
  /** Seconds since the epoch when it came into this mailbox (SAVEDATE, RFC 8514); 0: not known. */
  readonly saveDates: Uint32Array
  /** THREADID (RFC 8474): `T` and 16 hex digits; null: not known. */
  threadId(at: number): string | null
  messageId(at: number): MessageId
  /** Ids at these positions, 16 bytes each, where they lie so: for `indexBatches`, which needs no text of them. */
  idsOf?(positions: readonly number[]): Uint8Array
  flags(at: number): readonly string[]
  hasFlag(at: number, flag: string): boolean
  /** Position of a UID, or -1. */
  indexOf(uid: Uid): number
}

/** By the place of a message among those asked about. */
export interface Sifted {
  knows(place: number): boolean
  /** Whether it is known that none of the message's texts holds it. */
  excludes(needle: Needle, place: number): boolean
}

export interface MailboxState {
  readonly id: MailboxId
  /** Unicode, `/` between levels, `INBOX` in capitals. */
  readonly name: string
  readonly specialUse: SpecialUse | null
  readonly uidValidity: number
  readonly uidNext: number
  readonly highestModSeq: ModSeq
  readonly messages: MessageList
  readonly unseen: number
  readonly deleted: number
  readonly sizeBytes: number
  /** Keywords and system flags in use, for FLAGS and PERMANENTFLAGS. */
  readonly keywords: readonly string[]
  /** UIDs expunged after `since`, ascending ranges; where memory does not reach back that far: every UID below `uidNext` that is not there. */
  vanishedSince(since: ModSeq): UidRanges
  /** Entry name (lower case, `/private/comment`) to value. */
  readonly annotations: ReadonlyMap<string, Buffer>
  /** The unique-id (RFC 1939) it had where it came from. */
  uidlOf(uid: Uid): string | undefined
  /** What this session may do: letters of RFC 4314. */
  readonly rights: string
  /** Whose it is; null for a mailbox of the account itself. */
  readonly owner: string | null
}

export interface AccountState {
  readonly seq: ModSeq
  /** The account alone, without what others share with it: what JMAP shows of an account (ADR 0026). */
  readonly own: FoldedAccount
  readonly mailboxes: ReadonlyMap<MailboxId, MailboxState>
  byName(name: string): MailboxState | undefined
  readonly inbox: MailboxState
  readonly subscriptions: ReadonlySet<string>
  /** The account's own (METADATA of the server). */
  readonly annotations: ReadonlyMap<string, Buffer>
  /** What the person keeps beside mail. */
  objects(kind: ObjectKind): ObjectList
}

/** Reads a message's original bytes; decrypts only the chunks asked for. */
export interface BodySource {
  readonly sizeBytes: number
  /** As `read`, without a promise, where the sealed bytes are in memory already; undefined where they are not. */
  readNow?(offset: number, length: number): Buffer | undefined
  read(offset: number, length: number): Promise<Buffer>
  [Symbol.asyncDispose](): Promise<void>
}

/** Bytes of a message on their way in (APPEND): sealed as they come, indexed in the same pass. */
export interface IncomingMessage {
  write(chunk: Uint8Array): Promise<void>
  discard(): Promise<void>
}

export type Usage = Use

/** `rights` of RFC 4314, in any order. */
export interface RightsChange {
  readonly mode: FlagMode
  readonly rights: string
}

export interface CopyAnswer {
  readonly is: 'done'
  readonly uidValidity: number
  /** Pairs, ascending by source UID. */
  readonly uids: readonly (readonly [source: Uid, target: Uid])[]
}

export interface NewMail {
  readonly incoming: IncomingMessage
  readonly flags: readonly string[]
  readonly internalDateMs: number
}

/** A mailbox that is shared with the person, or that the person shares: as an account of its own. */
export interface SharedMail {
  readonly name: string
  /** How people write who shares it. */
  readonly owner: string
  /** What this session may do: letters of RFC 4314. */
  readonly rights: string
  readonly mail: MailAccount
}

export interface MailAccount {
  readonly account: AccountHandle
  state(): AccountState
  /** Loads and folds the tail of the journal. Cheap when there is none. */
  refresh(): Promise<AccountState>
  /** Called after the state moved, whoever moved it. Returns the way to stop listening. */
  watch(listener: (state: AccountState) => void): () => void
  /** As of the last `refresh`, in an order that stays. */
  shared(): readonly SharedMail[]

  createMailbox(name: string, specialUse: SpecialUse | null): Promise<{ readonly is: 'done'; readonly mailbox: MailboxId } | Refused<'mailboxExists' | 'badMailboxName' | 'tooManyMailboxes' | 'noPermission'>>
  deleteMailbox(name: string): Promise<{ readonly is: 'done' } | Refused<'noSuchMailbox' | 'inboxStays' | 'hasChildren' | 'noPermission'>>
  /** Renames inferiors with it; INBOX's messages move to the new mailbox (RFC 9051 section 6.3.6). */
  renameMailbox(from: string, to: string): Promise<{ readonly is: 'done' } | Refused<'noSuchMailbox' | 'mailboxExists' | 'badMailboxName' | 'tooManyMailboxes' | 'noPermission'>>
  subscribe(name: string, on: boolean): Promise<void>

  /** Begins an APPEND of `sizeBytes`, or of so many and what follows up to `sizeBytesMax`. Space is checked as of lately; the append itself has the last word. */
  incoming(sizeBytes: number, sizeBytesMax?: number): Promise<IncomingMessage | Refused<'tooLarge' | 'overQuota'>>
  /** Ends one or more APPENDs to the same mailbox, all or none. */
  appendMessages(mailbox: MailboxId, messages: readonly NewMail[]): Promise<{ readonly is: 'done'; readonly uidValidity: number; readonly uids: readonly Uid[] } | Refused<'overQuota' | 'noSuchMailbox' | 'noPermission'>>
  /** REPLACE (RFC 8508): files the message and expunges `uid` of `from` in one append. */
  replaceMessage(from: MailboxId, uid: Uid, to: MailboxId, message: NewMail): Promise<{ readonly is: 'done'; readonly uidValidity: number; readonly uid: Uid } | Refused<'overQuota' | 'noSuchMailbox' | 'expunged' | 'noPermission'>>
  copyMessages(from: MailboxId, uids: UidRanges, to: MailboxId): Promise<CopyAnswer | Refused<'noSuchMailbox' | 'overQuota' | 'noPermission'>>
  moveMessages(from: MailboxId, uids: UidRanges, to: MailboxId): Promise<CopyAnswer | Refused<'noSuchMailbox' | 'overQuota' | 'noPermission'>>
  /** `unchangedSince`: conditional STORE (RFC 7162 section 3.1.3): messages with a higher MODSEQ are left alone and listed in `modified`. */
  storeFlags(mailbox: MailboxId, uids: UidRanges, mode: FlagMode, flags: readonly string[], unchangedSince?: ModSeq): Promise<{ readonly is: 'done'; readonly modified: UidRanges } | Refused<'noSuchMailbox' | 'noPermission'>>
  /** Expunges those of `uids` (null: all) that have \Deleted when it happens, or whatever their flags (`always`, POP3). */
  expunge(mailbox: MailboxId, uids: UidRanges | null, which: 'deleted' | 'always'): Promise<{ readonly is: 'done'; readonly uids: readonly Uid[] } | Refused<'noSuchMailbox' | 'noPermission'>>

  /** METADATA (RFC 5464): a value of null removes the entry. Mailbox null: the server's. All entries or none. */
  annotate(mailbox: MailboxId | null, entries: readonly Annotation[]): Promise<{ readonly is: 'done' } | Refused<'noSuchMailbox' | 'tooManyAnnotations' | 'annotationTooLarge' | 'noPermission'>>
  /** Unique-ids (RFC 1939 section 7) for messages that are there. One that has a unique-id keeps it. */
  setUidls(mailbox: MailboxId, uidls: readonly (readonly [Uid, string])[]): Promise<{ readonly is: 'done' } | Refused<'noSuchMailbox' | 'noPermission'>>

  /**
   * All changes or none. `ifUnchangedSince`: only where no object of the kinds named changed after it. They count towards no
   * quota; how many and how large is limited (`objects.ts`).
   */
  setObjects(changes: readonly ObjectChange[], ifUnchangedSince?: ModSeq): Promise<{ readonly is: 'done' } | Refused<'overQuota' | 'tooLarge' | 'conflict'>>

  /** Addresses that were sealed to the account (`sending/identities.ts`). Throws `Fault('corrupt')` for what was sealed to another. */
  identities(sealed: readonly Uint8Array[]): readonly string[]

  /**
   * Indexes of the messages asked for, streamed in the order given; a missing one (expunged by another) is `undefined`.
   * Only `sections` will be looked at; all where not given.
   */
  indexes(messages: readonly MessageId[], sections?: readonly IndexSection[]): AsyncIterable<MessageIndex | undefined>
  /** The same in batches, for whoever loops over thousands. */
  indexBatches(messages: readonly MessageId[] | Uint8Array, sections: readonly IndexSection[]): AsyncIterable<readonly (MessageIndex | undefined)[]>
  /**
   * What is known of many messages at once, without their indexes: which of them hold none of the needles. Of few nothing is known; a
   * message that is not excluded may hold one by chance.
   */
  sifted(messages: readonly MessageId[] | Uint8Array, needles: readonly Needle[]): Promise<Sifted>
  /** Where there is another process for them. */
  readonly largeTexts: LargeTexts | undefined
  /** Undefined where another session expunged it and its row is gone. */
  body(message: MessageId): Promise<BodySource | undefined>
  /** Several at once, in the order given, in one question to the store; the caller bounds their number and size. */
  bodies(messages: readonly MessageId[]): Promise<readonly (BodySource | undefined)[]>
  /** Who may what in a shared mailbox, the owner first; null: a mailbox of the account itself. */
  members(mailbox: MailboxId): readonly Member[] | null
  /** SETACL and DELETEACL (RFC 4314): an unknown identifier is refused like one that can not be a member. */
  setRights(mailbox: MailboxId, identifier: string, change: RightsChange): Promise<{ readonly is: 'done' } | Refused<'noSuchMailbox' | 'noPermission' | 'notShared' | 'noSuchMember' | 'tooManyMembers'>>
  /** A small record that only sessions of this account open again, in whatever mailroom: a token to hand out. `use` is part of what is authenticated. */
  sealToken(use: string, plain: Uint8Array): Buffer
  /** Undefined where it was not sealed by this account for this use. */
  openToken(use: string, sealed: Uint8Array): Buffer | undefined
  /** Of the account itself, or of the shared mailbox named. */
  usage(mailbox?: MailboxId): Promise<Usage>
}
