import { rightsText } from '@bulkhead/wire/imap/acl-grammar.ts'
import { mailboxName } from '@bulkhead/wire/imap/mailbox-name.ts'
import { mailbox as mailboxText, ok, untagged } from '@bulkhead/wire/imap/response.ts'
import { command } from '../command.ts'
import { refusalReplies } from '../refusals.ts'
import { speaksUtf8 } from '../session.ts'

/** `MYRIGHTS SP mailbox`. Whoever sees a mailbox has rights in it; others are not told that it exists. */
export const myRights = command({
  name: 'MYRIGHTS',
  rfc: '4314 section 3.5',
  numbers: 'breaks',
  args: [mailboxName],
  asks: 'refresh',
  decide: () => ({}),
  reply: {
    done(_, { session, state }, [name]) {
      const mailbox = state.byName(name)
      if (mailbox === undefined) return [refusalReplies.noSuchMailbox]
      return [untagged(`MYRIGHTS ${mailboxText(name, speaksUtf8(session))} ${rightsText(mailbox.rights)}`), ok('MYRIGHTS completed')]
    },
  },
})
