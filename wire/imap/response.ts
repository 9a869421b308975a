/**
 * Responses as values, and their one encoder (RFC 9051 section 7). Nothing from outside becomes protocol text but through
 * `quoted`, `literal` or `atomOrQuoted` here.
 */
import { toModifiedUtf7 } from './mailbox-name.ts'

export type Condition = 'OK' | 'NO' | 'BAD' | 'BYE'

export type Response =
  /** `* text`, already encoded by one of the makers below. */
  | { readonly is: 'untagged'; readonly line: string }
  | { readonly is: 'tagged'; readonly condition: 'OK' | 'NO' | 'BAD'; readonly code: string | null; readonly text: string }

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

/** Response text is ours alone, and never holds what a client sent. */
export const ok = (text: string, code: string | null = null): Tagged => ({ is: 'tagged', condition: 'OK', code, text })
export const no = (code: string | null, text: string): Tagged => ({ is: 'tagged', condition: 'NO', code, text })
export const badReply = (text: string, code: string | null = null): Tagged => ({
  is: 'tagged', condition: 'BAD', code, text,
})

const codePrefix = (code: string | null): string => (code === null ? '' : `[${code}] `)

export const untaggedOk = (code: string, text: string): Untagged => untagged(`OK [${code}] ${text}`)
export const bye = (text: string, code: string | null = null): Untagged => untagged(`BYE ${codePrefix(code)}${text}`)

export const encodeUntagged = (response: Untagged): string => `* ${response.line}\r\n`

export const encodeTagged = (tag: string, { condition, code, text }: Tagged): string =>
  `${tag} ${condition} ${codePrefix(code)}${text}\r\n`
