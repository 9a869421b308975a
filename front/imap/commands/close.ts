import type { AccountState } from '@bulkhead/mail/account/mail-account.ts'
import { ok } from '@bulkhead/wire/imap/response.ts'
import { selectedCommand } from '../command.ts'
import { modSeqCode } from '../mod-seq-code.ts'
import { selectedMailbox, tellsModSeq, unselect as unselected, type Selected } from '../session.ts'

/** Without the right to, CLOSE is UNSELECT (RFC 4314 section 4). */
const mayExpunge = (selected: Selected, state: AccountState): boolean =>
  !selected.readOnly && selectedMailbox(selected, state)?.rights.includes('e') !== false

/** `CLOSE`: expunges without a word, where the mailbox may be written. */
export const close = selectedCommand({
  name: 'CLOSE',
  rfc: '9051 section 6.4.1, 7162 section 3.2.8',
  numbers: 'keeps',
  args: [],
  asks: 'expunge',
  decide: ({ selected, state }) => ({ mailbox: selected.mailbox, uids: mayExpunge(selected, state) ? null : [] }),
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
