/**
 * Composes a delivery status notification (RFC 3464 in the multipart/report of RFC 6522; RFC 6533 where an address is not
 * ASCII). Pure: facts in, bytes out, CRLF line ends. Peers' words are cut and made printable; the original comes back in
 * part or whole within a limit.
 */
import { ascii, utf8, view } from '@bulkhead/base/bytes.ts'
import { dateTime } from './date-time.ts'
import { wordsOf, type Words } from './status-words.ts'

export type DsnAction = 'failed' | 'delayed' | 'delivered' | 'relayed'

export interface DsnRecipient {
  readonly finalRecipient: string
  /** RFC 3461 section 4.2, `type;xtext`; null where none was given. */
  readonly orcpt: string | null
  readonly action: DsnAction
  /** Enhanced code, `5.1.1`. */
  readonly status: string
  readonly remoteMta: string | null
  /** The peer's reply, code first. */
  readonly diagnostic: string | null
  readonly lastAttemptMs: number
  readonly willRetryUntilMs: number | null
  /** Why, in people's words, where more is known than the status says. */
  readonly words?: Words
}

export interface Dsn {
  readonly reportingMta: string
  readonly to: string
  /** Makes Message-ID and boundary; unique on this host, `[A-Za-z0-9-]`. */
  readonly id: string
  readonly atMs: number
  readonly arrivalMs: number
  /** Decoded (RFC 3461 section 4.4). */
  readonly envid: string | null
  readonly recipients: readonly DsnRecipient[]
  /** The original, or as much of it as the caller holds: at least its header. */
  readonly original: Uint8Array
  readonly returnWhole: boolean
}

export const recipientsShownMax = 1_000
const diagnosticMax = 500
export const headerReturnedMax = 65_536
export const wholeReturnedMax = 1_048_576
const base64LineLength = 76
const foldAt = 76

// eslint-disable-next-line no-control-regex
const notAscii = /[^\u0000-\u007f]/
// eslint-disable-next-line no-control-regex
const controls = /[\u0000-\u001f\u007f]+/g

export const isAscii = (text: string): boolean => !notAscii.test(text)

/** RFC 3461 section 4: `+` and two hexadecimal digits stand for a character; what is no xtext stays as it is. */
export const fromXtext = (text: string): string =>
  text.replace(/\+([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))

const clean = (text: string, lengthMax: number): string => text.replace(controls, ' ').trim().slice(0, lengthMax)

/** Folds at spaces (RFC 5322 section 2.2.3). A word longer than a line stays whole, within the caller's length. */
const fold = (field: string): string => {
  const lines: string[] = []
  let line = ''
  for (const word of field.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > foldAt) {
      lines.push(line)
      line = ''
    }
    line = line === '' ? word : `${line} ${word}`
  }
  lines.push(line)
  return lines.filter((one) => one !== '').join('\r\n ')
}

const base64Lines = (bytes: Buffer): string => {
  const text = bytes.toString('base64')
  const lines: string[] = []
  for (let at = 0; at < text.length; at += base64LineLength) lines.push(text.slice(at, at + base64LineLength))
  return `${lines.join('\r\n')}\r\n`
}

const encodedWord = (text: string): string => `=?UTF-8?B?${utf8(text).toString('base64')}?=`

interface Kind {
  readonly subjectJa: string
  readonly subjectEn: string
  readonly ja: string
  readonly en: string
}

const kinds: Readonly<Record<DsnAction, Kind>> = {
  failed: {
    subjectJa: 'メールを配信できませんでした',
    subjectEn: 'Undeliverable',
    ja: '次の宛先にメールを配信できませんでした。再送は行いません。',
    en: 'Your message could not be delivered to these recipients. It will not be tried again.',
  },
  delayed: {
    subjectJa: 'メールの配信が遅れています',
    subjectEn: 'Delayed',
    ja: '次の宛先へのメールの配信が遅れています。自動的に再送しますので、送り直す必要はありません。',
    en: 'Your message to these recipients is delayed. It will be tried again; there is no need to send it again.',
  },
  delivered: {
    subjectJa: 'メールを配信しました',
    subjectEn: 'Delivered',
    ja: '次の宛先にメールを配信しました。',
    en: 'Your message was delivered to these recipients.',
  },
  relayed: {
    subjectJa: '相手のサーバに渡しました',
    subjectEn: 'Relayed',
    ja: '次の宛先のメールを相手のサーバに渡しました。相手のサーバは配信確認に対応していません。',
    en: 'Your message was handed to the server of these recipients, which does not report deliveries.',
  },
}

const shownRecipient = ({ finalRecipient, status, diagnostic, action, words = wordsOf(status) }: DsnRecipient, language: 'ja' | 'en'): string => {
  const reason = action === 'failed' || action === 'delayed' ? `\r\n    ${words[language]} (${status})` : ''
  const peerWords = diagnostic === null || language === 'ja' ? '' : `\r\n    ${clean(diagnostic, diagnosticMax)}`
  return `  <${clean(finalRecipient, diagnosticMax)}>${reason}${peerWords}`
}

