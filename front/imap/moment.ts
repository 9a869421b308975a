/** What a session may be told at this moment, and what arrived since the last. */
import type { MailboxState } from '@bulkhead/mail/account/mail-account.ts'

export interface Arrived {
  readonly mailbox: MailboxState
  /** Position of the first. */
  readonly from: number
}

export interface Moment {
  /** EXPUNGE may be sent: the end of a command that allows it, or IDLE. */
  readonly mayExpunge: boolean
  /** FETCH lines name the UID (RFC 9051 section 6.4.9). */
  readonly withUid: boolean
}
