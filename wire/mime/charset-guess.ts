/**
 * Which charset bytes without a true label are in: ESC means ISO-2022-JP, strict UTF-8 is UTF-8, else Shift_JIS and
 * EUC-JP are scored by how often kana and common kanji are, not by which decodes first. Japanese ISPs' mail: a tie is
 * Shift_JIS.
 */
import { isUtf8Text } from './utf8.ts'
import { view } from '@bulkhead/base/bytes.ts'

export type Guess = 'ascii' | 'iso-2022-jp' | 'utf-8' | 'shift_jis' | 'euc-jp' | 'western'

/** Only so much is scored. */
const scoredBytesMax = 65_536

const hiragana = 3
const katakana = 2.5
const commonKanji = 1.5
const symbol = 1
const rowThirteen = 0.5
/** Two half-width kana are 0.3 less than the one kanji they would be in EUC-JP. */
const halfKana = 0.6
const rareKanji = -0.5
const privateUse = -1
const invalid = -10
const shiftJisPrior = 0.5

const shiftJisPair = (lead: number, trail: number): number => {
  if (trail < 0x40 || trail === 0x7f || trail > 0xfc) return invalid
  if (lead === 0x81) return symbol
  if (lead === 0x82) return trail >= 0x9f && trail <= 0xf1 ? hiragana : trail >= 0x4f && trail < 0x9f ? symbol : invalid
  if (lead === 0x83) return trail <= 0x96 ? katakana : trail <= 0xd6 ? symbol : invalid
  if (lead === 0x84) return rowThirteen
  if (lead === 0x87) return trail <= 0x9c ? rowThirteen : invalid
  if (lead >= 0x88 && lead <= 0x97) return commonKanji
  if (lead >= 0x98 && lead <= 0xea) return rareKanji
  if (lead === 0xed || lead === 0xee || lead >= 0xfa) return rareKanji
  return lead >= 0xf0 && lead <= 0xf9 ? privateUse : invalid
}

const shiftJisScore = (bytes: Buffer): number => {
  let score = shiftJisPrior
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0
    if (byte < 0x80) continue
    if (byte >= 0xa1 && byte <= 0xdf) {
      score += halfKana
      continue
    }
    if (byte === 0x80 || byte === 0xa0 || byte > 0xfc) {
      score += invalid
      continue
    }
    at += 1
    // A character cut off at the end says nothing.
    if (at < bytes.length) score += shiftJisPair(byte, bytes[at] ?? 0)
  }
  return score
}

const eucPair = (lead: number): number => {
  if (lead === 0xa1 || lead === 0xa2 || lead === 0xa3) return symbol
  if (lead === 0xa4) return hiragana
  if (lead === 0xa5) return katakana
  if (lead >= 0xa6 && lead <= 0xa8) return rowThirteen
  if (lead === 0xad) return rowThirteen
  if (lead >= 0xb0 && lead <= 0xcf) return commonKanji
  if ((lead >= 0xd0 && lead <= 0xf4) || (lead >= 0xf9 && lead <= 0xfc)) return rareKanji
  return privateUse
}

const isEucTrail = (byte: number | undefined): boolean => byte !== undefined && byte >= 0xa1 && byte <= 0xfe

const eucScore = (bytes: Buffer): number => {
  let score = 0
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0
    if (byte < 0x80) continue
    const length = byte === 0x8f ? 3 : 2
    if (at + length > bytes.length) break
    const whole = isEucTrail(bytes[at + 1]) && (length === 2 || isEucTrail(bytes[at + 2]))
    if (!whole || (byte < 0xa1 && byte !== 0x8e && byte !== 0x8f) || byte === 0xff) {
      score += invalid
      continue
    }
    score += byte === 0x8e ? halfKana : byte === 0x8f ? rareKanji : eucPair(byte)
    at += length - 1
  }
  return score
}

/** An escape to a two-byte set or to kana. */
export const hasJisEscape = (bytes: Buffer): boolean => bytes.includes('\x1b$') || bytes.includes('\x1b(I')

export const guessedCharset = (input: Uint8Array): Guess => {
  const bytes = view(input).subarray(0, scoredBytesMax)
  if (hasJisEscape(bytes)) return 'iso-2022-jp'
  const utf8 = isUtf8Text(bytes)
  if (utf8 !== 'no') return utf8
  const shiftJis = shiftJisScore(bytes)
  const euc = eucScore(bytes)
  if (Math.max(shiftJis, euc) <= shiftJisPrior) return 'western'
  return euc > shiftJis ? 'euc-jp' : 'shift_jis'
}
