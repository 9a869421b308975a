/** VANISHED (RFC 7162 section 3.2.10): what went from a mailbox, told by UID. */
import type { ModSeq } from '@bulkhead/base/ids.ts'
import type { MailboxState, MessageList } from '@bulkhead/mail/account/mail-account.ts'
import { intersected, positionsOfUids, rangesText, type SequenceSet } from '@bulkhead/wire/imap/sequence-set.ts'

type Shown = Pick<MessageList, 'uids' | 'count'>

/** Ranges without the UIDs of a list. */
const without = (ranges: SequenceSet, { uids, count }: Shown): SequenceSet =>
  ranges.flatMap(([from, to]) => {
    const left: (readonly [number, number])[] = []
    let next = from
    for (const [first, last] of positionsOfUids([[from, to]], uids, count)) {
      for (let at = first; at <= last; at += 1) {
        const uid = uids[at] ?? 0
        if (uid > next) left.push([next, uid - 1])
        next = uid + 1
      }
    }
    if (next <= to) left.push([next, to])
    return left
  })

/**
 * The line that tells which of `wanted` (ascending) went after `since`; null where none did. What the session is still
 * shown is left out: it will be told without `(EARLIER)`.
 */
export const vanishedEarlier = (mailbox: MailboxState, shown: Shown, since: number, wanted: SequenceSet): string | null => {
  const ranges = without(intersected(mailbox.vanishedSince(since as ModSeq), wanted), shown)
  return ranges.length === 0 ? null : `VANISHED (EARLIER) ${rangesText(ranges)}`
}
