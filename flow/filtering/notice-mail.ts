/** The mail that tells somebody elsewhere of one that came (RFC 5436 section 2.7). Everything from outside is made harmless here. */
import { utf8 } from '@bulkhead/base/bytes.ts'
import type { Notification } from '@bulkhead/wire/sieve/actions.ts'
import type { SieveMessage } from '@bulkhead/wire/sieve/message.ts'
import { dateTime } from '@bulkhead/wire/trace/date-time.ts'
import { base64Lines, subjectText } from './vacation-mail.ts'

export interface NoticeMail {
  readonly notification: Notification
  /** Whose script it is. */
  readonly from: string
  readonly to: string
  readonly about: SieveMessage
  /** Without brackets. */
  readonly messageId: string
  readonly atMs: number
}

const shownCharsMax = 200

/** What is told where the script says nothing: who wrote, and about what. */
const summaryOf = (about: SieveMessage): string => {
  const shown = (name: string): string => (about.header(name)[0] ?? '').slice(0, shownCharsMax)
  return `From: ${shown('from')}\nSubject: ${shown('subject')}\n`
}

/** RFC 5436 section 2.7: nobody answers it, no machine answers it, and nobody is told of it in turn. */
export const noticeMail = ({ notification, from, to, about, messageId, atMs }: NoticeMail): Buffer => {
  const { subject, message, body, importance } = notification
  const header = [
    `From: <${from}>`,
    `To: <${to}>`,
    `Subject: ${subjectText(subject ?? message ?? about.header('subject')[0] ?? '')}`,
    `Date: ${dateTime(atMs)}`,
    `Message-ID: <${messageId}>`,
    `Auto-Submitted: auto-notified; owner-email="${from}"`,
    'X-Auto-Response-Suppress: All',
    ...(importance === 'normal' ? [] : [`Importance: ${importance}`]),
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: base64',
  ]
  const text = (body ?? message ?? summaryOf(about)).replace(/\r?\n/g, '\r\n').trimEnd()
  return utf8(`${header.join('\r\n')}\r\n\r\n${base64Lines(`${text}\r\n`)}\r\n`)
}
