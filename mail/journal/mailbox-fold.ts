/** One mailbox while the fold works on it: its table, and the numbers that follow from every change. */
import type { MailboxId, MessageId, ModSeq, Uid } from '@bulkhead/base/ids.ts'
import type { MailboxState } from '../account/mail-account.ts'
import { everyRight } from './acl.ts'
import { annotated, bytesOf, isUidl, type Annotations } from './annotations.ts'
import { messageCame, messageWent, type ChangeLog } from './change-log.ts'
import { systemFlags } from './flags.ts'
import { specialUses, type Annotation, type FlagMode, type SpecialUse, type UidRanges } from './event.ts'
import { deletedBit, flagMask, seenBit, sharedBit, type FlagBits, type KeywordTable } from './keywords.ts'
import { MessageTable, type NewEntry } from './message-table.ts'
import { pageSize, uidsPerSegment, type Columns } from './columns.ts'
import { uidlIn, UidlTable, type Uidls } from './uidls.ts'
import { nothingVanished, vanishedAfter, VanishedLog, type VanishedRanges } from './vanished.ts'
import { messageList, type ColumnList } from './views.ts'

const uidMax = 0xffff_ffff

export type UidPair = readonly [source: Uid, target: Uid]

export interface MailboxFacts {
  readonly id: MailboxId
  readonly name: string
  readonly specialUse: SpecialUse | null
  readonly uidValidity: number
  readonly uidNext: number
  readonly highestModSeq: ModSeq
  /** Keywords that were ever used in it. */
  readonly keywordsUsed: FlagBits
}

/** What a snapshot brings back of a mailbox. */
export interface MailboxStart {
  readonly columns: Columns
  readonly vanished: VanishedRanges
  readonly annotations: Annotations
  readonly uidls: Uidls
}

export interface FoldedMailbox extends MailboxState {
  readonly messages: ColumnList
  readonly facts: MailboxFacts
  readonly vanished: VanishedRanges
  readonly uidls: Uidls
}

/** Numbers of the snapshot segments that changed. */
export interface TouchedSegments {
  readonly messages: ReadonlySet<number>
  readonly vanished: ReadonlySet<number>
  readonly uidls: ReadonlySet<number>
}

/** `saveDate` in seconds. */
export interface Transfer {
  readonly seq: ModSeq
  readonly saveDate: number
}

export interface FlagChange {
  readonly mode: FlagMode
  readonly bits: FlagBits
  readonly unchangedSince: ModSeq | null
}

/** Told of every entry that goes, with the low word of its flags. */
export type Gone = (message: MessageId, low: number, sizeBytes: number) => void

/** What all mailboxes of an account share. */
export interface Common {
  readonly keywords: KeywordTable
  readonly changes: ChangeLog
}

/** RFC 6154 section 4: changed by a METADATA entry; one that names no use takes away the one it was made with. */
const specialUseBy = (annotations: Annotations, made: SpecialUse | null): SpecialUse | null => {
  const entry = annotations.get('/private/specialuse')?.toString('latin1')
  return entry === undefined ? made : specialUses.find((use) => use === entry) ?? null
}

export class MailboxFold {
  readonly id: MailboxId
  readonly specialUse: SpecialUse | null
  readonly uidValidity: number
  /** Segments of messages that changed since they were last written. */
  readonly #touched = new Set<number>()
  #name: string
  #uidNext: number
  #highestModSeq: number
  #low: number
  #high: number
  #unseen = 0
  #deleted = 0
  #sizeBytes = 0
  #annotations: Annotations
  readonly #table: MessageTable
  readonly #vanished: VanishedLog
  readonly #uidls: UidlTable
  readonly #keywords: KeywordTable
  readonly #changes: ChangeLog
  #state: FoldedMailbox | undefined

  constructor(facts: MailboxFacts, { keywords, changes }: Common, start?: MailboxStart) {
    this.id = facts.id
    this.specialUse = facts.specialUse
    this.uidValidity = facts.uidValidity
    this.#name = facts.name
    this.#uidNext = facts.uidNext
    this.#highestModSeq = facts.highestModSeq
    this.#low = facts.keywordsUsed.low
    this.#high = facts.keywordsUsed.high
    this.#keywords = keywords
    this.#changes = changes
    this.#table = new MessageTable(start?.columns)
    this.#vanished = new VanishedLog(start?.vanished ?? nothingVanished(0))
    this.#annotations = start?.annotations ?? new Map()
    this.#uidls = new UidlTable(start?.uidls)
    if (start !== undefined) this.#countAll(start.columns)
  }

