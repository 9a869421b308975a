import { identifier, modifiedRights } from '@bulkhead/wire/imap/acl-grammar.ts'
import { mailboxName } from '@bulkhead/wire/imap/mailbox-name.ts'
import { ok } from '@bulkhead/wire/imap/response.ts'
import { command } from '../command.ts'
import { refusalReplies } from '../refusals.ts'

/** Negative rights (RFC 4314 section 2) are not kept: what nobody was given nobody has. */
export const isNegative = (name: string): boolean => name.startsWith('-')

/** `SETACL SP mailbox SP identifier SP mod-rights` */
export const setAcl = command({
  name: 'SETACL',
  rfc: '4314 section 3.1',
  numbers: 'breaks',
  args: [mailboxName, identifier, modifiedRights],
  asks: 'setRights',
  decide: (_, [mailbox, name, change]) => (isNegative(name) ? refusalReplies.noSuchMember : { mailbox, identifier: name, change }),
  reply: { done: () => [ok('SETACL completed')] },
})
