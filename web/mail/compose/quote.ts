/**
 * What of the answered message stands in the new one: the line that says who wrote, the quoted text, the block of a
 * forwarded message. Plain text; the rich editor builds its blockquote from the same lines.
 */
import type { Address } from './address.ts'
import { writeAddress } from './address.ts'

export type Language = 'ja' | 'en'

export interface QuotedMessage {
  readonly from: readonly Address[] | null
  readonly to: readonly Address[] | null
  readonly cc: readonly Address[] | null
  readonly subject: string | null
  /** RFC 3339, or null where a message has no readable date. */
  readonly sentAt: string | null
  readonly receivedAt: string
}

/** More than this of a quoted text is cut: nobody reads it, and phones choke on it. */
export const quotedCharactersMax = 200_000

const parts = (at: Date, options: Intl.DateTimeFormatOptions, locale: string) =>
  Object.fromEntries(new Intl.DateTimeFormat(locale, options).formatToParts(at).map(({ type, value }) => [type, value]))

/** `2026年11月21日(土) 18:05`, `Sat, Nov 21, 2026 at 18:05`. */
export const dateWords = (at: Date, language: Language, timeZone?: string): string => {
  const zone = timeZone === undefined ? {} : { timeZone }
  const locale = language === 'ja' ? 'ja-JP' : 'en-US'
  const date = parts(at, { year: 'numeric', month: language === 'ja' ? 'numeric' : 'short', day: 'numeric', weekday: 'short', ...zone }, locale)
  const time = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', ...zone }).format(at)
  if (language === 'ja') return `${date['year']}年${date['month']}月${date['day']}日(${date['weekday']}) ${time}`
  return `${date['weekday']}, ${date['month']} ${date['day']}, ${date['year']} at ${time}`
}

const dateOf = (message: QuotedMessage): Date => {
  const at = new Date(message.sentAt ?? message.receivedAt)
  return Number.isNaN(at.getTime()) ? new Date(message.receivedAt) : at
}

const writers = (addresses: readonly Address[] | null) => (addresses ?? []).map(writeAddress).join(', ')

/** The line above a quoted text. */
export const attribution = (message: QuotedMessage, language: Language, timeZone?: string): string => {
  const date = dateWords(dateOf(message), language, timeZone)
  const who = writers(message.from)
  return language === 'ja' ? `${date} ${who}:` : `On ${date}, ${who} wrote:`
}

/** The author's signature (`-- ` on a line of its own, RFC 3676 section 4.3) is not part of what is answered. */
export const withoutSignature = (text: string): string => {
  const at = text.search(/^-- \r?$/mu)
  return at < 0 ? text : text.slice(0, at).trimEnd()
}

const lines = (text: string) => text.slice(0, quotedCharactersMax).replace(/\r\n?/gu, '\n').trimEnd().split('\n')

/** RFC 3676 section 4.5: a quote of a quote has no space between its marks. */
export const quoteLines = (text: string): string =>
  lines(text).map((line) => (line.startsWith('>') ? `>${line}` : line.trim() === '' ? '>' : `> ${line}`)).join('\n')

const forwardWords = {
  ja: { head: '---------- 転送メッセージ ----------', from: '差出人', date: '日時', subject: '件名', to: '宛先', cc: 'Cc' },
  en: { head: '---------- Forwarded message ----------', from: 'From', date: 'Date', subject: 'Subject', to: 'To', cc: 'Cc' },
} as const

/** The lines above a forwarded text. */
export const forwardHead = (message: QuotedMessage, language: Language, timeZone?: string): string[] => {
  const words = forwardWords[language]
  const row = (label: string, value: string) => (value === '' ? [] : [language === 'ja' ? `${label}: ${value}` : `${label}: ${value}`])
  return [
    words.head,
    ...row(words.from, writers(message.from)),
    ...row(words.date, dateWords(dateOf(message), language, timeZone)),
    ...row(words.subject, (message.subject ?? '').replace(/\s+/gu, ' ')),
    ...row(words.to, writers(message.to)),
    ...row(words.cc, writers(message.cc)),
  ]
}

/** Does the line open a forwarded message, ours or another program's? Below it stands what others wrote. */
export const opensForwarded = (line: string): boolean =>
  /^-{5,}\s*(?:転送メッセージ|Forwarded message|Original Message|元のメッセージ|Begin forwarded message).*$/iu.test(line.trim())