const humanText = (dsn: Dsn): string => {
  const sections: string[] = []
  for (const language of ['ja', 'en'] as const) {
    sections.push(
      language === 'ja'
        ? `これは ${dsn.reportingMta} のメール配信システムからの自動送信メールです。`
        : `This is the mail system at ${dsn.reportingMta}. This report was written by a program.`,
    )
    for (const action of Object.keys(kinds) as DsnAction[]) {
      const concerned = dsn.recipients.filter((recipient) => recipient.action === action)
      if (concerned.length === 0) continue
      sections.push(kinds[action][language], concerned.map((one) => shownRecipient(one, language)).join('\r\n\r\n'))
    }
  }
  return `${sections.join('\r\n\r\n')}\r\n`
}

/** RFC 3464 section 2.3.2, RFC 6533 section 3. */
const typed = (address: string): string => (isAscii(address) ? `rfc822; ${address}` : `utf-8; ${address}`)

const originalRecipient = (orcpt: string): string => {
  const at = orcpt.indexOf(';')
  return `${clean(orcpt.slice(0, at), diagnosticMax)}; ${clean(fromXtext(orcpt.slice(at + 1)), diagnosticMax)}`
}

const recipientFields = (recipient: DsnRecipient): string => {
  const { orcpt, remoteMta, diagnostic, willRetryUntilMs } = recipient
  const fields = [
    ...(orcpt === null || !orcpt.includes(';') ? [] : [`Original-Recipient: ${originalRecipient(orcpt)}`]),
    `Final-Recipient: ${typed(clean(recipient.finalRecipient, diagnosticMax))}`,
    `Action: ${recipient.action}`,
    `Status: ${recipient.status}`,
    ...(remoteMta === null ? [] : [`Remote-MTA: dns; ${clean(remoteMta, diagnosticMax)}`]),
    ...(diagnostic === null ? [] : [`Diagnostic-Code: smtp; ${clean(diagnostic, diagnosticMax)}`]),
    `Last-Attempt-Date: ${dateTime(recipient.lastAttemptMs)}`,
    ...(willRetryUntilMs === null ? [] : [`Will-Retry-Until: ${dateTime(willRetryUntilMs)}`]),
  ]
  return fields.map((field) => `${fold(field)}\r\n`).join('')
}

const statusPart = (dsn: Dsn): string => {
  const envid = dsn.envid === null ? '' : `${fold(`Original-Envelope-Id: ${clean(dsn.envid, diagnosticMax)}`)}\r\n`
  const message = `Reporting-MTA: dns; ${dsn.reportingMta}\r\n${envid}Arrival-Date: ${dateTime(dsn.arrivalMs)}\r\n`
  return [message, ...dsn.recipients.slice(0, recipientsShownMax).map(recipientFields)].join('\r\n')
}

const endOfHeader = Buffer.from('\r\n\r\n')

const headerOf = (original: Uint8Array): Buffer => {
  const bytes = view(original)
  const end = bytes.indexOf(endOfHeader)
  return bytes.subarray(0, Math.min(end < 0 ? bytes.length : end + 2, headerReturnedMax))
}

/** The third part: the message itself only where it failed and the sender asked for it (RFC 3461 section 5.2.6). */
const returnedPart = (dsn: Dsn): { readonly type: string; readonly bytes: Buffer } => {
  const whole = dsn.returnWhole && dsn.original.length <= wholeReturnedMax
  if (whole) return { type: 'message/rfc822', bytes: view(dsn.original) }
  const header = headerOf(dsn.original)
  return { type: isAscii(header.toString('latin1')) ? 'text/rfc822-headers' : 'message/global-headers', bytes: header }
}

/** The worst action names the report. */
const subjectOf = (dsn: Dsn): string => {
  const worst = (Object.keys(kinds) as DsnAction[]).find((action) => dsn.recipients.some((one) => one.action === action))
  const kind = kinds[worst ?? 'failed']
  return `${encodedWord(kind.subjectJa)} (${kind.subjectEn})`
}

export const composeDsn = (dsn: Dsn): Buffer => {
  const boundary = `=_report_${dsn.id}`
  const status = statusPart(dsn)
  const statusType = isAscii(status) ? 'message/delivery-status' : 'message/global-delivery-status'
  const returned = returnedPart(dsn)
  const eightBit = (text: string): string => (isAscii(text) ? '7bit' : '8bit')
  const head = [
    `Date: ${dateTime(dsn.atMs)}`,
    `From: Mail Delivery System <MAILER-DAEMON@${dsn.reportingMta}>`,
    `To: <${clean(dsn.to, diagnosticMax)}>`,
    `Subject: ${subjectOf(dsn)}`,
    `Message-ID: <${dsn.id}.report@${dsn.reportingMta}>`,
    'Auto-Submitted: auto-replied',
    'MIME-Version: 1.0',
    `Content-Type: multipart/report; report-type=delivery-status;\r\n\tboundary="${boundary}"`,
    '',
    `--${boundary}`,
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: base64',
    '',
    base64Lines(utf8(humanText(dsn))),
    `--${boundary}`,
    `Content-Type: ${statusType}`,
    `Content-Transfer-Encoding: ${eightBit(status)}`,
    '',
    status,
    `--${boundary}`,
    `Content-Type: ${returned.type}`,
    `Content-Transfer-Encoding: ${eightBit(returned.bytes.toString('latin1'))}`,
    '',
    '',
  ].join('\r\n')
  return Buffer.concat([utf8(head), returned.bytes, ascii(`\r\n--${boundary}--\r\n`)])
}
