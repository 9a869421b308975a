/** A mail transaction (RFC 5321 section 3.3) as far as it has come, and what a command makes of it. */
import type { Clock } from '@bulkhead/base/clock.ts'
import type { Log } from '@bulkhead/base/log.ts'
import type { Meter } from '@bulkhead/base/meter.ts'
import type { MailLimits } from '@bulkhead/door/contracts/start.ts'
import type { Standing } from '@bulkhead/mail/ports/sending.ts'
import type { QueuedRecipient } from '@bulkhead/mail/queue/queued.ts'
import type { Mail } from '@bulkhead/wire/smtp/verbs/mail.ts'
import type { Reply } from '@bulkhead/wire/smtp/reply.ts'
import type { LoggedIn } from '../mailroom/session.ts'
import type { Content } from './content.ts'
import type { Handling } from './handling.ts'
import type { Identity } from './identity.ts'
import type { LaterAccount } from './later-account.ts'
import type { SubmissionPorts } from './ports.ts'

export interface Transaction {
  readonly mail: Mail
  /** As `wireAddress` writes it. */
  readonly reversePath: string
  /** By the form that makes two spellings one recipient. */
  readonly recipients: ReadonlyMap<string, QueuedRecipient>
  readonly recipientsMax: number
  readonly handling: Handling
  /** When MAIL was said. */
  readonly standing: Standing
}

/** What every command of a session may look at. */
export interface Submitting {
  readonly who: LoggedIn
  readonly peer: string
  readonly tls: boolean
  readonly hostName: string
  readonly limits: MailLimits
  readonly clock: Clock
  readonly identity: Identity
  readonly ports: SubmissionPorts
  readonly content: Content
  readonly log: Log
  readonly meter: Meter
  readonly mail: LaterAccount
}

export interface Step {
  readonly reply: Reply
  /** What the transaction becomes; where absent it stays as it is. */
  readonly transaction?: Transaction | null
}
