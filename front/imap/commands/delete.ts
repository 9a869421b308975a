import { mailboxName } from '@bulkhead/wire/imap/mailbox-name.ts'
import { ok } from '@bulkhead/wire/imap/response.ts'
import { command } from '../command.ts'
import { unselect } from '../session.ts'

/** `DELETE SP mailbox`. Who deletes the mailbox they have selected has none selected then. */
export const deleteMailbox = command({
  name: 'DELETE',
  rfc: '9051 section 6.3.5',
  numbers: 'breaks',
  args: [mailboxName],
  asks: 'deleteMailbox',
  decide: (_, [name]) => ({ name }),
  reply: { done: () => [ok('DELETE completed')] },
  becomes({ session, state }) {
    const isGone = session.selected !== null && !state.mailboxes.has(session.selected.mailbox)
    return isGone ? unselect(session) : session
  },
})
