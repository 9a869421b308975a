import { rightsText } from '@bulkhead/wire/imap/acl-grammar.ts'
import { mailboxName } from '@bulkhead/wire/imap/mailbox-name.ts'
import { mailbox as mailboxText, ok, string, untagged } from '@bulkhead/wire/imap/response.ts'
import { command } from '../command.ts'
import { speaksUtf8 } from '../session.ts'

/** `GETACL SP mailbox` */
export const getAcl = command({
  name: 'GETACL',
  rfc: '4314 section 3.3',
  numbers: 'breaks',
  args: [mailboxName],
  asks: 'members',
  decide: (_, [mailbox]) => ({ mailbox }),
  reply: {
    done({ members }, { session }, [name]) {
      const entries = members.map(({ identifier, rights }) => ` ${string(identifier)} ${rightsText(rights)}`)
      return [untagged(`ACL ${mailboxText(name, speaksUtf8(session))}${entries.join('')}`), ok('GETACL completed')]
    },
  },
})
