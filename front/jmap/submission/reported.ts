/**
 * What reports in the account's own mail say of its submissions (RFC 8621 section 7). A delivery report counts only where it names the
 * envelope id that we made for the submission, which nobody knows who had nothing to do with carrying it; a receipt only where it comes from a
 * recipient whose domain vouches for it, and names the message. Whatever else looks like a report is mail.
 */
import { timingSafeEqual } from 'node:crypto'
import { parseAddress } from '@bulkhead/mail/address/address.ts'
import { ownFields } from '@bulkhead/mail/reading/own-fields.ts'
import { verificationOf } from '@bulkhead/mail/reading/verification.ts'
import { addressList } from '@bulkhead/wire/mime/address-list.ts'
import { fieldText, headerFields, headerLength } from '@bulkhead/wire/mime/header.ts'
import { readDeliveryReport, type DeliveryReport, type ReportedRecipient } from '@bulkhead/wire/reports/delivery-status.ts'
import { addressText } from '../../sending/complete-message.ts'
import { parsedMdn } from '../mdn/mdn.ts'
import { noReports, type Reports, type Submission } from './stored-submission.ts'

/** Of a message disposition notification (RFC 8098), from the address whose domain vouches for it. */
interface Receipt {
  readonly messageId: string
  readonly author: string
  readonly isShown: boolean
}

/** A message of the account that is a report, read once. */
export interface Report {
  readonly blobId: string
  readonly delivery: DeliveryReport | undefined
  readonly receipt: Receipt | undefined
}

/** Reports kept of one submission. */
const reportsMax = 100

const vouched: ReadonlySet<string> = new Set(['verified', 'customer', 'partly'])

/** The one address of the From field that its domain vouches for; undefined where nobody does. */
const provenAuthor = (bytes: Buffer, hostName: string): string | undefined => {
  const length = headerLength(bytes)
  const header = bytes.subarray(0, length < 0 ? bytes.length : length)
  const fields = headerFields(header)
  const [author, ...others] = addressList(fields.filter(({ name }) => name === 'from').map((field) => fieldText(header, field)).join(', '))
  if (author?.kind !== 'mailbox' || others.length > 0) return undefined
  const address = addressText(author)
  const domain = address.slice(address.lastIndexOf('@') + 1).toLowerCase()
  return vouched.has(verificationOf(ownFields(header, fields, hostName).results, domain).state) ? address : undefined
}

const receiptOf = (bytes: Buffer, hostName: string): Receipt | undefined => {
  const mdn = parsedMdn(bytes)
  const messageId = mdn?.['originalMessageId']
  const author = provenAuthor(bytes, hostName)
  if (mdn === undefined || typeof messageId !== 'string' || author === undefined) return undefined
  const { type } = mdn['disposition'] as { readonly type: string }
  return { messageId: messageId.replace(/^<|>$/g, ''), author, isShown: type === 'displayed' }
}

export const readReport = (blobId: string, bytes: Buffer, hostName: string): Report =>
  ({ blobId, delivery: readDeliveryReport(bytes), receipt: receiptOf(bytes, hostName) })

const canonical = (address: string): string => {
  const parsed = parseAddress(address)
  return parsed === undefined ? address.toLowerCase() : `${parsed.localPart.toLowerCase()}@${parsed.domain}`
}

const isSame = (one: string, other: string): boolean => {
  const [left, right] = [Buffer.from(one), Buffer.from(other)]
  return left.length === right.length && timingSafeEqual(left, right)
}

const recipientOf = ({ recipients }: Submission, names: readonly (string | null)[]): string | undefined => {
  const wanted = new Set(names.flatMap((name) => (name === null ? [] : [canonical(name)])))
  return recipients.find(({ email }) => wanted.has(canonical(email)))?.email
}

const deliveredBy: Readonly<Record<ReportedRecipient['action'], 'yes' | 'no' | 'unknown' | null>> = {
  delivered: 'yes', failed: 'no', relayed: 'unknown', expanded: 'unknown', delayed: null,
}

const withDsn = (submission: Submission, { blobId, delivery }: Report): Reports | undefined => {
  const { envid = null, reports = noReports } = submission
  if (delivery === undefined || envid === null || !isSame(delivery.envid, envid)) return undefined
  const delivered = { ...reports.delivered }
  for (const { final, original, action } of delivery.recipients) {
    const email = recipientOf(submission, [original, final])
    const said = deliveredBy[action]
    if (email !== undefined && said !== null) delivered[email] = said
  }
  return { ...reports, dsn: [...reports.dsn, blobId], delivered }
}

const withMdn = (submission: Submission, { blobId, receipt }: Report): Reports | undefined => {
  const { messageId = null, reports = noReports } = submission
  if (receipt === undefined || messageId === null || !isSame(receipt.messageId, messageId)) return undefined
  const email = recipientOf(submission, [receipt.author])
  if (email === undefined) return undefined
  return { ...reports, mdn: [...reports.mdn, blobId], displayed: receipt.isShown ? [...new Set([...reports.displayed, email])] : reports.displayed }
}

/** The submission with what these reports say of it; the same where they say nothing. */
export const withReports = (submission: Submission, found: readonly Report[]): Submission => {
  let told = submission
  for (const report of found) {
    const { dsn, mdn } = told.reports ?? noReports
    if (dsn.length + mdn.length >= reportsMax || dsn.includes(report.blobId) || mdn.includes(report.blobId)) continue
    const reports = withDsn(told, report) ?? withMdn(told, report)
    if (reports !== undefined) told = { ...told, reports }
  }
  return told
}
