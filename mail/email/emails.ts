/**
 * A person's mail as JMAP sees it (RFC 8621 section 4): one Email for each message, in one mailbox or several, with the keywords of all
 * its places together. An entry is a message in a mailbox; entries are numbered through all mailboxes of a state in their order, and
 * the first visible entry of an Email stands for it. What has \Deleted is not visible (section 4.1.1). Everything here is made of the
 * fold's columns when first asked for, and lasts as long as its state.
 */
import { uuidBytes, type MailboxId, type MessageId } from '@bulkhead/base/ids.ts'
import { highAt, idBytes, lowAt, pageOf, pageSize, threadBytes, type Columns } from '../journal/columns.ts'
import type { FoldedAccount } from '../journal/fold.ts'
import { deletedBit, flagMask, sharedBit, type KeywordTable } from '../journal/keywords.ts'
import type { FoldedMailbox } from '../journal/mailbox-fold.ts'
import { idTableOf } from './id-table.ts'
import { emailIdFromBytes, threadIdOf } from './ids.ts'
import { ThreadNumbers } from './thread-numbers.ts'

/** Where an Email is: a mailbox of the account, and the position in its messages. */
export interface Place {
  readonly mailbox: FoldedMailbox
  readonly at: number
}

/** For as long as an account is open its states share one table of keywords. */
const numbersByAccount = new WeakMap<KeywordTable, ThreadNumbers>()

const numbersOf = (state: FoldedAccount): ThreadNumbers => {
  const key = state.inbox.messages.keywordTable
  const known = numbersByAccount.get(key) ?? new ThreadNumbers()
  numbersByAccount.set(key, known)
  return known
}

/** Whether a message of the page that begins at `from` may be in other mailboxes: in most mailboxes none is. */
const holdsShared = ({ pages }: Columns, from: number, count: number): boolean => {
  const low = pages[pageOf(from)]?.low
  const end = Math.min(pageSize, count - from)
  for (let place = 0; low !== undefined && place < end; place += 1) if (((low[place] ?? 0) & sharedBit) !== 0) return true
  return false
}

export class Emails {
  readonly state: FoldedAccount
  readonly mailboxes: readonly FoldedMailbox[]
  /** Number of each mailbox's first entry, and after the last one that of all entries. */
  readonly bases: Uint32Array
  readonly #numbers: ThreadNumbers
  readonly #keywords: KeywordTable
  readonly #threads: (Uint32Array | undefined)[] = []
  #copies: ReadonlyMap<number, readonly number[]> | undefined

  constructor(state: FoldedAccount) {
    this.state = state
    this.mailboxes = [...state.mailboxes.values()]
    this.bases = new Uint32Array(this.mailboxes.length + 1)
    for (const [number, { messages }] of this.mailboxes.entries()) this.bases[number + 1] = (this.bases[number] ?? 0) + messages.count
    this.#numbers = numbersOf(state)
    this.#keywords = state.inbox.messages.keywordTable
  }

  /** Which of `mailboxes` an entry is in. */
  mailboxNumberOf(entry: number): number {
    let low = 0
    let high = this.mailboxes.length - 1
    while (low < high) {
      const middle = (low + high + 1) >>> 1
      if ((this.bases[middle] ?? 0) <= entry) low = middle
      else high = middle - 1
    }
    return low
  }

  placeOf(entry: number): Place {
    const number = this.mailboxNumberOf(entry)
    const mailbox = this.mailboxes[number] ?? this.state.inbox
    return { mailbox, at: entry - (this.bases[number] ?? 0) }
  }

  isVisible({ mailbox, at }: Place): boolean {
    return (lowAt(mailbox.messages.columns, at) & deletedBit) === 0
  }

  /** Entries of a message that are visible, ascending; none: there is no such Email. */
  entriesOf(message: MessageId): readonly number[] {
    const id = uuidBytes(message)
    const found: number[] = []
    for (const [number, { messages }] of this.mailboxes.entries()) {
      let shared = true
      for (const at of messages.count === 0 ? [] : idTableOf(messages).positionsOf(messages, id)) {
        const low = lowAt(messages.columns, at)
        shared = (low & sharedBit) !== 0
        if ((low & deletedBit) === 0) found.push((this.bases[number] ?? 0) + at)
      }
      if (!shared) break
    }
    return found
  }

  /** Where a message is. Mailbox and UID of a place name it in `MailAccount`. */
  placesOf(message: MessageId): readonly Place[] {
    return this.entriesOf(message).map((entry) => this.placeOf(entry))
  }

  /** The other visible entries of an Email that has several: by each entry all of them, ascending. */
  get copies(): ReadonlyMap<number, readonly number[]> {
    this.#copies ??= this.#findCopies()
    return this.#copies
  }

