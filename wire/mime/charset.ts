/**
 * Bytes to text by charset label, as mail is really labelled: the Japanese families each have one decoder for all their
 * names, and a label that is absent, unknown or plainly wrong gives way to what the bytes look like. Never refuses; what
 * can't be read becomes U+FFFD.
 */
import { latin1, view } from '@bulkhead/base/bytes.ts'
import { withCarrierEmoji } from './carrier-emoji.ts'
import { guessedCharset, hasJisEscape, type Guess } from './charset-guess.ts'
import { decodedEucJp } from './euc-jp.ts'
import { decodedIso2022Jp } from './iso-2022-jp.ts'
import { decodedHz, decodedIso2022Cn, decodedIso2022Kr } from './shifted-sets.ts'
import { decodedUtf7 } from './utf-7.ts'
import { isUtf8Text } from './utf8.ts'

/** Names that `TextDecoder` does not know, or that mean more than it thinks. */
const families: Readonly<Record<string, readonly string[]>> = {
  'iso-2022-jp': [
    'iso-2022-jp', 'csiso2022jp', 'iso2022jp', 'jis', 'cp50220', 'cp50221', 'cp50222', 'iso-2022-jp-ms', 'iso-2022-jp-1',
    'iso-2022-jp-2', 'iso-2022-jp-3', 'iso-2022-jp-2004', 'x-windows-iso2022jp', 'x-windows-50220', 'x-windows-50221',
  ],
  'shift_jis': [
    'shift_jis', 'shift-jis', 'shiftjis', 'sjis', 'x-sjis', 'ms_kanji', 'csshiftjis', 'windows-31j', 'cswindows31j', 'cp932',
    'ms932', 'ibm943', 'cp943', 'sjis-win', 'x-mac-japanese', 'shift_jisx0213', 'shift_jis-2004',
  ],
  'euc-jp': [
    'euc-jp', 'eucjp', 'x-euc-jp', 'cseucpkdfmtjapanese', 'ujis', 'eucjp-ms', 'eucjp-win', 'eucjpms', 'cp51932', 'cp20932',
    'x-euc', 'euc-jis-2004', 'euc-jisx0213',
  ],
  'gb18030': ['cp936', 'ms936', 'x-cp936', 'gb_2312', 'euc-cn', 'euccn', 'x-euc-cn'],
  'euc-kr': ['cp949', 'ms949', 'uhc', 'x-windows-949', 'euckr', 'x-euc-kr'],
  'big5': ['cp950', 'ms950', 'big5-eten'],
  'utf-7': ['utf-7', 'utf7', 'x-utf-7', 'unicode-1-1-utf-7', 'csunicode11utf7'],
  'iso-2022-kr': ['iso-2022-kr', 'csiso2022kr'],
  'iso-2022-cn': ['iso-2022-cn', 'iso-2022-cn-ext', 'csiso2022cn'],
  'hz-gb-2312': ['hz-gb-2312', 'hz'],
  'utf-16': ['utf-16', 'utf16', 'ucs-2', 'iso-10646-ucs-2', 'csunicode', 'unicode'],
  'utf-8': ['utf8', 'utf-8', 'utf_8', 'x-utf-8', 'utf-8-mac', 'utf8mb4', 'cp65001', 'unicode-1-1-utf-8'],
}

/** Labels that say nothing about 8-bit bytes. */
const silent = new Set([
  '', 'us-ascii', 'ascii', 'ansi_x3.4-1968', 'iso646-us', 'unknown', 'unknown-8bit', 'x-unknown', '8bit', '7bit', 'binary',
  'default', 'none', 'charset', '_autodetect', '_autodetect_all', 'x-user-defined',
])

const familyOf: ReadonlyMap<string, string> = new Map(
  Object.entries(families).flatMap(([family, labels]) => labels.map((label) => [label, family] as const)),
)

const decoders = new Map<string, TextDecoder | undefined>()
/** Labels come from outside; beyond this an unknown one is looked up each time. */
const decodersMax = 256

