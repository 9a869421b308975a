import { mailboxName } from '@bulkhead/wire/imap/mailbox-name.ts'
import { ok } from '@bulkhead/wire/imap/response.ts'
import { command } from '../command.ts'
import { listLine } from '../listing/list.ts'
import { isRev2 } from '../session.ts'

/** `RENAME SP mailbox SP mailbox`. OLDNAME tells an IMAP4rev2 client what became of it (section 7.3.1). */
export const rename = command({
  name: 'RENAME',
  rfc: '9051 section 6.3.6',
  numbers: 'breaks',
  args: [mailboxName, mailboxName],
  asks: 'renameMailbox',
  decide: (_, [from, to]) => ({ from, to }),
  reply: {
    done(_, { state, session }, [from, to]) {
      const mailbox = isRev2(session) ? state.byName(to) : undefined
      return [...(mailbox === undefined ? [] : [listLine(state, mailbox.name, true, from)]), ok('RENAME completed')]
    },
  },
})
