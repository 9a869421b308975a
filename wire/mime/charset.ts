/**
 * Bytes to text by charset label, as mail is really labelled: the Japanese families each have one decoder for all their
 * names, and a label that is absent, unknown or plainly wrong gives way to what the bytes look like. Never refuses; what
 * can't be read becomes U+FFFD.
 */
import { view } from '@bulkhead/base/bytes.ts'
import { guessedCharset, hasJisEscape, type Guess } from './charset-guess.ts'
import { decodedIso2022Jp } from './iso-2022-jp.ts'

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

const decodedAs = (bytes: Uint8Array, charset: string): string | undefined =>
  charset === 'iso-2022-jp' ? decodedIso2022Jp(bytes) : decoderFor(charset)?.decode(bytes)

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

export const decodedBytes = (bytes: Uint8Array, label: string): string => {
  const name = label.trim().toLowerCase()
  const guessed = (): string => decodedAs(bytes, labelOfGuess[guessedCharset(bytes)]) ?? ''
  if (silent.has(name)) return guessed()
  const charset = familyOf.get(name) ?? name
  if (charset === 'iso-2022-jp' && !hasJisEscape(view(bytes)) && !view(bytes).includes(shiftOut)) return guessed()
  // Vendors put Western labels on JIS, whose bytes are all ASCII.
  if (charset.startsWith('iso-8859') || charset.startsWith('windows-125')) {
    if (view(bytes).includes('\x1b$')) return guessed()
  }
  const text = decodedAs(bytes, charset)
  if (text === undefined) return guessed()
  if (!looksWrong(text)) return text
  const other = guessed()
  return looksWrong(other) ? text : other
}
