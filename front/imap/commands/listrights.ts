import { identifier } from '@bulkhead/wire/imap/acl-grammar.ts'
import { mailboxName } from '@bulkhead/wire/imap/mailbox-name.ts'
import { mailbox as mailboxText, ok, string, untagged } from '@bulkhead/wire/imap/response.ts'
import { command } from '../command.ts'
import { speaksUtf8 } from '../session.ts'

/** Always had by an owner. */
const everything = 'lrswipkxteacd'
/** What others may be given: nothing is theirs unasked, and to look up and to read go together. */
const optional = '"" lr s w i p k x t e c d a'

/** `LISTRIGHTS SP mailbox SP identifier` */
export const listRights = command({
  name: 'LISTRIGHTS',
  rfc: '4314 section 3.4',
  numbers: 'breaks',
  args: [mailboxName, identifier],
  asks: 'members',
  decide: (_, [mailbox]) => ({ mailbox }),
  reply: {
    done({ members }, { session }, [name, who]) {
      const isOwner = members[0]?.identifier === who
      const rights = isOwner ? everything : optional
      return [untagged(`LISTRIGHTS ${mailboxText(name, speaksUtf8(session))} ${string(who)} ${rights}`), ok('LISTRIGHTS completed')]
    },
  },
})