  #findCopies(): ReadonlyMap<number, readonly number[]> {
    const byId = new Map<string, number[]>()
    for (const [number, { messages: { columns, count } }] of this.mailboxes.entries()) {
      for (let at = 0; at < count; at += 1) {
        if (at % pageSize === 0 && !holdsShared(columns, at, count)) {
          at += pageSize - 1
          continue
        }
        if ((lowAt(columns, at) & (sharedBit | deletedBit)) !== sharedBit) continue
        const id = Buffer.from(columns.ids.buffer, columns.ids.byteOffset + at * idBytes, idBytes).toString('latin1')
        const entries = byId.get(id)
        if (entries === undefined) byId.set(id, [(this.bases[number] ?? 0) + at])
        else entries.push((this.bases[number] ?? 0) + at)
      }
    }
    const copies = new Map<number, readonly number[]>()
    for (const entries of byId.values()) if (entries.length > 1) for (const entry of entries) copies.set(entry, entries)
    return copies
  }

  /** Entries of the Email that `entry` belongs to, itself among them. */
  entriesWith(entry: number): readonly number[] {
    return this.copies.get(entry) ?? [entry]
  }

  /** The entry that stands for the Email. */
  firstOf(entry: number): number {
    return this.copies.get(entry)?.[0] ?? entry
  }

  /** Flags of all its places together, in the spelling of the journal. */
  flagsOf(entry: number): readonly string[] {
    let [low, high] = [0, 0]
    for (const one of this.entriesWith(entry)) {
      const { mailbox, at } = this.placeOf(one)
      low |= lowAt(mailbox.messages.columns, at)
      high |= highAt(mailbox.messages.columns, at)
    }
    return this.#keywords.flagsOf((low & flagMask) >>> 0, high >>> 0)
  }

  hasFlag(entry: number, flag: string): boolean {
    return this.entriesWith(entry).some((one) => {
      const { mailbox, at } = this.placeOf(one)
      return mailbox.messages.hasFlag(at, flag)
    })
  }

  /** Each mailbox once. */
  mailboxIdsOf(entry: number): readonly MailboxId[] {
    return [...new Set(this.entriesWith(entry).map((one) => this.placeOf(one).mailbox.id))]
  }

  messageOf(entry: number): MessageId {
    const { mailbox, at } = this.placeOf(entry)
    return mailbox.messages.messageId(at)
  }

  idOf(entry: number): string {
    const { mailbox: { messages: { columns } }, at } = this.placeOf(entry)
    return emailIdFromBytes(columns.ids.subarray(at * idBytes, (at + 1) * idBytes))
  }

  threadIdOf(entry: number): string {
    const { mailbox: { messages: { columns } }, at } = this.placeOf(entry)
    return threadIdOf(columns.threads.subarray(at * threadBytes, (at + 1) * threadBytes), columns.ids.subarray(at * idBytes, (at + 1) * idBytes))
  }

  /** Of all threads there are. */
  get threadNumbers(): ThreadNumbers {
    for (const number of this.mailboxes.keys()) this.threadsIn(number)
    return this.#numbers
  }

  /** Numbers of the threads of a mailbox's messages, by position. */
  threadsIn(mailboxNumber: number): Uint32Array {
    const mailbox = this.mailboxes[mailboxNumber] ?? this.state.inbox
    return (this.#threads[mailboxNumber] ??= idTableOf(mailbox.messages).threadsOf(mailbox.messages, this.#numbers))
  }

  threadOf(entry: number): number {
    const number = this.mailboxNumberOf(entry)
    return this.threadsIn(number)[entry - (this.bases[number] ?? 0)] ?? 0
  }

  receivedMsOf(entry: number): number {
    const { mailbox, at } = this.placeOf(entry)
    return mailbox.messages.internalDates[at] ?? 0
  }

  /** The first entry of every Email, ascending. */
  *everyEmail(): Generator<number, void, void> {
    for (const [number, { messages: { columns, count } }] of this.mailboxes.entries()) {
      const base = this.bases[number] ?? 0
      for (let at = 0; at < count; at += 1) {
        if ((lowAt(columns, at) & deletedBit) === 0 && this.firstOf(base + at) === base + at) yield base + at
      }
    }
  }

  /** Emails of these threads: by the thread's number their first entries, oldest first (RFC 8621 section 3). One pass for all. */
  emailsOfThreads(threads: ReadonlySet<number>): ReadonlyMap<number, readonly number[]> {
    const found = new Map<number, number[]>()
    const isWanted = new Uint8Array(this.threadNumbers.count + 1)
    for (const thread of threads) isWanted[thread] = 1
    for (const [number, { messages: { columns, count } }] of this.mailboxes.entries()) {
      const all = this.threadsIn(number)
      for (let at = 0; at < count; at += 1) {
        const thread = all[at] ?? 0
        if (isWanted[thread] !== 1 || (lowAt(columns, at) & deletedBit) !== 0) continue
        const entry = (this.bases[number] ?? 0) + at
        if (this.firstOf(entry) !== entry) continue
        const entries = found.get(thread)
        if (entries === undefined) found.set(thread, [entry])
        else entries.push(entry)
      }
    }
    for (const entries of found.values()) {
      entries.sort((one, other) => this.receivedMsOf(one) - this.receivedMsOf(other) || (this.idOf(one) < this.idOf(other) ? -1 : 1))
    }
    return found
  }
}

const byState = new WeakMap<FoldedAccount, Emails>()

export const emailsIn = (state: FoldedAccount): Emails => {
  const known = byState.get(state) ?? new Emails(state)
  byState.set(state, known)
  return known
}
