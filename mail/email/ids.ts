/**
 * Ids of JMAP's Email, Mailbox and Thread: the very texts that IMAP gives as EMAILID, MAILBOXID and THREADID (RFC 8474), so that a client
 * of both knows what is the same. A message whose thread is not known is a thread of its own: IMAP says NIL, JMAP needs an id.
 */
import { isUuid, uuidFromBytes, type MailboxId, type MessageId } from '@bulkhead/base/ids.ts'
import { threadBytes } from '../journal/columns.ts'

const threadPattern = /^T([0-9a-f]{16}|[0-9a-f]{32})$/

export const emailId = (message: MessageId): string => message
export const emailIdFromBytes = (bytes: Uint8Array): string => uuidFromBytes(bytes)

/** Undefined where it is no Email's. */
export const messageOfEmail = (id: string): MessageId | undefined => (isUuid(id) ? (id as MessageId) : undefined)
export const mailboxOfId = (id: string): MailboxId | undefined => (isUuid(id) ? (id as MailboxId) : undefined)

const isZero = (bytes: Uint8Array): boolean => bytes.every((byte) => byte === 0)

/** `thread`: 8 bytes, all zero where it is not known. `message`: 16 bytes. */
export const threadIdOf = (thread: Uint8Array, message: Uint8Array): string =>
  `T${Buffer.from(isZero(thread) ? message : thread).toString('hex')}`

/** The 8 bytes by which messages are gathered to threads. */
export const threadKeyOf = (thread: Uint8Array, message: Uint8Array): Uint8Array =>
  isZero(thread) ? message.subarray(message.length - threadBytes) : thread

/** The key of a Thread's id; undefined where it is none. */
export const threadKeyOfId = (id: string): Uint8Array | undefined => {
  const hex = threadPattern.exec(id)?.[1]
  return hex === undefined ? undefined : Buffer.from(hex.slice(-2 * threadBytes), 'hex')
}
