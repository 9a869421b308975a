/** What sessions see of the fold: immutable values over published columns (`mail/account/mail-account.ts`). */
import { uuidFromBytes, type MessageId } from '@bulkhead/base/ids.ts'
import type { MessageList } from '../account/mail-account.ts'
import { idBytes, lowerBound, threadBytes, type Columns } from './columns.ts'
import type { KeywordTable } from './keywords.ts'

/** The list, and for the snapshot and the account the columns under it. */
export interface ColumnList extends MessageList {
  readonly columns: Columns
}

/** RFC 8474 section 5.3. */
const threadIdOf = (thread: Uint8Array): string | null =>
  thread.some((byte) => byte !== 0) ? `T${Buffer.from(thread).toString('hex')}` : null

export const messageList = (columns: Columns, keywords: KeywordTable): ColumnList => {
  const { uids, modSeqs, sizes, dates, low, high, ids, saveDates, threads } = columns
  const count = uids.length
  return {
    columns,
    count,
    uids,
    modSeqs,
    sizes,
    internalDates: dates,
    saveDates,
    threadId: (at) => threadIdOf(threads.subarray(at * threadBytes, (at + 1) * threadBytes)),
    messageId: (at) => uuidFromBytes(ids.subarray(at * idBytes, (at + 1) * idBytes)) as MessageId,
    flags: (at) => keywords.flagsOf(low[at] ?? 0, high[at] ?? 0),
    hasFlag(at, flag) {
      const bits = keywords.bitOfFlag(flag)
      return ((low[at] ?? 0) & bits.low) !== 0 || ((high[at] ?? 0) & bits.high) !== 0
    },
    indexOf(uid) {
      const at = lowerBound(uids, count, uid)
      return uids[at] === uid ? at : -1
    },
  }
}
