/**
 * The INBOX is there before the first event, and every process must know it alike without asking: its identity and
 * UIDVALIDITY follow from the account's handle.
 */
import { createHash } from 'node:crypto'
import { uuidBytes, uuidFromBytes, type AccountHandle, type MailboxId, type MessageId } from '@bulkhead/base/ids.ts'

const digestOf = (account: AccountHandle): Buffer =>
  createHash('sha256').update('bulkhead inbox\0').update(uuidBytes(account)).digest()

export const inboxId = (account: AccountHandle): MailboxId => uuidFromBytes(digestOf(account).subarray(0, 16)) as MailboxId

/** Of a mailbox that the fold makes for a message that was filed into it. */
export const filedId = (message: MessageId): MailboxId =>
  uuidFromBytes(createHash('sha256').update('bulkhead filed\0').update(uuidBytes(message)).digest().subarray(0, 16)) as MailboxId

/** 1 … 2^30, below any time in seconds, which is what other mailboxes have. */
export const inboxUidValidity = (account: AccountHandle): number => (digestOf(account).readUInt32BE(16) >>> 2) + 1
