import { ok } from '@bulkhead/wire/imap/response.ts'
import { selectedCommand } from '../command.ts'
import { modSeqCode } from '../mod-seq-code.ts'
import { tellsModSeq, unselect as unselected } from '../session.ts'

/** `CLOSE`: expunges without a word, where the mailbox may be written. */
export const close = selectedCommand({
  name: 'CLOSE',
  rfc: '9051 section 6.4.1, 7162 section 3.2.8',
  numbers: 'keeps',
  args: [],
  asks: 'expunge',
  decide: ({ selected }) => ({ mailbox: selected.mailbox, uids: selected.readOnly ? [] : null }),
  reply: {
    // What others did meanwhile stays untold: only what was told before counts.
    done: ({ uids }, { session, selected }) =>
      [ok('CLOSE completed', uids.length > 0 && tellsModSeq(session) ? modSeqCode(selected.toldModSeq) : null)],
  },
  becomes: ({ session }) => unselected(session),
})

/** `UNSELECT`: CLOSE that expunges nothing. */
export const unselect = selectedCommand({
  name: 'UNSELECT',
  rfc: '9051 section 6.4.2',
  numbers: 'keeps',
  args: [],
  asks: 'nothing',
  decide: () => ({}),
  reply: { done: () => [ok('UNSELECT completed')] },
  becomes: ({ session }) => unselected(session),
})
