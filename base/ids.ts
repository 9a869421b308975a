/** Branded identities: what must not be confused can't be. */
import { randomUUID, randomUUIDv7 } from 'node:crypto'

declare const brand: unique symbol
export type Brand<T, Name extends string> = T & { readonly [brand]: Name }

/** Opaque handle of an account, a random UUID in lower case. Says nothing about the person or the address. */
export type AccountHandle = Brand<string, 'AccountHandle'>
/** A cell's id: `[a-z][a-z0-9-]{0,30}`. */
export type CellId = Brand<string, 'CellId'>
/**
 * Names one message's row and blob within an account, a UUID in lower case. Those made now begin with their moment (UUIDv7, RFC 9562), so
 * that what came together lies together; nothing but speed may depend on it.
 */
export type MessageId = Brand<string, 'MessageId'>
/** Names a mailbox within an account for ever, through renames; a random UUID in lower case. IMAP OBJECTID's MAILBOXID. */
export type MailboxId = Brand<string, 'MailboxId'>
/** IMAP UID, 1 … 2^32-1, ascending within a mailbox, never reused. */
export type Uid = Brand<number, 'Uid'>
/** Position in an account's journal = IMAP MODSEQ = JMAP state. 0 is before the first event. */
export type ModSeq = Brand<number, 'ModSeq'>
/** Names a queued outbound message. */
export type QueueId = Brand<string, 'QueueId'>

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
export const isUuid = (text: string): boolean => uuidPattern.test(text)

const cellIdPattern = /^[a-z][a-z0-9-]{0,30}$/
export const isCellId = (text: string): text is CellId => cellIdPattern.test(text)

export const newMessageId = (): MessageId => randomUUIDv7() as MessageId
export const newMailboxId = (): MailboxId => randomUUID() as MailboxId
export const newAccountHandle = (): AccountHandle => randomUUID() as AccountHandle
export const newQueueId = (): QueueId => randomUUID() as QueueId

export const accountHandle = (text: string): AccountHandle | undefined =>
  isUuid(text) ? (text as AccountHandle) : undefined

export const mailboxId = (text: string): MailboxId | undefined => (isUuid(text) ? (text as MailboxId) : undefined)
export const queueId = (text: string): QueueId | undefined => (isUuid(text) ? (text as QueueId) : undefined)

/** A UUID's 16 bytes. */
export const uuidBytes = (uuid: string): Buffer => Buffer.from(uuid.replaceAll('-', ''), 'hex')

export const uuidFromBytes = (bytes: Uint8Array): string => {
  const hex = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`
}
