/** What JMAP needs to send mail: the very ports of SMTP submission. */
import type { SendingPorts } from '../../sending/ports.ts'
import type { Meter } from '@bulkhead/base/meter.ts'
import type { MailLimits } from '@bulkhead/door/contracts/start.ts'
import type { SubmissionQueue } from '@bulkhead/mail/ports/queue.ts'

export interface JmapSending {
  readonly ports: SendingPorts & { readonly queue: SubmissionQueue }
  /** By which name the mailroom writes its trace field. */
  readonly hostName: string
  readonly limits: Pick<MailLimits, 'messageBytesMax' | 'recipientsMax'>
  readonly meter: Meter
}
