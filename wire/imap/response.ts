/**
 * Responses as values, and their one encoder (RFC 9051 section 7). Nothing from outside becomes protocol text but through
 * `quoted`, `literal` or `atomOrQuoted` here.
 */
import { defaultLanguage, said, type Language, type Text } from './language.ts'
import { toModifiedUtf7 } from './mailbox-name.ts'

export type Condition = 'OK' | 'NO' | 'BAD' | 'BYE'

export type Response =
  /** `* line`, already encoded by one of the makers below, and what people may read of it. */
  | { readonly is: 'untagged'; readonly line: string; readonly text?: Text }
  | { readonly is: 'tagged'; readonly condition: 'OK' | 'NO' | 'BAD'; readonly code: string | null; readonly text: Text }

export type Tagged = Extract<Response, { is: 'tagged' }>
export type Untagged = Extract<Response, { is: 'untagged' }>

const isQuotable = (text: string): boolean => /^[\x20-\x7e]*$/.test(text)

const quotedTextMax = 1_024

/** `literal`, with its size in bytes. NUL can't be sent in one and goes. */
export const literal = (text: string): string => {
  const sendable = text.replaceAll('\0', '')
  return `{${Buffer.byteLength(sendable, 'utf8')}}\r\n${sendable}`
}

/** `string = quoted / literal`, whichever can carry it. */
export const string = (text: string): string =>
  isQuotable(text) && text.length <= quotedTextMax ? `"${text.replaceAll(/["\\]/g, '\\$&')}"` : literal(text)

export const nstring = (text: string | null): string => (text === null ? 'NIL' : string(text))

/** A mailbox's name as the client understands it: UTF-8 in quotes once enabled, else modified UTF-7. */
export const mailbox = (name: string, utf8: boolean): string => {
  if (!utf8) return string(toModifiedUtf7(name))
  return /[\r\n\0]/.test(name) ? literal(name) : `"${name.replaceAll(/["\\]/g, '\\$&')}"`
}

export const parenthesised = (items: readonly string[]): string => `(${items.join(' ')})`

export const untagged = (line: string): Untagged => ({ is: 'untagged', line })

/** Response text is ours alone, in every language we speak, and never holds what a client sent. */
export const ok = (text: Text, code: string | null = null): Tagged => ({ is: 'tagged', condition: 'OK', code, text })
export const no = (code: string | null, text: Text): Tagged => ({ is: 'tagged', condition: 'NO', code, text })
export const badReply = (text: Text, code: string | null = null): Tagged => ({
  is: 'tagged', condition: 'BAD', code, text,
})

const codePrefix = (code: string | null): string => (code === null ? '' : `[${code}] `)

export const untaggedOk = (code: string, text: Text): Untagged => ({ is: 'untagged', line: `OK [${code}] `, text })
export const bye = (text: Text, code: string | null = null): Untagged => ({ is: 'untagged', line: `BYE ${codePrefix(code)}`, text })

export const encodeUntagged = ({ line, text }: Untagged, language: Language = defaultLanguage): string =>
  `* ${line}${text === undefined ? '' : said(text, language)}\r\n`

export const encodeTagged = (tag: string, { condition, code, text }: Tagged, language: Language = defaultLanguage): string =>
  `${tag} ${condition} ${codePrefix(code)}${said(text, language)}\r\n`

/** `continue-req` that waits for more of a command. */
export const encodeContinue = (text: Text, language: Language = defaultLanguage): string => `+ ${said(text, language)}\r\n`
