/**
 * A delivery report as mail to be queued: from nobody, so that it is never answered by another one, to whoever sent the
 * original. Every report goes through the queue, also to people of this cell: there it is durable before the
 * recipient it speaks of is done with.
 */
import { randomUUID } from 'node:crypto'
import { latin1 } from '@bulkhead/base/bytes.ts'
import { ordinary } from '@bulkhead/mail/queue/queued.ts'
import type { ToQueue } from '@bulkhead/mail/queue/record.ts'
import { composeDsn, isAscii, type DsnRecipient } from '@bulkhead/wire/trace/dsn.ts'

export interface Reported {
  readonly reportingMta: string
  readonly reversePath: string
  readonly ret: 'full' | 'hdrs' | null
  readonly envid: string | null
  readonly arrivalMs: number
  readonly nowMs: number
  readonly recipients: readonly DsnRecipient[]
  /** The original, or at least its header. */
  readonly original: Uint8Array
}

/** Undefined where nothing is to be told, or nobody is there to tell it (RFC 5321 section 6.1: none about `<>`). */
export const reportOn = (reported: Reported): ToQueue | undefined => {
  const { reversePath, recipients, ret } = reported
  if (reversePath === '' || recipients.length === 0) return undefined
  const message = composeDsn({
    reportingMta: reported.reportingMta,
    to: reversePath,
    id: randomUUID(),
    atMs: reported.nowMs,
    arrivalMs: reported.arrivalMs,
    envid: reported.envid,
    recipients,
    original: reported.original,
    returnWhole: ret === 'full' && recipients.some(({ action }) => action === 'failed'),
  })
  return {
    ...ordinary,
    reversePath: '',
    bodyKind: isAscii(latin1(message)) ? '7bit' : '8bitmime',
    smtpUtf8: !isAscii(reversePath),
    account: null,
    sender: null,
    recipients: [{ forwardPath: reversePath, notify: [], orcpt: null }],
    message,
  }
}
