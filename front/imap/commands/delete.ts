import { mailboxName } from '@bulkhead/wire/imap/mailbox-name.ts'
import { ok, untaggedOk } from '@bulkhead/wire/imap/response.ts'
import type { AccountState } from '@bulkhead/mail/account/mail-account.ts'
import { command } from '../command.ts'
import { unselect, type Session } from '../session.ts'

const hasLost = ({ selected }: Session, state: AccountState): boolean => selected !== null && !state.mailboxes.has(selected.mailbox)

/** `DELETE SP mailbox`. Who deletes the mailbox they have selected has none selected then, and is told: another may have renamed it. */
export const deleteMailbox = command({
  name: 'DELETE',
  rfc: '9051 section 6.3.5',
  numbers: 'breaks',
  args: [mailboxName],
  asks: 'deleteMailbox',
  decide: (_, [name]) => ({ name }),
  reply: {
    done: (_, { session, state }) => [...(hasLost(session, state) ? [untaggedOk('CLOSED', 'Previous mailbox is closed')] : []), ok('DELETE completed')],
  },
  becomes: ({ session, state }) => (hasLost(session, state) ? unselect(session) : session),
})
