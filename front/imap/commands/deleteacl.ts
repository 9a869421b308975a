import { identifier } from '@bulkhead/wire/imap/acl-grammar.ts'
import { mailboxName } from '@bulkhead/wire/imap/mailbox-name.ts'
import { ok } from '@bulkhead/wire/imap/response.ts'
import { command } from '../command.ts'
import { refusalReplies } from '../refusals.ts'
import { isNegative } from './setacl.ts'

/** `DELETEACL SP mailbox SP identifier` */
export const deleteAcl = command({
  name: 'DELETEACL',
  rfc: '4314 section 3.2',
  numbers: 'breaks',
  args: [mailboxName, identifier],
  asks: 'setRights',
  decide: (_, [mailbox, name]) =>
    isNegative(name) ? refusalReplies.noSuchMember : { mailbox, identifier: name, change: { mode: 'replace', rights: '' } },
  reply: { done: () => [ok('DELETEACL completed')] },
})
