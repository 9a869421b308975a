import { mailboxName } from '@bulkhead/wire/imap/mailbox-name.ts'
import { ok } from '@bulkhead/wire/imap/response.ts'
import { command } from '../command.ts'

/** `RENAME SP mailbox SP mailbox` */
export const rename = command({
  name: 'RENAME',
  rfc: '9051 section 6.3.6',
  numbers: 'breaks',
  args: [mailboxName, mailboxName],
  asks: 'renameMailbox',
  decide: (_, [from, to]) => ({ from, to }),
  reply: { done: () => [ok('RENAME completed')] },
})
