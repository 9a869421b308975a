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
  /** Nothing will change any more. */
  readonly settled: boolean
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
const deliveryOf = (fate: StoredFate | undefined, own: boolean): JsonObject => {
  if (fate === undefined) return { smtpReply: '250 2.0.0 Queued', delivered: 'queued', displayed: 'unknown' }
  if (fate.fate === 'deferred') return { smtpReply: `${fate.status ?? '450 4.0.0'} Will be tried again`, delivered: 'queued', displayed: 'unknown' }
  if (fate.fate === 'failed') return { smtpReply: `${fate.status ?? '550 5.0.0'} Given up`, delivered: 'no', displayed: 'unknown' }
  return { smtpReply: '250 2.0.0 Delivered', delivered: own ? 'yes' : 'unknown', displayed: 'unknown' }
}

const deliveryStatus = ({ recipients, fates, undo }: Submission): JsonObject | null => {
  if (undo === 'canceled') return null
  const byNumber = new Map(fates.map((fate) => [fate.number, fate]))
  return Object.fromEntries(recipients.map(({ email, own }, at) => [email, deliveryOf(byNumber.get(at + 1), own)]))
}

/** Reports and receipts lie in the INBOX like other mail; they are not looked for. */
export const submissionJson = (submission: Submission): JsonObject => {
  const { id, identityId, emailId, threadId, envelope, sendAtMs, undo } = submission
  return {
    id, identityId, emailId, threadId, envelope: envelopeJson(envelope), sendAt: utcDateText(sendAtMs), undoStatus: undo,
    deliveryStatus: deliveryStatus(submission), dsnBlobIds: [], mdnBlobIds: [],
  }
}
