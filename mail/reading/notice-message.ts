/** The text of a notice as a message: plain text, from the brand, to nobody by name, so that everybody's is the same to the byte. */
import { composedMessage, inLines, type ComposedField } from '@bulkhead/wire/mime/compose/message.ts'
import { dateValue } from '@bulkhead/wire/mime/compose/date-value.ts'
import { addressesValue, isSafeText, textValue } from '@bulkhead/wire/mime/compose/header-value.ts'

export const noticeLanguages = ['ja', 'en'] as const
export type NoticeLanguage = (typeof noticeLanguages)[number]

export const noticeSubjectMax = 200
export const noticeTextMax = 60_000

export interface NoticeText {
  /** Says which notice it is: the same again is stored once. `[A-Za-z0-9-]`. */
  readonly id: string
  readonly from: { readonly name: string; readonly email: string }
  readonly subject: string
  readonly text: string
  readonly language: NoticeLanguage
  readonly atMs: number
  /** It is about one account, and says so. */
  readonly isPersonal?: boolean
}

const japanMinutes = 540
const readers = { ja: 'お客様各位', en: 'All customers' } as const satisfies Record<NoticeLanguage, string>
const reader = { ja: 'お客様', en: 'Customer' } as const satisfies Record<NoticeLanguage, string>

/** What can't be sent as it is, in a word; undefined where it can. */
export const noticeFlaw = ({ subject, text }: Pick<NoticeText, 'subject' | 'text'>): 'subject' | 'text' | undefined => {
  if (subject.trim() === '' || subject.length > noticeSubjectMax || !isSafeText(subject)) return 'subject'
  const lines = text.replaceAll(/[\n\r\t]/g, '')
  return text.trim() === '' || text.length > noticeTextMax || !isSafeText(lines) ? 'text' : undefined
}

const fieldOf = (name: string, value: (column: number) => string): ComposedField => [name, value(name.length + 2)]

export const noticeMessage = ({ id, from, subject, text, language, atMs, isPersonal = false }: NoticeText): Buffer => {
  const host = from.email.slice(from.email.lastIndexOf('@') + 1)
  const fields: readonly ComposedField[] = [
    ['Date', dateValue(atMs, language === 'ja' ? japanMinutes : 0)],
    fieldOf('From', (column) => addressesValue([{ name: null, addresses: [from] }], column)),
    fieldOf('To', (column) => addressesValue([{ name: (isPersonal ? reader : readers)[language], addresses: [] }], column)),
    fieldOf('Subject', (column) => textValue(subject.trim(), column)),
    ['Message-ID', `<notice.${id}@${host}>`],
    ['Content-Language', language],
    ['Auto-Submitted', 'auto-generated'],
  ]
  const body = inLines(`${text.trimEnd()}\n`)
  return Buffer.concat(composedMessage(fields, { is: 'leaf', fields: [['Content-Type', 'text/plain; charset=utf-8']], kind: 'text', body }, () => ''))
}
