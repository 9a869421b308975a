/**
 * Values of header fields as they travel: ASCII, folded (RFC 5322 section 2.2.3), text and names beyond ASCII as encoded-words in
 * UTF-8 (RFC 2047), lines with encoded-words within 76 characters. `column` is where the value begins, after `Name: `.
 * What is given holds no control character: `isSafeText` says so, and whoever composes asks first.
 */
import { utf8 } from '@bulkhead/base/bytes.ts'

const lineMax = 76
/** `=?UTF-8?B?` and `?=`. */
const wordFrame = 12
/** A longer run without a blank can't be folded, and becomes encoded-words. */
const plainWordMax = 72

const isAscii = (text: string): boolean => /^[\x20-\x7e]*$/.test(text)

/** No control character, which is what could end a field and begin another, and no half of a character. */
export const isSafeText = (text: string): boolean => !/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/.test(text) && text.isWellFormed()

const wordBytesAt = (column: number): number => Math.max(0, Math.floor((lineMax - column - wordFrame) / 4) * 3)

const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' })
/** Marks without end on one letter are split all the same. */
const graphemeBytesMax = wordBytesAt(1)

function* unitsOf(text: string): Generator<string> {
  for (const { segment } of graphemes.segment(text)) {
    if (Buffer.byteLength(segment) <= graphemeBytesMax) yield segment
    else yield* segment
  }
}

/** Encoded-words, folded; no character is split, and what is one to the eye stays in one word. */
export const encodedText = (text: string, column: number): string => {
  const words: string[] = []
  let word = ''
  let room = wordBytesAt(column)
  let bytes = 0
  for (const unit of unitsOf(text)) {
    const more = Buffer.byteLength(unit)
    if (bytes + more > room) {
      words.push(word)
      word = ''
      bytes = 0
      room = graphemeBytesMax
    }
    word += unit
    bytes += more
  }
  words.push(word)
  return words.map((one) => (one === '' ? '' : `=?UTF-8?B?${utf8(one).toString('base64')}?=`)).join('\r\n ')
}

const isPlainWord = (word: string): boolean => isAscii(word) && !word.includes('=?') && word.length <= plainWordMax

/** Where the line goes on behind `text` that began at `column`. */
const columnAfter = (text: string, column: number): number => {
  const lastBreak = text.lastIndexOf('\r\n')
  return lastBreak < 0 ? column + text.length : text.length - lastBreak - 2
}

/** `pieces` on lines of 76 characters as far as they go; each piece may hold folds itself. */
export const folded = (pieces: readonly string[], column: number): string => {
  let text = ''
  let at = column
  for (const [index, piece] of pieces.entries()) {
    const firstLine = piece.split('\r\n', 1)[0] ?? ''
    if (index > 0) {
      const fits = at + 1 + firstLine.length <= lineMax
      text += fits ? ' ' : '\r\n '
      at = fits ? at + 1 : 1
    }
    text += piece
    at = columnAfter(piece, at)
  }
  return text
}

/** `unstructured`. From the first foreign word to the last one it is encoded; ASCII before and behind stays readable. */
export const textValue = (text: string, column: number): string => {
  // Blanks at the ends and several in a row do not survive folding, but inside encoded-words.
  if (!/^\S+(?: \S+)*$/.test(text)) return text === '' ? '' : encodedText(text, column)
  const words = text.split(' ')
  const foreign = words.map((word) => !isPlainWord(word))
  const [first, last] = [foreign.indexOf(true), foreign.lastIndexOf(true)]
  if (first < 0) return folded(words, column)
  const before = words.slice(0, first)
  const lead = folded(before, column)
  const encoded = encodedText(words.slice(first, last + 1).join(' '), before.length === 0 ? column : columnAfter(lead, column) + 1)
  const joined = before.length === 0 ? encoded : `${lead}${encoded.startsWith('\r\n') ? '' : ' '}${encoded}`
  const rest = words.slice(last + 1)
  return rest.length === 0 ? joined : folded([joined, ...rest], column)
}

export interface ComposedAddress {
  readonly name: string | null
  /** As somebody typed it; in a draft it need not be whole. */
  readonly email: string
}

export interface ComposedGroup {
  /** Null: those in no group. */
  readonly name: string | null
  readonly addresses: readonly ComposedAddress[]
}

const isDotAtom = (text: string): boolean => text.split('.').every((atom) => /^[A-Za-z0-9!#$%&'*+\-/=?^_`{|}~\u0080-\u{10ffff}]+$/u.test(atom))
const isPhrase = (text: string): boolean => /^[A-Za-z0-9!#$%&'*+\-/=?^_`{|}~]+(?: [A-Za-z0-9!#$%&'*+\-/=?^_`{|}~]+)*$/.test(text) && !text.includes('=?')
const isHost = (text: string): boolean => /^(?:[A-Za-z0-9._\-\u0080-\u{10ffff}]+|\[[A-Za-z0-9.:-]+\])$/u.test(text)
const quoted = (text: string): string => `"${text.replaceAll(/["\\]/g, '\\$&')}"`

const spec = (email: string): string => {
  const at = email.lastIndexOf('@')
  const [local, host] = at < 0 ? [email, ''] : [email.slice(0, at), email.slice(at + 1)]
  if (at < 0 || !isHost(host)) return isDotAtom(email) ? email : quoted(email)
  const isQuoted = /^"(?:[^"\\]|\\.)*"$/.test(local)
  return `${isDotAtom(local) || isQuoted ? local : quoted(local)}@${host}`
}

const phrase = (name: string, column: number): string => {
  if (!isAscii(name) || name.length > plainWordMax || name.includes('=?')) return encodedText(name, column)
  return isPhrase(name) ? name : quoted(name)
}

const mailbox = ({ name, email }: ComposedAddress, column: number): string =>
  name === null || name === '' ? `<${spec(email)}>` : folded([phrase(name, column), `<${spec(email)}>`], column)

const separated = (items: readonly string[], last: string): readonly string[] => items.map((item, at) => `${item}${at === items.length - 1 ? last : ','}`)

const inGroup = ({ name, addresses }: ComposedGroup, column: number): readonly string[] => {
  if (name === null) return addresses.map((address) => mailbox(address, column))
  const title = `${phrase(name, column)}:`
  return [addresses.length === 0 ? `${title};` : folded([title, ...separated(addresses.map((address) => mailbox(address, 1)), ';')], column)]
}

/** `address-list`. */
export const addressesValue = (groups: readonly ComposedGroup[], column: number): string =>
  folded(separated(groups.flatMap((group) => inGroup(group, column)), ''), column)

/** `1*msg-id`, given without their brackets. */
export const idsValue = (ids: readonly string[], column: number): string => folded(ids.map((id) => `<${id}>`), column)

/** RFC 2369 section 2. */
export const urlsValue = (urls: readonly string[], column: number): string => folded(separated(urls.map((url) => `<${url}>`), ''), column)
