/** A submission as the journal keeps it (RFC 8621 section 7), and what is said of it. Its id is the queue's. */
import { utf8 } from '@bulkhead/base/bytes.ts'
import { Fault } from '@bulkhead/base/fault.ts'
import { queueId, type QueueId } from '@bulkhead/base/ids.ts'
import type { StoredObject } from '@bulkhead/mail/journal/objects.ts'
import type { SubmissionFacts } from '@bulkhead/mail/ports/queue.ts'
import type { JsonObject } from '@bulkhead/wire/jmap/json.ts'
import { utcDateText } from '@bulkhead/wire/jmap/readers.ts'

export type Parameters = Readonly<Record<string, string | null>>

export interface EnvelopeAddress {
  readonly email: string
  readonly parameters: Parameters | null
}

export interface Envelope {
  readonly mailFrom: EnvelopeAddress
  readonly rcptTo: readonly EnvelopeAddress[]
}

export interface StoredFate {
  readonly number: number
  readonly fate: SubmissionFacts['fates'][number]['fate']
  readonly status: string | null
}

/** What reports said; blobs in the order they were found. */
export interface Reports {
  readonly dsn: readonly string[]
  readonly mdn: readonly string[]
  /** By recipient. */
  readonly delivered: Readonly<Record<string, 'yes' | 'no' | 'unknown'>>
  readonly displayed: readonly string[]
}

export const noReports: Reports = { dsn: [], mdn: [], delivered: {}, displayed: [] }

export interface Submission {
  readonly id: QueueId
  readonly identityId: string
  readonly emailId: string
  readonly threadId: string
  readonly envelope: Envelope
  /** In the order of the queue: fates name them by their place, from 1. Those of our own domains are delivered when they are done. */
  readonly recipients: readonly { readonly email: string; readonly own: boolean }[]
  readonly sendAtMs: number
  readonly createdMs: number
  readonly undo: SubmissionFacts['undo']
  readonly fates: readonly StoredFate[]
  /** Nothing will change any more in the queue. */
  readonly settled: boolean
  /** The envelope id (RFC 3461 section 4.4) that we made; null where the client said its own, which somebody may guess. Not in those of before. */
  readonly envid?: string | null
  /** Of the Email, without brackets. */
  readonly messageId?: string | null
  readonly reports?: Reports
}

export const submissionProperties = [
  'id', 'identityId', 'emailId', 'threadId', 'envelope', 'sendAt', 'undoStatus', 'deliveryStatus', 'dsnBlobIds', 'mdnBlobIds',
] as const

export const submissionValue = ({ id: _, ...submission }: Submission): Buffer => utf8(JSON.stringify(submission))

export const submissionOf = ({ id, value }: Pick<StoredObject, 'id' | 'value'>): Submission => {
  const known = queueId(id)
  if (known === undefined) throw new Fault('corrupt', 'submission: id')
  try {
    return { ...(JSON.parse(value.toString('utf8')) as Omit<Submission, 'id'>), id: known }
  } catch (error) {
    throw new Fault('corrupt', 'submission: not JSON', error)
  }
}

const addressJson = ({ email, parameters }: EnvelopeAddress): JsonObject => ({ email, parameters })
export const envelopeJson = ({ mailFrom, rcptTo }: Envelope): JsonObject => ({ mailFrom: addressJson(mailFrom), rcptTo: rcptTo.map(addressJson) })

/** A reply is of the form of RFC 5321; where the peer's is not ours to show, code and enhanced code are. */
const queueSays = (fate: StoredFate | undefined, own: boolean): { readonly smtpReply: string; readonly delivered: string } => {
  if (fate === undefined) return { smtpReply: '250 2.0.0 Queued', delivered: 'queued' }
  if (fate.fate === 'deferred') return { smtpReply: `${fate.status ?? '450 4.0.0'} Will be tried again`, delivered: 'queued' }
  if (fate.fate === 'failed') return { smtpReply: `${fate.status ?? '550 5.0.0'} Given up`, delivered: 'no' }
  return { smtpReply: '250 2.0.0 Delivered', delivered: own ? 'yes' : 'unknown' }
}

/** The queue has the last word where it gave up; where it handed on, whoever reports knows more. */
const deliveryOf = (email: string, fate: StoredFate | undefined, own: boolean, { delivered, displayed }: Reports): JsonObject => {
  const said = queueSays(fate, own)
  const isShown = displayed.includes(email)
  const reported = isShown ? 'yes' : delivered[email]
  return {
    ...said,
    delivered: reported === undefined || said.delivered === 'no' || (said.delivered === 'yes' && reported === 'unknown') ? said.delivered : reported,
    displayed: isShown ? 'yes' : 'unknown',
  }
}

const deliveryStatus = ({ recipients, fates, undo, reports = noReports }: Submission): JsonObject | null => {
  if (undo === 'canceled') return null
  const byNumber = new Map(fates.map((fate) => [fate.number, fate]))
  return Object.fromEntries(recipients.map(({ email, own }, at) => [email, deliveryOf(email, byNumber.get(at + 1), own, reports)]))
}

export const submissionJson = (submission: Submission): JsonObject => {
  const { id, identityId, emailId, threadId, envelope, sendAtMs, undo, reports = noReports } = submission
  return {
    id, identityId, emailId, threadId, envelope: envelopeJson(envelope), sendAt: utcDateText(sendAtMs), undoStatus: undo,
    deliveryStatus: deliveryStatus(submission), dsnBlobIds: reports.dsn, mdnBlobIds: reports.mdn,
  }
}
