/** What sessions see of the fold: immutable values over published columns (`mail/account/mail-account.ts`). */
import { uuidFromBytes, type MessageId } from '@bulkhead/base/ids.ts'
import type { MessageList } from '../account/mail-account.ts'
import { changingOf, highAt, idBytes, lowAt, lowerBound, modSeqAt, pageOf, pageSize, threadBytes, type Columns } from './columns.ts'
import type { FlagBits, KeywordTable } from './keywords.ts'

/** The list, and for the snapshot and the account the columns under it. */
export interface ColumnList extends MessageList {
  readonly columns: Columns
  readonly keywordTable: KeywordTable
}

/** RFC 8474 section 5.3. */
const threadIdOf = (thread: Uint8Array): string | null =>
  thread.some((byte) => byte !== 0) ? `T${Buffer.from(thread).toString('hex')}` : null

class PublishedList implements ColumnList {
  readonly columns: Columns
  readonly keywordTable: KeywordTable
  readonly count: number
  readonly uids: Uint32Array
  readonly sizes: Uint32Array
  readonly internalDates: Float64Array
  readonly saveDates: Uint32Array
  #modSeqs: Float64Array | undefined
  /** The flag asked for last, that has a bit: it never gets another. */
  #asked: { readonly flag: string; readonly bits: FlagBits } | undefined

  constructor(columns: Columns, keywords: KeywordTable) {
    this.columns = columns
    this.keywordTable = keywords
    this.count = columns.uids.length
    this.uids = columns.uids
    this.sizes = columns.sizes
    this.internalDates = columns.dates
    this.saveDates = columns.saveDates
  }

  /** In one piece, made when first asked for. */
  get modSeqs(): Float64Array {
    this.#modSeqs ??= changingOf(this.columns.pages, 0, this.count).modSeqs
    return this.#modSeqs
  }

  modSeq(at: number): number {
    return modSeqAt(this.columns, at)
  }

  /** A page is changed only after nobody sees it any more, and never moves. */
  sharedUpTo(other: MessageList, at: number): number {
    if (!(other instanceof PublishedList)) return at
    const page = pageOf(at)
    if (this.columns.pages[page] !== other.columns.pages[page]) return at
    return Math.min((page + 1) * pageSize, this.count, other.count)
  }

  threadId(at: number): string | null {
    return threadIdOf(this.columns.threads.subarray(at * threadBytes, (at + 1) * threadBytes))
  }

  idsOf(positions: readonly number[]): Uint8Array {
    const { ids } = this.columns
    const found = Buffer.allocUnsafe(positions.length * idBytes)
    let to = 0
    for (const at of positions) {
      for (let from = at * idBytes, end = from + idBytes; from < end; from += 1) found[to++] = ids[from] ?? 0
    }
    return found
  }

  messageId(at: number): MessageId {
    return uuidFromBytes(this.columns.ids.subarray(at * idBytes, (at + 1) * idBytes)) as MessageId
  }

  flags(at: number): readonly string[] {
    return this.keywordTable.flagsOf(lowAt(this.columns, at), highAt(this.columns, at))
  }

  hasFlag(at: number, flag: string): boolean {
    const bits = this.#asked?.flag === flag ? this.#asked.bits : this.#bitsOf(flag)
    return (lowAt(this.columns, at) & bits.low) !== 0 || (highAt(this.columns, at) & bits.high) !== 0
  }

  #bitsOf(flag: string): FlagBits {
    const bits = this.keywordTable.bitOfFlag(flag)
    if (bits.low !== 0 || bits.high !== 0) this.#asked = { flag, bits }
    return bits
  }

  indexOf(uid: number): number {
    const at = lowerBound(this.uids, this.count, uid)
    return this.uids[at] === uid ? at : -1
  }
}

export const messageList = (columns: Columns, keywords: KeywordTable): ColumnList => new PublishedList(columns, keywords)
