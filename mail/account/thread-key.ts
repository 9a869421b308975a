/**
 * THREADID (RFC 8474 section 5.2): a digest of the thread's root, so that it is known at arrival, needs no other message,
 * and never changes. The account is part of it, so one conversation has different ids in different accounts. It travels
 * inside sealed events only. Replies whose mailers name no root (neither References nor In-Reply-To reaching it) begin a
 * thread of their own; THREAD, which sees all messages, joins them.
 */
import { createHash } from 'node:crypto'
import { uuidBytes, type AccountHandle, type MessageId } from '@bulkhead/base/ids.ts'
import type { Overview } from '@bulkhead/wire/mime/overview.ts'

const threadKeyBytes = 8

/** A message without any Message-ID is a thread alone. */
export const threadKey = (account: AccountHandle, message: MessageId, { references, messageId }: Pick<Overview, 'references' | 'messageId'>): Buffer => {
  const root = references[0] ?? (messageId === '' ? message : messageId)
  return createHash('sha256').update(uuidBytes(account)).update(root).digest().subarray(0, threadKeyBytes)
}
