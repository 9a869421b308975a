/** What each refusal of the meaning layer, and each reason not to send, is in a submission (RFC 5321 section 4.2, RFC 3463). */
import type { OverLimit } from '@bulkhead/mail/ports/sending.ts'
import type { RateLimit } from '@bulkhead/mail/sending/plan.ts'
import type { Refusal } from '@bulkhead/mail/refusal.ts'
import { reply, type Reply } from '@bulkhead/wire/smtp/reply.ts'
import { deliverBySecondsMin, holdSecondsMax } from '@bulkhead/wire/smtp/submission-extensions.ts'
import { lineBytesMax } from '../sending/hygiene.ts'
import type { PlainUnsendable, Unsendable } from '../sending/refusal.ts'

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

const unsendableReplies = {
  nobodysSender: reply(550, '5.7.1', 'The empty sender is for mail systems'),
  notYourAddress: submissionRefusals.notYourAddress,
  accountClosed: submissionRefusals.accountClosed,
  tooLarge: submissionRefusals.tooLarge,
  heldTwice: reply(501, '5.5.4', 'HOLDFOR or HOLDUNTIL, not both'),
  heldTooLong: reply(501, '5.5.4', `Release is at most ${holdSecondsMax} seconds from now`),
  heldUntilPast: reply(501, '5.5.4', 'HOLDUNTIL has passed'),
  dueInPast: reply(501, '5.5.4', 'BY with mode R needs a time to come'),
  dueTooSoon: reply(550, '5.4.7', `Can't promise delivery in less than ${deliverBySecondsMin} seconds`),
  dueBeforeRelease: reply(501, '5.5.4', 'Delivery is due before release'),
  needsTls: reply(555, '5.5.4', 'REQUIRETLS is offered under TLS only'),
  addressNeedsUtf8: reply(553, '5.6.7', 'Address needs SMTPUTF8'),
  noRoute: reply(553, '5.1.3', 'Recipient has no domain that mail can be sent to'),
  tooManyRecipients: submissionRefusals.tooManyRecipients,
  longHeader: reply(552, '5.3.4', 'Header is too large'),
  longLine: reply(554, '5.6.0', `A line of the header is longer than ${lineBytesMax} octets`),
  strayLine: reply(554, '5.6.0', 'A line of the header is no field'),
  fieldsNeedUtf8: reply(554, '5.6.7', 'Characters beyond ASCII in addresses and MIME fields need SMTPUTF8'),
  unclearAuthor: reply(550, '5.6.0', 'From and Sender must be at most ten addresses'),
  foreignAuthor: reply(550, '5.7.1', 'From and Sender must be addresses of yours'),
  takenBack: never,
} as const satisfies Record<PlainUnsendable, Reply>

const limitTexts = {
  messagesPerHour: ['Your plan has no room for more messages this hour', '1時間に送れる通数を超えました'],
  messagesPerDay: ['Your plan has no room for more messages today', '1日に送れる通数を超えました'],
  recipientsPerHour: ['Your plan has no room for so many recipients this hour', '1時間に送れる宛先の数を超えました'],
  recipientsPerDay: ['Your plan has no room for so many recipients today', '1日に送れる宛先の数を超えました'],
} as const satisfies Record<RateLimit, readonly [english: string, japanese: string]>

/** With the time there is room again. Japanese where the client said it reads UTF-8 (RFC 6531 section 3.7.4.2). */
const overLimit = ({ limit, againAtMs }: OverLimit, utf8: boolean): Reply => {
  const [english, japanese] = limitTexts[limit]
  const inBoth = (first: string, second: string): readonly string[] => (utf8 ? [second, first] : [first])
  if (againAtMs === null) return reply(550, '5.7.1', ...inBoth(`${english}, and never will`, `${japanese}。宛先を減らしてください`))
  const at = `${new Date(againAtMs).toISOString().slice(0, 16)}Z`
  return reply(450, '4.7.28', ...inBoth(`${english}; try again after ${at}`, `${japanese}。${at} 以降にもう一度お試しください`))
}

/** `utf8`: the client said that it reads it. */
export const unsendableReply = (refusal: Unsendable, utf8: boolean): Reply => {
  if (refusal.why === 'overLimit') return overLimit(refusal.over, utf8)
  if (refusal.why === 'fieldTwice') return reply(554, '5.6.0', `${refusal.name} is in the header twice`)
  return unsendableReplies[refusal.why]
}
