/**
 * What a submitted header may not be (RFC 6409 section 8): refused with the reason, since nobody can guess what was meant. Text and
 * names beyond ASCII, which old programs write as they are, can be guessed: they become encoded-words.
 */
import { latin1, lf } from '@bulkhead/base/bytes.ts'
import { asciiHeader, canBeAscii } from '@bulkhead/wire/mime/ascii-header.ts'
import { headerLength } from '@bulkhead/wire/mime/header.ts'
import type { SubmittedHeader } from './complete-message.ts'
import { unsendable, type Unsendable } from './refusal.ts'

/** RFC 5322 section 2.1.1, without the CRLF. */
export const lineBytesMax = 998
/** RFC 5322 section 3.6, RFC 2045: each at most once. What comes twice is read differently by filters and by people. */
const singletons: ReadonlySet<string> = new Set([
  'date', 'from', 'sender', 'reply-to', 'to', 'cc', 'message-id', 'in-reply-to', 'references', 'subject',
  'mime-version', 'content-type', 'content-transfer-encoding', 'content-disposition', 'content-id', 'content-description',
])

const hasLongLine = (header: Buffer): boolean => {
  for (let start = 0; start < header.length; ) {
    const end = header.indexOf(lf, start)
    const next = end < 0 ? header.length : end + 1
    if (next - start > lineBytesMax + 2) return true
    start = next
  }
  return false
}

const repeated = ({ fields }: SubmittedHeader): string | undefined => {
  const seen = new Set<string>()
  return fields.find(({ name }) => singletons.has(name) && (seen.has(name) || !seen.add(name)))?.name
}

/** A line between two fields ends the header for some readers and not for others. What begins with its text has no fields at all. */
const hasStrayLine = (message: Buffer, { fields, length }: SubmittedHeader): boolean => {
  let end = fields[0]?.start ?? 0
  if (fields.length === 0 || end > 0) return false
  for (const field of fields) {
    if (field.start !== end) return true
    end = field.end
  }
  const rest = latin1(message.subarray(end, length))
  return rest !== '' && rest !== '\r\n'
}

export const unclean = (message: Buffer, header: SubmittedHeader, smtpUtf8: boolean): Unsendable | undefined => {
  const bytes = message.subarray(0, header.length)
  const name = repeated(header)
  if (name !== undefined) return { is: 'unsendable', why: 'fieldTwice', name }
  if (hasLongLine(bytes)) return unsendable('longLine')
  if (hasStrayLine(message, header)) return unsendable('strayLine')
  return smtpUtf8 || canBeAscii(bytes) ? undefined : unsendable('fieldsNeedUtf8')
}

/** RFC 6409 section 8: without SMTPUTF8 the header leaves in ASCII. What `unclean` refuses must not come here. */
export const inAscii = (message: Buffer, smtpUtf8: boolean): Buffer => {
  const found = headerLength(message)
  const length = found < 0 ? message.length : found
  const header = message.subarray(0, length)
  const plain = smtpUtf8 ? header : asciiHeader(header)
  return plain === header ? message : Buffer.concat([plain, message.subarray(length)])
}
