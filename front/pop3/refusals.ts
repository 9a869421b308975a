/** What each refusal of the meaning layer is in POP3: which text, and which code (RFC 2449 section 8, RFC 3206). */
import type { Refusal } from '@bulkhead/mail/refusal.ts'
import { negative, type ResponseCode } from '@bulkhead/wire/pop3/reply.ts'
import type { Texts } from './texts.ts'

type Plain = { readonly [K in keyof Texts]: Texts[K] extends string ? K : never }[keyof Texts]
type Row = readonly [text: Plain, code?: ResponseCode]

const never: Row = ['impossible', 'SYS/PERM']

const rows = {
  inUse: ['inUse', 'IN-USE'],
  expunged: ['expunged'],
  noSuchMailbox: ['mailboxGone', 'SYS/PERM'],
  noSuchAccount: ['accountGone', 'SYS/PERM'],
  accountClosed: ['accountGone', 'SYS/PERM'],
  conflict: ['conflict', 'SYS/TEMP'],
  readOnly: ['readOnly', 'SYS/PERM'],
  mailboxExists: never,
  mailboxNotEmpty: never,
  hasChildren: never,
  inboxStays: never,
  badMailboxName: never,
  tooManyMailboxes: never,
  overQuota: never,
  tooManyAnnotations: never,
  annotationTooLarge: never,
  tooLarge: never,
  noPermission: never,
  notShared: never,
  noSuchMember: never,
  tooManyMembers: never,
  noSuchRecipient: never,
  notYourAddress: never,
  tooManyRecipients: never,
  looping: never,
} as const satisfies Record<Refusal, Row>

export const refusalReply = (why: Refusal, texts: Texts): string => {
  const [text, code]: Row = rows[why]
  return negative(texts[text], code)
}