const decoderFor = (label: string): TextDecoder | undefined => {
  if (decoders.has(label)) return decoders.get(label)
  let decoder: TextDecoder | undefined
  try {
    decoder = new TextDecoder(label)
  } catch {
    decoder = undefined
  }
  if (decoders.size < decodersMax) decoders.set(label, decoder)
  return decoder
}

const shiftJis = new TextDecoder('shift_jis')

/** RFC 2781 section 4.3: big-endian where no mark says otherwise. */
const decodedUtf16 = (bytes: Uint8Array): string | undefined =>
  decoderFor(bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : 'utf-16be')?.decode(bytes)

const ownDecoders: ReadonlyMap<string, (bytes: Uint8Array) => string | undefined> = new Map([
  ['iso-2022-jp', decodedIso2022Jp],
  ['euc-jp', decodedEucJp],
  ['shift_jis', (bytes) => withCarrierEmoji(shiftJis.decode(bytes))],
  ['iso-2022-kr', decodedIso2022Kr],
  ['iso-2022-cn', decodedIso2022Cn],
  ['hz-gb-2312', decodedHz],
  ['utf-16', decodedUtf16],
  ['utf-7', (bytes) => (isUtf8Text(view(bytes)) === 'ascii' ? decodedUtf7(latin1(bytes)) : undefined)],
])

const decodedAs = (bytes: Uint8Array, charset: string): string | undefined => {
  const own = ownDecoders.get(charset)
  return own === undefined ? decoderFor(charset)?.decode(bytes) : own(bytes)
}

const labelOfGuess: Readonly<Record<Guess, string>> = {
  'ascii': 'utf-8',
  'iso-2022-jp': 'iso-2022-jp',
  'utf-8': 'utf-8',
  'shift_jis': 'shift_jis',
  'euc-jp': 'euc-jp',
  'western': 'windows-1252',
}

/** Begins half-width kana in CP50222. */
const shiftOut = 0x0e

const hasEscapes = (bytes: Buffer): boolean => hasJisEscape(bytes) || bytes.includes('\x1b(') || bytes.includes(shiftOut)

/** More than one unreadable character in eight that are beyond ASCII: the label is wrong, not the text damaged. */
const wrongShare = 8

const looksWrong = (text: string): boolean => {
  if (!text.includes('\ufffd')) return false
  let unreadable = 0
  let beyondAscii = 0
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code > 0x7f) beyondAscii += 1
    if (code === 0xfffd) unreadable += 1
  }
  return unreadable * wrongShare > beyondAscii
}

export interface Decoded {
  readonly text: string
  /** Which charset it was read as, in lower case: the label's, or what the bytes look like. */
  readonly charset: string
}

export const decodedWith = (bytes: Uint8Array, label: string): Decoded => {
  const name = label.trim().toLowerCase()
  const guessed = (): Decoded => {
    const charset = labelOfGuess[guessedCharset(bytes)]
    return { text: decodedAs(bytes, charset) ?? '', charset }
  }
  if (silent.has(name)) return guessed()
  const charset = familyOf.get(name) ?? name
  if (charset === 'iso-2022-jp' && !hasEscapes(view(bytes))) return guessed()
  // Vendors put Western labels on JIS, whose bytes are all ASCII, and on UTF-8, which Western text is never by chance.
  if (charset.startsWith('iso-8859') || charset.startsWith('windows-125')) {
    if (view(bytes).includes('\x1b$') || isUtf8Text(view(bytes)) === 'utf-8') return guessed()
  }
  const text = decodedAs(bytes, charset)
  if (text === undefined) return guessed()
  if (!looksWrong(text)) return { text, charset }
  const other = guessed()
  return looksWrong(other.text) ? { text, charset } : other
}

export const decodedBytes = (bytes: Uint8Array, label: string): string => decodedWith(bytes, label).text

/** As a person says it is, whatever it looks like. */
export const decodedStrictly = (bytes: Uint8Array, charset: 'iso-2022-jp' | 'shift_jis' | 'euc-jp' | 'utf-8'): string => decodedAs(bytes, charset) ?? ''
