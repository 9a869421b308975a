import { sequenceSet } from '@bulkhead/wire/imap/sequence-set.ts'
import { ok } from '@bulkhead/wire/imap/response.ts'
import { selectedCommand } from '../command.ts'
import { highestModSeq } from '../mod-seq-code.ts'
import { positionsOf } from '../positions.ts'
import { refusalReplies } from '../refusals.ts'
import { uidRangesOf } from '../view.ts'

/** `EXPUNGE`. The EXPUNGE responses are what every change of the mailbox is told by. */
export const expunge = selectedCommand({
  name: 'EXPUNGE',
  rfc: '9051 section 6.4.3, 7162 section 3.2.7',
  numbers: 'breaks',
  args: [],
  asks: 'expunge',
  decide: ({ selected }) => (selected.readOnly ? refusalReplies.readOnly : { mailbox: selected.mailbox, uids: null }),
  reply: { done: ({ uids }, after) => [ok('EXPUNGE completed', uids.length > 0 ? highestModSeq(after) : null)] },
})

/** `UID EXPUNGE SP sequence-set` (UIDPLUS) */
export const uidExpunge = selectedCommand({
  name: 'UID EXPUNGE',
  rfc: '9051 section 6.4.9, 7162 section 3.2.9',
  numbers: 'breaks',
  args: [sequenceSet],
  asks: 'expunge',
  decide({ selected }, [set]) {
    if (selected.readOnly) return refusalReplies.readOnly
    return { mailbox: selected.mailbox, uids: uidRangesOf(selected.shown, positionsOf(selected, set, true) ?? []) }
  },
  reply: { done: ({ uids }, after) => [ok('UID EXPUNGE completed', uids.length > 0 ? highestModSeq(after) : null)] },
})
