/** Mod-sequence values (RFC 7162 section 7). */
import { bad, run, type Parser } from './scan.ts'

const digitBytes = Uint8Array.from({ length: 256 }, (_, byte) => (byte >= 0x30 && byte <= 0x39 ? 1 : 0))
const digitsMax = 19
const most = 9_223_372_036_854_775_807n

/** `mod-sequence-valzer = "0" / mod-sequence-value`, below 2^63. Beyond what a journal can reach it means the end of time. */
export const modSeqOrZero: Parser<number> = (scan) => {
  const digits = run(scan, digitBytes, 'mod-sequence')
  if (digits.length > digitsMax || BigInt(digits) > most) bad('Mod-sequence is too large')
  return Math.min(Number(digits), Number.MAX_SAFE_INTEGER)
}

/** `mod-sequence-value = 1*DIGIT`, positive. */
export const modSeqValue: Parser<number> = (scan) => {
  const value = modSeqOrZero(scan)
  return value === 0 ? bad('Zero is no mod-sequence') : value
}
