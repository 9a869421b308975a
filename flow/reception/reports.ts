/**
 * Delivery reports of reception (RFC 3461 section 5.2, RFC 3464): on recipients whose mailbox has the message, where the
 * sender asked, and on those it was taken for in vain, where the sender did not ask not to hear. They go through the queue,
 * durable before the sender's answer. Nothing is ever delayed or relayed here.
 */
import type { Clock } from '@bulkhead/base/clock.ts'
import type { Log } from '@bulkhead/base/log.ts'
import { nearestSigning, type DomainSigner } from '@bulkhead/mail/dkim/domain-signer.ts'
import type { QueueWriter } from '@bulkhead/mail/ports/queue.ts'
import { sealQueued, type ToQueue } from '@bulkhead/mail/queue/record.ts'
import type { Sealing } from '@bulkhead/seal/sealing.ts'
import { encodeAddress } from '@bulkhead/wire/smtp/path.ts'
import { reportOn } from '../bounce/report.ts'
import type { Reported } from './fold.ts'
import type { Transaction } from './session.ts'

export interface ReportPorts {
  readonly queue: QueueWriter
  readonly queuePublicKey: Uint8Array
  readonly sealing: Sealing
  readonly clock: Clock
  readonly log: Log
  readonly signer: DomainSigner
}

const kinds = {
  delivered: { action: 'delivered', status: '2.0.0' },
  overQuota: { action: 'failed', status: '5.2.2' },
  gone: { action: 'failed', status: '5.1.1' },
  rejected: { action: 'failed', status: '5.7.1' },
} as const

export interface ReportedMessage {
  readonly by: string
  readonly arrivalMs: number
  readonly header: Buffer
  readonly whole: Buffer
}

/** Undefined where there is nothing to tell, or nobody to tell it. */
export const reportFor = (transaction: Transaction, reported: readonly Reported[], message: ReportedMessage, nowMs: number): ToQueue | undefined => {
  const { reversePath, ret, envid, requireTls } = transaction
  const report = reportOn({
    reportingMta: message.by,
    reversePath,
    ret,
    envid,
    arrivalMs: message.arrivalMs,
    nowMs,
    recipients: reported.map(({ recipient, why }) => ({
      finalRecipient: encodeAddress(recipient.forwardPath),
      orcpt: recipient.orcpt,
      ...kinds[why],
      remoteMta: null,
      diagnostic: null,
      lastAttemptMs: nowMs,
      willRetryUntilMs: null,
    })),
    original: ret === 'full' ? message.whole : message.header,
  })
  // RFC 8689 section 5: what a report quotes is as secret as the message was.
  return report === undefined ? undefined : { ...report, requireTls }
}

/** By our host's domain, as which reports are written. A report that can't be signed now is better than none. */
const signedReport = async ({ signer, log }: ReportPorts, report: ToQueue, by: string): Promise<ToQueue> => {
  try {
    const message = Buffer.from(report.message)
    const domain = await nearestSigning(signer, by)
    const fields = domain === undefined ? '' : await signer.fieldsFor(domain, message)
    return { ...report, message: Buffer.concat([Buffer.from(fields, 'latin1'), message]) }
  } catch (error) {
    log.error('reportNotSigned', error)
    return report
  }
}

/** False where the report could not be queued. */
export const queueReport = async (
  ports: ReportPorts,
  transaction: Transaction,
  reported: readonly Reported[],
  message: ReportedMessage,
): Promise<boolean> => {
  if (reported.length === 0) return true
  const report = reportFor(transaction, reported, message, ports.clock.now())
  if (report === undefined) return true
  try {
    await ports.queue.enqueue(sealQueued(ports.sealing, ports.queuePublicKey, await signedReport(ports, report, message.by)))
    return true
  } catch (error) {
    ports.log.error('reportNotQueued', error)
    return false
  }
}
