/** What of a message that arrived at a report address may be a report: its attachments, decoded, within limits. */
import { view } from '@bulkhead/base/bytes.ts'
import { headerLength } from '../mime/header.ts'
import { indexMessage } from '../mime/indexer.ts'
import type { Part } from '../mime/message-index.ts'
import { transferDecoder } from '../mime/transfer-encoding.ts'
import { readAbuseReport, type AbuseReport } from './arf.ts'

/** Bytes of a message that is looked at; real reports of the largest domains stay well below. */
export const reportMessageBytesMax = 10_485_760
const partsMax = 10

export type ReportPart =
  | { readonly is: 'packed'; readonly bytes: Buffer }
  | { readonly is: 'abuse'; readonly report: AbuseReport; /** Header of the message it is about. */ readonly original: Buffer }

const packedTypes = new Set([
  'application/gzip', 'application/x-gzip', 'application/zip', 'application/x-zip-compressed', 'application/x-zip', 'application/octet-stream',
  'application/tlsrpt+gzip', 'application/tlsrpt+json', 'application/xml', 'text/xml', 'application/json',
])

const leaves = (part: Part): readonly Part[] => (part.type === 'multipart' ? part.parts.flatMap(leaves) : [part])

const decoded = (message: Buffer, { bodyStart, bodyEnd, encoding }: Part): Buffer => {
  const decoder = transferDecoder(encoding)
  return Buffer.concat([decoder.push(message.subarray(bodyStart, bodyEnd)), decoder.end()])
}

const mimeType = ({ type, subtype }: Part): string => `${type}/${subtype}`

const abuse = (message: Buffer, parts: readonly Part[]): readonly ReportPart[] => {
  const feedback = parts.find((part) => mimeType(part) === 'message/feedback-report')
  const original = parts.find((part) => mimeType(part) === 'message/rfc822' || mimeType(part) === 'text/rfc822-headers')
  const report = feedback && readAbuseReport(decoded(message, feedback))
  if (report === undefined) return []
  const bytes = original === undefined ? Buffer.alloc(0) : decoded(message, original)
  return [{ is: 'abuse', report, original: bytes.subarray(0, headerLength(bytes)) }]
}

export const reportParts = (bytes: Uint8Array): readonly ReportPart[] => {
  if (bytes.length > reportMessageBytesMax) return []
  const message = view(bytes)
  const parts = leaves(indexMessage(message).root).slice(0, partsMax)
  const complaint = abuse(message, parts)
  if (complaint.length > 0) return complaint
  return parts.filter((part) => packedTypes.has(mimeType(part))).map((part) => ({ is: 'packed', bytes: decoded(message, part) }))
}
