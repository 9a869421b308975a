/** What every command of a submission session may look at, and what one makes of the transaction. */
import type { Reply } from '@bulkhead/wire/smtp/reply.ts'
import type { Sender, Transaction } from '../sending/sender.ts'
import type { Content } from './content.ts'
import type { LaterAccount } from './later-account.ts'

export interface Submitting {
  readonly sender: Sender
  readonly content: Content
  readonly mail: LaterAccount
}

export interface Step {
  readonly reply: Reply
  /** What the transaction becomes; where absent it stays as it is. */
  readonly transaction?: Transaction | null
}
