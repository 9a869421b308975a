/** The mail that says somebody is away (RFC 5230 section 5, RFC 3834 section 3). Everything from outside is made harmless here. */
import { utf8 } from '@bulkhead/base/bytes.ts'
import { encodedWords } from '@bulkhead/wire/mime/ascii-header.ts'
import { messageIds } from '@bulkhead/wire/mime/message-id.ts'
import type { VacationAnswer } from '@bulkhead/wire/sieve/actions.ts'
import type { SieveMessage } from '@bulkhead/wire/sieve/message.ts'
import { dateTime } from '@bulkhead/wire/trace/date-time.ts'

export interface VacationMail {
  readonly answer: VacationAnswer
  /** Whose address it comes from. */
  readonly from: string
  readonly to: string
  readonly answered: SieveMessage
  /** Without brackets. */
  readonly messageId: string
  readonly atMs: number
}

const subjectCharsMax = 200
const referencesMax = 10
const base64LineLength = 76
// eslint-disable-next-line no-control-regex
const control = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g

const plainText = (text: string): string => (/^[\x20-\x7e]*$/.test(text) && text.length < subjectCharsMax ? text : encodedWords(text))

/** One line, whatever was written. */
export const subjectText = (text: string): string => plainText([...text.replace(control, ' ').trim()].slice(0, subjectCharsMax).join(''))

const subjectOf = ({ answer, answered }: VacationMail): string => subjectText(answer.subject ?? `Auto: ${answered.header('subject')[0] ?? ''}`)

const idIn = (text: string): readonly string[] => messageIds(text).filter((id) => /^[\x21-\x3b\x3d\x3f-\x7e]+$/.test(id))

const threadFields = ({ answered }: VacationMail): readonly string[] => {
  const [id] = idIn(answered.header('message-id')[0] ?? '')
  if (id === undefined) return []
  const before = idIn(answered.header('references')[0] ?? answered.header('in-reply-to')[0] ?? '').slice(-referencesMax)
  return [`In-Reply-To: <${id}>`, `References: ${[...before, id].map((one) => `<${one}>`).join('\r\n ')}`]
}

/** Text in UTF-8 as base64 (RFC 2045 section 6.8). */
export const base64Lines = (text: string): string =>
  utf8(text).toString('base64').match(new RegExp(`.{1,${base64LineLength}}`, 'g'))?.join('\r\n') ?? ''

/** The entity's own fields that say what it is; others are the script's to write nowhere. */
const entityFields = /^(?:content-type|content-transfer-encoding|content-language|content-disposition)[ \t]*:/i

/** `:mime`: header and body of an entity. Where it has no body it is taken as text. */
const entityOf = (reason: string): { readonly fields: readonly string[]; readonly body: string } | undefined => {
  const whole = reason.replace(/\r?\n/g, '\r\n')
  const end = whole.indexOf('\r\n\r\n')
  if (end < 0) return undefined
  const fields = whole.slice(0, end).split(/\r\n(?![ \t])/).filter((field) => entityFields.test(field) && /^[\x09\x0a\x0d\x20-\x7e]*$/.test(field))
  return fields.length === 0 ? undefined : { fields, body: whole.slice(end + 4) }
}

const bodyOf = ({ mime, reason }: VacationAnswer): { readonly fields: readonly string[]; readonly body: string } => {
  const entity = mime ? entityOf(reason) : undefined
  if (entity !== undefined) return entity
  const text = `${reason.replace(/\r?\n/g, '\r\n').trimEnd()}\r\n`
  return {
    fields: ['Content-Type: text/plain; charset=utf-8', 'Content-Transfer-Encoding: base64'],
    body: `${base64Lines(text)}\r\n`,
  }
}

export const vacationMail = (mail: VacationMail): Buffer => {
  const { fields, body } = bodyOf(mail.answer)
  const header = [
    `From: <${mail.from}>`,
    `To: <${mail.to}>`,
    `Subject: ${subjectOf(mail)}`,
    `Date: ${dateTime(mail.atMs)}`,
    `Message-ID: <${mail.messageId}>`,
    ...threadFields(mail),
    'Auto-Submitted: auto-replied (vacation)',
    'X-Auto-Response-Suppress: All',
    'Precedence: bulk',
    'MIME-Version: 1.0',
    ...fields,
  ]
  return utf8(`${header.join('\r\n')}\r\n\r\n${body}`)
}
