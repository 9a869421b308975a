/** Every refusal of the meaning layer, and every fault, in IMAP's words (RFC 9051 section 7.1, RFC 5530). */
import { Fault } from '@bulkhead/base/fault.ts'
import { annotationBytesMax } from '@bulkhead/mail/journal/annotations.ts'
import type { Refusal } from '@bulkhead/mail/refusal.ts'
import { no, type Tagged } from '@bulkhead/wire/imap/response.ts'

export const refusalReplies = {
  noSuchMailbox: no('NONEXISTENT', 'No such mailbox'),
  mailboxExists: no('ALREADYEXISTS', 'Mailbox already exists'),
  mailboxNotEmpty: no('CANNOT', 'Mailbox is not empty'),
  hasChildren: no('HASCHILDREN', 'Mailbox has inferiors'),
  inboxStays: no('CANNOT', 'INBOX can not be deleted'),
  badMailboxName: no('CANNOT', 'Not a name a mailbox can have'),
  tooManyMailboxes: no('LIMIT', 'Too many mailboxes'),
  overQuota: no('OVERQUOTA', 'Account is full'),
  tooManyAnnotations: no('METADATA TOOMANY', 'Too many annotations'),
  annotationTooLarge: no(`METADATA MAXSIZE ${annotationBytesMax}`, 'Annotation is too large'),
  tooLarge: no('TOOBIG', 'Message is too large'),
  expunged: no('EXPUNGEISSUED', 'Some messages were expunged'),
  readOnly: no('NOPERM', 'Mailbox is read-only'),
  noPermission: no('NOPERM', 'Not permitted in this mailbox'),
  notShared: no('CANNOT', 'Only mailboxes below Shared/ are shared: create one and move the mail there'),
  noSuchMember: no('CANNOT', 'Nobody by this identifier can be given rights'),
  tooManyMembers: no('LIMIT', 'Too many identifiers, or shared mailboxes of one'),
  conflict: no('INUSE', 'Changed by another session, try again'),
  noSuchAccount: no('UNAVAILABLE', 'Account is not available'),
  accountClosed: no('UNAVAILABLE', 'Account takes no more mail'),
  noSuchRecipient: no('CANNOT', 'No such recipient'),
  notYourAddress: no('NOPERM', 'Not an address of this account'),
  tooManyRecipients: no('LIMIT', 'Too many recipients'),
  looping: no('CANNOT', 'Message is looping'),
  inUse: no('INUSE', 'In use by another session'),
} as const satisfies Record<Refusal, Tagged>

/** A mailbox that could be created and then written to (RFC 9051 section 6.3.12). */
export const tryCreate: Tagged = no('TRYCREATE', 'No such mailbox')

/** The session goes on after either. */
export const faultReply = (error: unknown): Tagged =>
  error instanceof Fault
    ? no('UNAVAILABLE', 'Temporarily not available, try again later')
    : no('SERVERBUG', 'Internal error')
