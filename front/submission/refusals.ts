/** What each refusal of the meaning layer is in a submission (RFC 5321 section 4.2, RFC 3463). */
import type { Refusal } from '@bulkhead/mail/refusal.ts'
import { reply, type Reply } from '@bulkhead/wire/smtp/reply.ts'

const never = reply(554, '5.3.0', 'This can not be done by submission')

export const submissionRefusals = {
  notYourAddress: reply(550, '5.7.1', 'Sender address is not one of yours'),
  accountClosed: reply(550, '5.7.1', 'This account may not send'),
  noSuchAccount: reply(550, '5.7.1', 'This account may not send'),
  noSuchRecipient: reply(550, '5.1.1', 'No such recipient'),
  tooManyRecipients: reply(452, '4.5.3', 'Too many recipients for one message'),
  tooLarge: reply(552, '5.3.4', 'Message is too large'),
  overQuota: reply(452, '4.3.1', 'No room for this message now'),
  looping: reply(554, '5.4.6', 'Message is looping'),
  conflict: reply(451, '4.3.0', 'Try again'),
  inUse: reply(451, '4.3.0', 'Try again'),
  noSuchMailbox: never,
  mailboxExists: never,
  mailboxNotEmpty: never,
  hasChildren: never,
  inboxStays: never,
  badMailboxName: never,
  tooManyMailboxes: never,
  tooManyAnnotations: never,
  noPermission: never,
  notShared: never,
  noSuchMember: never,
  tooManyMembers: never,
  annotationTooLarge: never,
  expunged: never,
  readOnly: never,
} as const satisfies Record<Refusal, Reply>
