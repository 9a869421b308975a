/**
 * The search digest of a message: which n-grams its folded text may hold, as a bitmap. A needle's n-grams are all in the
 * digest of every text it is a substring of, so a message whose digest lacks one need not be read; the others are.
 *
 * Single characters and pairs are taken where a character beyond ASCII is in them, so that one kanji finds; ASCII counts
 * by threes. Every n-gram sets two bits of one hash; the bitmap is then folded onto itself until it is as full as it may
 * be. An empty digest says nothing: the message is always a candidate.
 */

import { foldedUnits, type FoldedUnits } from './folded.ts'

export type Digest = Uint8Array

/** Bits of the bitmap before it is folded: one for each of the 16 bits of a half hash. */
export const bitsMax = 1 << 16
/** Share of bits set up to which a bitmap is folded once more: two bits of one n-gram are then found by chance once in eight. */
const fullMax = 0.36
/** A bitmap fuller than this at full size tells little: no digest. */
const uselessShare = 0.8
export const bitsMin = 256
/** N-grams of a needle that are looked for; more of them hardly exclude more. */
const needleGramsMax = 48

const bitmap = new Uint8Array(bitsMax / 8)

const mixed = (key: number): number => {
  let hash = Math.imul(key ^ (key >>> 15), 0x85eb_ca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}

const one = (code: number): number => mixed(code | 0x4000_0000)
const pair = (first: number, second: number): number => mixed(Math.imul(first, 0x1f35_1f35) ^ second ^ 0x2000_0000)
const three = (first: number, second: number, third: number): number => mixed((first << 14) | (second << 7) | third | 0x1000_0000)

/** The n-grams that end at a code unit: itself and with the one before where ASCII is not alone, else all three. */
const gramsOf = function* ({ units, length }: FoldedUnits): Generator<number, void, void> {
  let first = 0x80
  let second = 0x80
  for (let at = 0; at < length; at += 1) {
    const code = units[at] ?? 0
    if (code >= 0x80) yield one(code)
    if (at > 0) {
      if (code >= 0x80 || second >= 0x80) yield pair(second, code)
      else if (at > 1 && first < 0x80) yield three(first, second, code)
    }
    first = second
    second = code
  }
}

/** Bits of a word are those of its bytes in order: little-endian, as every machine this runs on. */
const words = new Int32Array(bitmap.buffer)

const set = (hash: number): void => {
  const low = (hash & 0xffff) >>> 5
  const high = hash >>> 21
  words[low] = (words[low] ?? 0) | (1 << (hash & 31))
  words[high] = (words[high] ?? 0) | (1 << ((hash >>> 16) & 31))
}

/** What `gramsOf` gives, set at once: this runs over every text that arrives. */
const setAll = ({ units, length }: FoldedUnits): void => {
  let first = 0x80
  let second = 0x80
  for (let at = 0; at < length; at += 1) {
    const code = units[at] ?? 0
    if (code < 0x80 && second < 0x80) {
      if (first < 0x80) set(three(first, second, code))
    } else {
      if (code >= 0x80) set(one(code))
      if (at > 0) set(pair(second, code))
    }
    first = second
    second = code
  }
}

/** Folded ASCII, as `folded.ts` has it: lower case, white space one blank. */
const asciiFolded = Uint8Array.from({ length: 0x80 }, (_, code) => {
  const { units } = foldedUnits(String.fromCharCode(code))
  return units[0] ?? 0
})
const blank = 0x20
const sevenBits = 7
const threeUnits = 0x1f_ffff

const asciiBytesMax = 256 * 1024
const asciiBytes = Buffer.allocUnsafeSlow(asciiBytesMax)

/** What `setAll` does with a text that is all ASCII, which most long ones are: folded and hashed in one go. Gives false for another. */
const setAscii = (text: string): boolean => {
  if (text.length > asciiBytesMax || Buffer.byteLength(text) !== text.length) return false
  asciiBytes.write(text, 'latin1')
  let last = 0
  let key = 0
  let count = 0
  for (let at = 0; at < text.length; at += 1) {
    const code = asciiFolded[asciiBytes[at] ?? 0] ?? 0
    if (code === blank && last === blank) continue
    last = code
    key = ((key << sevenBits) | code) & threeUnits
    count += 1
    if (count > 2) set(mixed(key | 0x1000_0000))
  }
  return true
}

const onesIn = (word: number): number => {
  const pairs = word - ((word >>> 1) & 0x5555_5555)
  const fours = (pairs & 0x3333_3333) + ((pairs >>> 2) & 0x3333_3333)
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f_0f0f, 0x0101_0101) >>> 24
}

const shareSet = (bytes: number): number => {
  let count = 0
  for (let at = 0; at < bytes / 4; at += 1) count += onesIn(words[at] ?? 0)
  return count / (bytes * 8)
}

/** Folds the upper half of the first `bytes` onto the lower, and gives the share that is set then. */
const halve = (bytes: number): number => {
  const half = bytes / 8
  let count = 0
  for (let at = 0; at < half; at += 1) {
    const word = (words[at] ?? 0) | (words[half + at] ?? 0)
    words[at] = word
    count += onesIn(word)
  }
  return count / (bytes * 4)
}

const nothing: Digest = new Uint8Array(0)

/** A needle is looked for within one of the texts, which are folded here. */
export const digestOf = (texts: Iterable<string>): Digest => {
  bitmap.fill(0)
  for (const text of texts) if (!setAscii(text)) setAll(foldedUnits(text))
  let bytes = bitmap.length
  let share = shareSet(bytes)
  if (share > uselessShare) return nothing
  // Folding can at most double the share.
  while (bytes * 8 > bitsMin) {
    if (share * 2 > fullMax) {
      const kept = bitmap.slice(0, bytes)
      const folded = halve(bytes)
      if (folded > fullMax) return kept
      share = folded
    } else {
      share = halve(bytes)
    }
    bytes /= 2
  }
  return bitmap.slice(0, bytes)
}

/** Hashes of a needle's n-grams; none where it is too short to exclude anything. */
export type Needle = Uint32Array

export const needleOf = (text: string): Needle => {
  const grams = new Set<number>()
  for (const hash of gramsOf(foldedUnits(text))) {
    if (grams.size >= needleGramsMax) break
    grams.add(hash)
  }
  return Uint32Array.from(grams)
}

/** The bits of a hash, of the bitmap before it is folded: of one folded to so many bits, these modulo so many. */
export const bitsOf = (hash: number): readonly [number, number] => [hash & (bitsMax - 1), hash >>> 16]

/** False only where the needle is in none of the message's texts. */
export const mayHold = (digest: Digest, needle: Needle): boolean => {
  const { length } = digest
  if (length === 0) return true
  // Lengths are powers of two; anything else was not made here and excludes nothing.
  if ((length & (length - 1)) !== 0) return true
  const mask = length * 8 - 1
  for (let at = 0; at < needle.length; at += 1) {
    const hash = needle[at] ?? 0
    const low = hash & mask & 0xffff
    const high = (hash >>> 16) & mask
    if (((digest[low >>> 3] ?? 0) & (1 << (low & 7))) === 0 || ((digest[high >>> 3] ?? 0) & (1 << (high & 7))) === 0) return false
  }
  return true
}
