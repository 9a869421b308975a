/**
 * A header for those who take ASCII alone (RFC 6856 section 2.1), in the manner of RFC 6857 and RFC 6858: text becomes
 * encoded-words, an address that is not ASCII a group of nobody that shows it, and in fields with a grammar of their own
 * each foreign character a question mark. Fields that are ASCII stay as they are, to the byte.
 */
import { utf8, view } from '@bulkhead/base/bytes.ts'
import { addressList, type AddressEntry, type Mailbox } from './address-list.ts'
import { fieldText, headerFields, type HeaderField } from './header.ts'
import { decodedRawText } from './raw-text.ts'

const addressFields: ReadonlySet<string> = new Set([
  'from', 'sender', 'reply-to', 'to', 'cc', 'bcc', 'resent-from', 'resent-sender', 'resent-reply-to', 'resent-to', 'resent-cc', 'resent-bcc',
  'disposition-notification-to', 'return-receipt-to', 'errors-to',
])
/** Beside every `content-…` and `arc-…`. */
const grammarFields: ReadonlySet<string> = new Set([
  'date', 'resent-date', 'message-id', 'resent-message-id', 'in-reply-to', 'references', 'received', 'return-path', 'mime-version',
  'dkim-signature', 'authentication-results', 'list-id', 'list-unsubscribe', 'list-post', 'delivered-to',
])

const hasGrammar = (name: string): boolean => grammarFields.has(name) || name.startsWith('content-') || name.startsWith('arc-')

/** Bytes of UTF-8 in one encoded-word: with base64 and what stands around it, 75 characters (RFC 2047 section 2). */
const wordBytesMax = 45

const isAscii = (bytes: Uint8Array): boolean => bytes.every((byte) => byte < 0x80)
const isAsciiText = (text: string): boolean => /^[\x00-\x7f]*$/.test(text)

export const encodedWords = (text: string): string => {
  const words: string[] = []
  let word = ''
  for (const char of text) {
    if (word !== '' && Buffer.byteLength(word + char) > wordBytesMax) {
      words.push(word)
      word = ''
    }
    word += char
  }
  return [...words, word].map((part) => `=?UTF-8?B?${utf8(part).toString('base64')}?=`).join('\r\n ')
}

const questioned = (text: string): string => text.replaceAll(/[^\x00-\x7f]/gu, '?')

/** From the first foreign word to the last one; ASCII before and behind stays readable. */
const asciiText = (text: string): string => {
  const words = text.split(/[ \t]+/)
  const foreign = words.map((word) => !isAsciiText(word))
  const [first, last] = [foreign.indexOf(true), foreign.lastIndexOf(true)]
  const encoded = encodedWords(words.slice(first, last + 1).join(' '))
  return [words.slice(0, first).join(' '), encoded, words.slice(last + 1).join(' ')].filter((part) => part !== '').join('\r\n ')
}

const quoted = (text: string): string => `"${text.replaceAll(/["\\]/g, '\\$&')}"`
const isPhrase = (text: string): boolean => /^[A-Za-z0-9!#$%&'*+\-/=?^_`{|}~ ]*$/.test(text)
const isDotAtom = (text: string): boolean => /^[A-Za-z0-9!#$%&'*+\-/=?^_`{|}~.]+$/.test(text)

const phrase = (name: string): string => (!isAsciiText(name) ? encodedWords(name) : isPhrase(name) ? name : quoted(name))

const shown = ({ localPart, host }: Mailbox): string => (host === null ? localPart : `${localPart}@${host}`)

const asciiMailbox = (mailbox: Mailbox, inGroup: boolean): string | undefined => {
  const name = mailbox.name === null || mailbox.name === '' ? undefined : decodedRawText(mailbox.name)
  const address = decodedRawText(shown(mailbox))
  if (!isAsciiText(address)) {
    // A group can't be in a group.
    return inGroup ? undefined : `${encodedWords(name === undefined ? address : `${name} <${address}>`)} :;`
  }
  const { localPart, host } = mailbox
  const spec = host === null ? address : `${isDotAtom(localPart) ? localPart : quoted(localPart)}@${host}`
  return name === undefined ? `<${spec}>` : `${phrase(name)} <${spec}>`
}

const asciiAddresses = (entries: readonly AddressEntry[]): string => {
  const items: string[] = []
  let group: { readonly name: string; readonly members: string[] } | undefined
  for (const entry of entries) {
    if (entry.kind === 'groupStart') group = { name: phrase(decodedRawText(entry.name)), members: [] }
    else if (entry.kind === 'groupEnd') {
      if (group !== undefined) items.push(`${group.name}: ${group.members.join(',\r\n ')};`)
      group = undefined
    } else {
      const mailbox = asciiMailbox(entry, group !== undefined)
      if (mailbox !== undefined) (group?.members ?? items).push(mailbox)
    }
  }
  return items.join(',\r\n ')
}

const asciiValue = (header: Buffer, field: HeaderField): string => {
  const raw = fieldText(header, field)
  if (addressFields.has(field.name)) return asciiAddresses(addressList(raw))
  return hasGrammar(field.name) ? questioned(decodedRawText(raw)) : asciiText(decodedRawText(raw))
}

const isAsciiAddress = (entry: AddressEntry): boolean => entry.kind !== 'mailbox' || isAsciiText(shown(entry))

/** Whether `asciiHeader` loses nothing: text and names can be encoded, addresses and fields with a grammar can't. */
export const canBeAscii = (header: Buffer): boolean =>
  headerFields(header).every((field) => {
    if (isAscii(header.subarray(field.start, field.end))) return true
    if (!isAscii(header.subarray(field.start, field.valueStart))) return false
    return addressFields.has(field.name) ? addressList(fieldText(header, field)).every(isAsciiAddress) : !hasGrammar(field.name)
  })

/** Every byte that is not ASCII a question mark: as long as it was. */
export const maskedBytes = (bytes: Buffer): Buffer => (isAscii(bytes) ? bytes : Buffer.from(bytes.map((byte) => (byte < 0x80 ? byte : 0x3f))))

/** `header`: with the empty line, or cut anywhere. The same bytes where they are ASCII. */
export const asciiHeader = (header: Buffer): Buffer => {
  if (isAscii(header)) return header
  const pieces: Buffer[] = []
  let at = 0
  for (const field of headerFields(header)) {
    if (isAscii(header.subarray(field.start, field.end))) continue
    pieces.push(maskedBytes(header.subarray(at, field.valueStart)))
    const value = asciiValue(header, field)
    pieces.push(Buffer.from(` ${isAsciiText(value) ? value : questioned(value)}\r\n`, 'latin1'))
    at = field.end
  }
  pieces.push(maskedBytes(view(header).subarray(at)))
  return Buffer.concat(pieces)
}
