/**
 * Mailbox names on the wire: modified UTF-7 (RFC 3501 section 5.1.3), or UTF-8 once that is enabled (RFC 6855). Inside they
 * are text; INBOX is always in capitals.
 */
import { utf8Text } from '@bulkhead/base/bytes.ts'
import { mailboxNameBytesMax } from './limits.ts'
import { astring, bad, listMailbox, type Parser } from './scan.ts'

const ampersand = '&'

const isPlain = (code: number): boolean => code >= 0x20 && code <= 0x7e

const encodedRun = (text: string): string => {
  const bytes = Buffer.from(text, 'utf16le').swap16()
  return `&${bytes.toString('base64').replaceAll('=', '').replaceAll('/', ',')}-`
}

export const toModifiedUtf7 = (name: string): string => {
  let out = ''
  let at = 0
  while (at < name.length) {
    const from = at
    while (at < name.length && isPlain(name.charCodeAt(at))) at += 1
    out += name.slice(from, at).replaceAll(ampersand, '&-')
    const start = at
    while (at < name.length && !isPlain(name.charCodeAt(at))) at += 1
    if (at > start) out += encodedRun(name.slice(start, at))
  }
  return out
}

const decodedRun = (encoded: string): string | undefined => {
  const text = encoded.replaceAll(',', '/')
  const bytes = Buffer.from(text, 'base64')
  if (bytes.length === 0 || bytes.length % 2 !== 0) return undefined
  if (bytes.toString('base64').replaceAll('=', '') !== text) return undefined
  const decoded = bytes.swap16().toString('utf16le')
  return decoded.isWellFormed() ? decoded : undefined
}

/** Undefined where it is not modified UTF-7, or encodes what should stand plain (a second spelling of a name). */
export const fromModifiedUtf7 = (wire: string): string | undefined => {
  let out = ''
  let at = 0
  while (at < wire.length) {
    const from = wire.indexOf(ampersand, at)
    if (from < 0) return out + wire.slice(at)
    const to = wire.indexOf('-', from)
    if (to < 0) return undefined
    out += wire.slice(at, from)
    const decoded = to === from + 1 ? ampersand : decodedRun(wire.slice(from + 1, to))
    if (decoded === undefined || (to > from + 1 && isPlain(decoded.charCodeAt(0)))) return undefined
    out += decoded
    at = to + 1
  }
  return out
}

/** INBOX is case-insensitive, also as the first level of a longer name. */
export const inboxInCapitals = (name: string): string => {
  const first = name.slice(0, 5).toUpperCase()
  return first === 'INBOX' && (name.length === 5 || name[5] === '/') ? `INBOX${name.slice(5)}` : name
}

/**
 * Bytes of a name or pattern as text. 8-bit bytes are UTF-8 also where it was not enabled: clients that send them mean that,
 * and modified UTF-7 never has them.
 */
const nameText = (bytes: Buffer, utf8: boolean): string => {
  if (bytes.length > mailboxNameBytesMax) return bad('Mailbox name is too long')
  if (bytes.includes(0)) return bad('Mailbox name holds NUL')
  const text = utf8Text(bytes) ?? bad('Mailbox name is neither modified UTF-7 nor UTF-8')
  if (utf8 || text.length !== bytes.length) return text
  return fromModifiedUtf7(text) ?? bad('Mailbox name is not modified UTF-7')
}

/** `mailbox = "INBOX" / astring` */
export const mailboxName: Parser<string> = (scan) => inboxInCapitals(nameText(astring(scan), scan.utf8))

/** `list-mailbox`, with its wildcards. A pattern is decoded like a name; `%` and `*` stand for themselves there. */
export const mailboxPattern: Parser<string> = (scan) => nameText(listMailbox(scan), scan.utf8)
