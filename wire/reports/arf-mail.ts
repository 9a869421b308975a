/** A person's report of a message as mail (ARF, RFC 5965): words for people, facts for programs, and the message itself, whole. */
import { composedMessage, inLines, type ComposedField } from '../mime/compose/message.ts'
import { dateValue } from '../mime/compose/date-value.ts'
import { addressesValue, textValue } from '../mime/compose/header-value.ts'
import { dateTime } from '../trace/date-time.ts'

export interface AbuseMail {
  /** RFC 5965 section 7.3. */
  readonly type: 'abuse' | 'fraud'
  readonly from: { readonly name: string | null; readonly email: string }
  readonly to: string
  readonly subject: string
  /** For who reads it. */
  readonly words: string
  readonly messageId: string
  readonly atMs: number
  readonly receivedMs: number
  /** Without brackets; null where the message does not say. */
  readonly originalMailFrom: string | null
  readonly reportedDomain: string | null
  readonly original: Buffer
}

const ascii = /^[\x21-\x7e]{1,254}$/
const fieldOf = (name: string, value: (column: number) => string): ComposedField => [name, value(name.length + 2)]

const feedback = ({ type, receivedMs, originalMailFrom, reportedDomain }: AbuseMail): Buffer => inLines([
  `Feedback-Type: ${type}`, 'User-Agent: Bulkhead/1', 'Version: 1', `Arrival-Date: ${dateTime(receivedMs)}`,
  ...(originalMailFrom !== null && ascii.test(originalMailFrom) ? [`Original-Mail-From: <${originalMailFrom}>`] : []),
  ...(reportedDomain !== null && ascii.test(reportedDomain) ? [`Reported-Domain: ${reportedDomain}`] : []),
  '',
].join('\n'))

/** `newBoundary` gives one that no text holds. */
export const abuseMail = (mail: AbuseMail, newBoundary: () => string): Buffer => Buffer.concat(composedMessage(
  [
    ['Date', dateValue(mail.atMs, 0)],
    fieldOf('From', (column) => addressesValue([{ name: null, addresses: [mail.from] }], column)),
    fieldOf('To', (column) => addressesValue([{ name: null, addresses: [{ name: null, email: mail.to }] }], column)),
    fieldOf('Subject', (column) => textValue(mail.subject, column)),
    ['Message-ID', `<${mail.messageId}>`],
  ],
  {
    is: 'multipart', fields: [], type: 'multipart/report; report-type=feedback-report',
    parts: [
      { is: 'leaf', fields: [['Content-Type', 'text/plain; charset=utf-8']], kind: 'text', body: inLines(`${mail.words}\n`) },
      { is: 'leaf', fields: [['Content-Type', 'message/feedback-report']], kind: 'text', body: feedback(mail) },
      { is: 'leaf', fields: [['Content-Type', 'message/rfc822'], ['Content-Disposition', 'attachment']], kind: 'message', body: mail.original },
    ],
  },
  newBoundary,
))
