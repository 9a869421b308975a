/** What each refusal of the meaning layer is in a submission (RFC 5321 section 4.2, RFC 3463). */
import type { OverLimit } from '@bulkhead/mail/ports/sending.ts'
import type { RateLimit } from '@bulkhead/mail/sending/plan.ts'
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

const limitTexts = {
  messagesPerHour: ['Your plan has no room for more messages this hour', '1時間に送れる通数を超えました'],
  messagesPerDay: ['Your plan has no room for more messages today', '1日に送れる通数を超えました'],
  recipientsPerHour: ['Your plan has no room for so many recipients this hour', '1時間に送れる宛先の数を超えました'],
  recipientsPerDay: ['Your plan has no room for so many recipients today', '1日に送れる宛先の数を超えました'],
} as const satisfies Record<RateLimit, readonly [english: string, japanese: string]>

/** With the time there is room again. Japanese where the client said it reads UTF-8 (RFC 6531 section 3.7.4.2). */
export const overLimit = ({ limit, againAtMs }: OverLimit, utf8: boolean): Reply => {
  const [english, japanese] = limitTexts[limit]
  const inBoth = (first: string, second: string): readonly string[] => (utf8 ? [second, first] : [first])
  if (againAtMs === null) return reply(550, '5.7.1', ...inBoth(`${english}, and never will`, `${japanese}。宛先を減らしてください`))
  const at = `${new Date(againAtMs).toISOString().slice(0, 16)}Z`
  return reply(450, '4.7.28', ...inBoth(`${english}; try again after ${at}`, `${japanese}。${at} 以降にもう一度お試しください`))
}
