/** What each refusal of the meaning layer is in POP3. */
import type { Refusal } from '@bulkhead/mail/refusal.ts'
import { negative } from '@bulkhead/wire/pop3/reply.ts'

const never = negative('This can not be done by POP3', 'SYS/PERM')

export const pop3Refusals = {
  inUse: negative('Another session has this mailbox open', 'IN-USE'),
  expunged: negative('Message was deleted by another session'),
  noSuchMailbox: negative('Mailbox is gone', 'SYS/PERM'),
  noSuchAccount: negative('Account is gone', 'SYS/PERM'),
  accountClosed: negative('Account is closed', 'SYS/PERM'),
  conflict: negative('Mailbox is being changed, try again', 'SYS/TEMP'),
  noPermission: negative('Not permitted', 'SYS/PERM'),
  readOnly: negative('Mailbox is read-only', 'SYS/PERM'),
  mailboxExists: never,
  mailboxNotEmpty: never,
  hasChildren: never,
  inboxStays: never,
  badMailboxName: never,
  tooManyMailboxes: never,
  overQuota: never,
  tooManyAnnotations: never,
  notShared: never,
  noSuchMember: never,
  tooManyMembers: never,
  annotationTooLarge: never,
  tooLarge: never,
  noSuchRecipient: never,
  notYourAddress: never,
  tooManyRecipients: never,
  looping: never,
} as const satisfies Record<Refusal, string>
