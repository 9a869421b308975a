/** How reception says what it will not do. One table, so that a new reason fails to compile until it has its words. */
import { reply, type Reply } from '@bulkhead/wire/smtp/reply.ts'

export const receptionRefusals = [
  'relayDenied',
  'noSuchRecipient',
  'badAddress',
  'overQuota',
  'tooLarge',
  'headerTooLarge',
  'tooManyRecipients',
  'noRoom',
  'looping',
  'malformedBinary',
  'rejected',
  'unjudged',
  'noRecipients',
  'away',
] as const

export type ReceptionRefusal = (typeof receptionRefusals)[number]

/** RFC 5321 section 4.2, RFC 3463. A full mailbox may be emptied, so it is temporary. */
export const refusalReplies = {
  relayDenied: reply(550, '5.7.1', 'Relaying denied'),
  noSuchRecipient: reply(550, '5.1.1', 'No such recipient here'),
  badAddress: reply(553, '5.1.3', 'Bad recipient address'),
  overQuota: reply(452, '4.2.2', 'Mailbox is full'),
  tooLarge: reply(552, '5.3.4', 'Message is too large'),
  headerTooLarge: reply(552, '5.3.4', 'Message header is too large'),
  tooManyRecipients: reply(452, '4.5.3', 'Too many recipients'),
  noRoom: reply(452, '4.3.1', 'Too many messages under way, try again later'),
  looping: reply(554, '5.4.6', 'Too many hops: the message is looping'),
  malformedBinary: reply(554, '5.6.0', 'Octets outside of binary parts that are no text'),
  rejected: reply(550, '5.7.1', 'Message refused by the recipient'),
  unjudged: reply(451, '4.7.1', 'Not now: the message can not be checked, try again later'),
  noRecipients: reply(554, '5.5.1', 'No valid recipients'),
  away: reply(451, '4.3.0', 'Temporarily not available, try again later'),
} as const satisfies Record<ReceptionRefusal, Reply>

export const ok = (enhanced: string, text: string): Reply => reply(250, enhanced, text)
