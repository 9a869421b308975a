/**
 * A session's view of its mailbox against the mailbox as it is: what has to be told (RFC 9051 sections 5.2, 7.4.1, 7.5.1).
 * Both are immutable lists that share memory, so a view that lags costs nothing.
 */
import type { MessageList } from '@bulkhead/mail/account/mail-account.ts'
import type { Uid } from '@bulkhead/base/ids.ts'
import type { UidRanges } from '@bulkhead/mail/journal/event.ts'
import type { Positions } from '@bulkhead/wire/imap/sequence-set.ts'
import type { Hushed } from './session.ts'

export interface Changes {
  /** Positions in the list shown of the messages that went. */
  readonly gone: readonly number[]
  /** New size, where messages came. */
  readonly exists: number | null
  /** Positions in the current list whose flags moved. */
  readonly flagged: readonly number[]
}

export const changesOf = (shown: MessageList, current: MessageList): Changes => {
  const gone: number[] = []
  const flagged: number[] = []
  let at = 0
  for (let was = 0; was < shown.count; was += 1) {
    if (was === at) {
      at = shown.sharedUpTo(current, at)
      was = at
      if (was >= shown.count) break
    }
    if (at < current.count && shown.uids[was] === current.uids[at]) {
      if (shown.modSeq(was) !== current.modSeq(at)) flagged.push(at)
      at += 1
    } else gone.push(was)
  }
  return { gone, exists: current.count > at ? current.count : null, flagged }
}

/** `EXPUNGE` names each message by its number as of the ones before (RFC 9051 section 7.5.1). */
export const expungeNumbers = (gone: readonly number[]): readonly number[] => gone.map((was, before) => was + 1 - before)

const within = (ranges: UidRanges, uid: number): boolean => {
  let low = 0
  let high = ranges.length - 1
  while (low <= high) {
    const middle = (low + high) >>> 1
    const range = ranges[middle]
    if (range === undefined || uid < range[0]) high = middle - 1
    else if (uid > range[1]) low = middle + 1
    else return true
  }
  return false
}

const sameFlags = (left: readonly string[], right: ReadonlySet<string>): boolean =>
  left.length === right.size && left.every((flag) => right.has(flag.toLowerCase()))

/** What the stored flags make of the old ones; compared without case. */
const applied = ({ mode, flags }: Hushed, old: readonly string[]): ReadonlySet<string> => {
  const before = old.map((flag) => flag.toLowerCase())
  const stored = flags.map((flag) => flag.toLowerCase())
  if (mode === 'replace') return new Set(stored)
  if (mode === 'add') return new Set([...before, ...stored])
  const removed = new Set(stored)
  return new Set(before.filter((flag) => !removed.has(flag)))
}

/**
 * Whether the change at a UID is just what this session stored and already told. Messages of a mailbox share few lists of
 * flags, so a verdict is made once for a run of the same.
 */
export const hushing = (hushed: Hushed) => {
  let lastWas: readonly string[] | undefined
  let lastIs: readonly string[] | undefined
  let verdict = false
  return (uid: number, was: readonly string[], is: readonly string[]): boolean => {
    if (was !== lastWas || is !== lastIs) {
      verdict = sameFlags(is, applied(hushed, was))
      lastWas = was
      lastIs = is
    }
    return verdict && within(hushed.uids, uid)
  }
}

/** UIDs at `positions` as ranges. A range may span UIDs that are gone, never ones the client was not told of. */
export const uidRangesOf = (list: MessageList, positions: Positions): UidRanges =>
  positions.map(([from, to]) => [(list.uids[from] ?? 0) as Uid, (list.uids[to] ?? 0) as Uid])
