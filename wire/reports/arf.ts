/** A report of abuse (ARF, RFC 5965): what the `message/feedback-report` part says. */
import { firstField, headerFields } from '../mime/header.ts'

export interface AbuseReport {
  /** `abuse`, `not-spam`, `fraud`, …: lower case, cut. */
  readonly type: string
  readonly userAgent: string
  readonly sourceIp: string
  readonly reportedDomain: string
  readonly arrivalDate: string
  readonly incidents: number
}

const valueMax = 256
const incidentsMax = 1_000_000

/** First of a name, unfolded, cut; empty where there is none. */
export const valueOf = (header: Buffer, name: string): string =>
  (firstField(header, headerFields(header), name) ?? '').replace(/\s+/g, ' ').trim().slice(0, valueMax)

/** `feedback`: body of the message/feedback-report part. Undefined where it is none. */
export const readAbuseReport = (feedback: Buffer): AbuseReport | undefined => {
  const type = valueOf(feedback, 'feedback-type').toLowerCase()
  if (type === '' || valueOf(feedback, 'version') === '') return undefined
  const incidents = Number(valueOf(feedback, 'incidents'))
  return {
    type,
    userAgent: valueOf(feedback, 'user-agent'),
    sourceIp: valueOf(feedback, 'source-ip'),
    reportedDomain: valueOf(feedback, 'reported-domain').toLowerCase(),
    arrivalDate: valueOf(feedback, 'arrival-date') || valueOf(feedback, 'received-date'),
    incidents: Number.isInteger(incidents) && incidents > 0 && incidents <= incidentsMax ? incidents : 1,
  }
}