  #countAll({ sizes, pages }: Columns): void {
    for (const [number, { low }] of pages.entries()) {
      const from = number * pageSize
      const to = Math.min(from + pageSize, sizes.length)
      for (let at = from; at < to; at += 1) this.#count(low[at - from] ?? 0, sizes[at] ?? 0, 1)
    }
  }

  #count(low: number, sizeBytes: number, sign: 1 | -1): void {
    if ((low & seenBit) === 0) this.#unseen += sign
    if ((low & deletedBit) !== 0) this.#deleted += sign
    this.#sizeBytes += sign * sizeBytes
  }

  get name(): string {
    return this.#name
  }

  rename(name: string): void {
    this.#name = name
    this.#state = undefined
  }

  get use(): SpecialUse | null {
    return specialUseBy(this.#annotations, this.specialUse)
  }

  #touch(uid: number, seq: ModSeq): void {
    this.#touched.add(Math.floor(uid / uidsPerSegment))
    this.#highestModSeq = seq
    this.#state = undefined
  }

  /** Keywords came into use. */
  #use({ low, high }: FlagBits): void {
    this.#low = (this.#low | (low & flagMask)) >>> 0
    this.#high = (this.#high | high) >>> 0
  }

  /** The entry's UID is given, or nothing where the UIDs are used up. */
  #enter(entry: Omit<NewEntry, 'uid'>, put: (entry: NewEntry) => void): Uid | undefined {
    if (this.#uidNext > uidMax) return undefined
    const uid = this.#uidNext++
    put({ ...entry, uid })
    this.#use(entry)
    this.#count(entry.low, entry.sizeBytes, 1)
    this.#touch(uid, entry.modSeq as ModSeq)
    return uid as Uid
  }

  /** The message that came last. */
  get newest(): MessageId | undefined {
    return this.#table.newest
  }

  /** `isNew`: until now it was nowhere. */
  arrive(message: MessageId, thread: Uint8Array | null, entry: Omit<NewEntry, 'uid'>, isNew: boolean): Uid | undefined {
    return this.#enter(entry, (whole) => {
      const at = this.#table.append(whole, message, thread)
      if (isNew && (entry.low & deletedBit) === 0) this.#note(messageCame, at, entry.modSeq)
    })
  }

  /** Copies of entries of `source` (which may be this mailbox), marked as shared on both sides. */
  copyFrom(source: MailboxFold, uids: UidRanges, { seq, saveDate }: Transfer): readonly UidPair[] {
    const table = source.#table
    source.#state = undefined
    const pairs: UidPair[] = []
    for (const at of table.positions(uids)) {
      table.set(at, table.low(at) | sharedBit, table.high(at), table.modSeq(at))
      source.#touched.add(Math.floor(table.uid(at) / uidsPerSegment))
      this.#take(source, at, { seq, saveDate }, pairs)
    }
    return pairs
  }

  /** Entries of `source` (which may be this mailbox) get new UIDs here and go there. */
  moveFrom(source: MailboxFold, uids: UidRanges, transfer: Transfer): readonly UidPair[] {
    const pairs: UidPair[] = []
    for (const at of source.#table.positions(uids)) {
      if (this.#take(source, at, transfer, pairs)) source.#remove(at, transfer.seq)
    }
    return pairs
  }

  #take(source: MailboxFold, at: number, { seq, saveDate }: Transfer, pairs: UidPair[]): boolean {
    const from = source.#table
    const uid = from.uid(at)
    const entry = {
      modSeq: seq,
      sizeBytes: from.sizeBytes(at),
      dateMs: from.dateMs(at),
      saveDate,
      low: from.low(at),
      high: from.high(at),
    }
    const target = this.#enter(entry, (whole) => this.#table.appendCopy(whole, from, at))
    if (target === undefined) return false
    pairs.push([uid, target])
    return true
  }

  #note(kind: typeof messageCame | typeof messageWent, at: number, seq: number): void {
    this.#changes.message(kind, this.#table.idAt(at), this.#table.threadAt(at), seq)
  }

  #remove(at: number, seq: ModSeq): void {
    const uid = this.#table.uid(at)
    this.#count(this.#table.low(at), this.#table.sizeBytes(at), -1)
    this.#touch(uid, seq)
    this.#table.remove(at)
    this.#vanished.add(uid, seq)
    this.#uidls.delete(uid)
  }

  expunge(uids: UidRanges, seq: ModSeq, gone: Gone): readonly Uid[] {
    const positions = this.#table.positions(uids)
    return this.#expungeAt(positions, seq, gone)
  }

  expungeAll(seq: ModSeq, gone: Gone): void {
    this.#expungeAt(this.#table.everyPosition(), seq, gone)
  }

  #expungeAt(positions: readonly number[], seq: ModSeq, gone: Gone): readonly Uid[] {
    return positions.map((at) => {
      gone(this.#table.messageId(at), this.#table.low(at), this.#table.sizeBytes(at))
      if ((this.#table.low(at) & deletedBit) === 0) this.#note(messageWent, at, seq)
      this.#remove(at, seq)
      return this.#table.uid(at)
    })
  }

  /** Leaves alone, and gives, those that changed after `unchangedSince`. */
  flag(uids: UidRanges, { mode, bits, unchangedSince }: FlagChange, seq: ModSeq): readonly Uid[] {
    const table = this.#table
    const left: Uid[] = []
    const { keep, add } = maskOf(mode, bits)
    const since = unchangedSince ?? Infinity
    let segment = -1
    for (const at of table.positions(uids)) {
      if (table.modSeq(at) > since) {
        left.push(table.uid(at))
        continue
      }
      const low = table.low(at)
      const high = table.high(at)
      const nowLow = ((low & keep.low) | add.low) >>> 0
      const nowHigh = ((high & keep.high) | add.high) >>> 0
      if (nowLow === low && nowHigh === high) continue
      this.#count(low, 0, -1)
      this.#count(nowLow, 0, 1)
      table.set(at, nowLow, nowHigh, seq)
      if (((low ^ nowLow) & deletedBit) !== 0) this.#note((nowLow & deletedBit) === 0 ? messageCame : messageWent, at, seq)
      const within = Math.floor(table.uid(at) / uidsPerSegment)
      if (within === segment) continue
      segment = within
      this.#touch(table.uid(at), seq)
    }
    if (segment >= 0) this.#use(add)
    return left
  }

  get annotationBytes(): number {
    return bytesOf(this.#annotations)
  }

  annotate(entries: readonly Annotation[], bytesLeft: number): void {
    this.#annotations = annotated(this.#annotations, entries, bytesLeft)
    this.#state = undefined
  }

  /** Of messages that are there. */
  setUidls(uidls: readonly (readonly [Uid, string])[]): void {
    for (const [uid, uidl] of uidls) if (isUidl(uidl) && this.#table.holds(uid)) this.#uidls.set(uid, uidl)
    this.#state = undefined
  }

  takeTouched(): TouchedSegments {
    return { messages: taken(this.#touched), vanished: taken(this.#vanished.touched), uidls: taken(this.#uidls.touched) }
  }

  giveBackTouched({ messages, vanished, uidls }: TouchedSegments): void {
    for (const number of messages) this.#touched.add(number)
    for (const number of vanished) this.#vanished.touched.add(number)
    for (const number of uidls) this.#uidls.touched.add(number)
  }

  /** The mailbox as it is now, never to change. */
  state(): FoldedMailbox {
    this.#state ??= this.#publish()
    return this.#state
  }

  #publish(): FoldedMailbox {
    const keywordsUsed = { low: this.#low, high: this.#high }
    const used = this.#keywords.flagsOf(keywordsUsed.low, keywordsUsed.high)
    const facts: MailboxFacts = {
      id: this.id,
      name: this.#name,
      specialUse: this.specialUse,
      uidValidity: this.uidValidity,
      uidNext: this.#uidNext,
      highestModSeq: this.#highestModSeq as ModSeq,
      keywordsUsed,
    }
    const messages = messageList(this.#table.publish(), this.#keywords)
    const vanished = this.#vanished.publish()
    const uidls = this.#uidls.publish()
    return {
      ...facts,
      facts,
      specialUse: this.use,
      messages,
      vanished,
      vanishedSince: (since) => vanishedAfter(vanished, since, messages.uids, facts.uidNext),
      annotations: this.#annotations,
      uidls,
      uidlOf: (uid) => uidlIn(uidls, uid),
      rights: everyRight,
      owner: null,
      unseen: this.#unseen,
      deleted: this.#deleted,
      sizeBytes: this.#sizeBytes,
      keywords: [...systemFlags, ...used.filter((flag) => !flag.startsWith('\\'))],
    }
  }
}

/** What is in it, which then is empty. */
const taken = (touched: Set<number>): ReadonlySet<number> => {
  const numbers = new Set(touched)
  touched.clear()
  return numbers
}

const every = 0xffff_ffff

/** A change as what stays of the bits and what is added to them. */
const maskOf = (mode: FlagMode, { low, high }: FlagBits): { readonly keep: FlagBits; readonly add: FlagBits } => {
  switch (mode) {
    case 'add':
      return { keep: { low: every, high: every }, add: { low, high } }
    case 'remove':
      return { keep: { low: ~low, high: ~high }, add: { low: 0, high: 0 } }
    case 'replace':
      return { keep: { low: ~flagMask, high: 0 }, add: { low, high } }
  }
}
