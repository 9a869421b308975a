/**
 * LMTP answers content once per recipient, SMTP once: this folds the many into the one. Whatever some recipient has is
 * ours to look after (intake reports the others' failure by itself), so one acceptance accepts the message.
 */
import { isPositive, isTemporary, reply, type Reply } from '@bulkhead/wire/smtp/reply.ts'

const away = reply(451, '4.3.0', 'Temporarily not available, try again later')

export const foldReplies = (replies: readonly Reply[]): Reply => {
  const [first] = replies
  if (first === undefined) return away
  if (replies.length === 1) return first
  return replies.find(isPositive) ?? replies.find(isTemporary) ?? first
}
