/** Who is about to send, whatever the protocol, and a mail transaction (RFC 5321 section 3.3) as far as it has come. */
import type { Clock } from '@bulkhead/base/clock.ts'
import type { Log } from '@bulkhead/base/log.ts'
import type { Meter } from '@bulkhead/base/meter.ts'
import type { MailAccount } from '@bulkhead/mail/account/mail-account.ts'
import type { MailLimits } from '@bulkhead/door/contracts/start.ts'
import type { Standing } from '@bulkhead/mail/ports/sending.ts'
import type { QueuedRecipient } from '@bulkhead/mail/queue/queued.ts'
import type { Mail } from '@bulkhead/wire/smtp/verbs/mail.ts'
import type { LoggedIn } from '../mailroom/session.ts'
import type { Handling } from './handling.ts'
import type { Identity } from './identity.ts'
import type { SendingPorts } from './ports.ts'

export interface Sender {
  readonly who: LoggedIn
  /** The client's address; it never leaves with the mail. */
  readonly peer: string
  /** For the trace field: by which protocol it came. */
  readonly via: 'ESMTP' | 'HTTP'
  readonly tls: boolean
  readonly hostName: string
  readonly limits: Pick<MailLimits, 'messageBytesMax' | 'recipientsMax'>
  readonly clock: Clock
  readonly identity: Identity
  readonly ports: SendingPorts
  readonly log: Log
  readonly meter: Meter
  /** Rejects with a `Fault` where it can't be opened now. */
  account(): Promise<MailAccount>
}

export interface Transaction {
  /** The sender's wishes, in whatever protocol they were said: JMAP's envelope has the parameters of MAIL (RFC 8621 section 7). */
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
