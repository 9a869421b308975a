/** What a STORE would change, by tests of bits: no text is compared for any message. */
import type { ModSeq, Uid } from '@bulkhead/base/ids.ts'
import { highAt, lowAt, modSeqAt } from '../journal/columns.ts'
import type { FlagMode, UidRanges } from '../journal/event.ts'
import { flagMask } from '../journal/keywords.ts'
import type { ColumnList } from '../journal/views.ts'
import { positionsOf } from './uid-ranges.ts'

export interface FlagChange {
  /** UIDs left alone: they changed after `unchangedSince`. */
  readonly newer: readonly Uid[]
  /** Positions whose flags would change. A STORE that changes nothing moves no MODSEQ (RFC 7162 section 3.1.3). */
  readonly changing: readonly number[]
}

interface Asked {
  readonly mode: FlagMode
  readonly flags: readonly string[]
  readonly unchangedSince: ModSeq | null
}

export const flagChange = (messages: ColumnList, uids: UidRanges, { mode, flags, unchangedSince }: Asked): FlagChange => {
  const { columns, keywordTable } = messages
  const bits = keywordTable.bitsOf(flags, false)
  // A keyword nobody used yet has no bit: whatever is to get it changes.
  const isNew = mode !== 'remove' && flags.some((flag) => !keywordTable.knows(flag))
  const since = unchangedSince ?? Infinity
  const newer: Uid[] = []
  const changing: number[] = []
  for (const at of positionsOf(messages, uids)) {
    if (modSeqAt(columns, at) > since) {
      newer.push((messages.uids[at] ?? 0) as Uid)
      continue
    }
    const low = lowAt(columns, at) & flagMask
    const high = highAt(columns, at)
    if (isNew || differs(mode, low, bits.low) || differs(mode, high, bits.high)) changing.push(at)
  }
  return { newer, changing }
}

const differs = (mode: FlagMode, has: number, bits: number): boolean => {
  if (mode === 'add') return (bits & ~has) !== 0
  if (mode === 'remove') return (bits & has) !== 0
  return (bits ^ has) !== 0
}
