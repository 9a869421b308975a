/**
 * Flags as bits. The low word holds the system flags, two marks of the fold's own, and the first keywords; the high word
 * the rest. Keywords get their bit from a table per account, in the order the journal first names them; beyond
 * `keywordsMax` a new one is ignored. Bits never change their meaning, so views of any age share one table.
 */
import { knownFlag, systemFlags } from './flags.ts'

export interface FlagBits {
  readonly low: number
  readonly high: number
}

export const seenBit = 1 << systemFlags.indexOf('\\Seen')
export const deletedBit = 1 << systemFlags.indexOf('\\Deleted')
export const draftBit = 1 << systemFlags.indexOf('\\Draft')
/** The entry is expunged and waits for the table to be made compact. */
export const goneBit = 1 << systemFlags.length
/** The message may be in other mailboxes too: it was copied, or is a copy. */
export const sharedBit = goneBit << 1
const firstLowKeyword = systemFlags.length + 2
const lowKeywords = 32 - firstLowKeyword
export const keywordsMax = lowKeywords + 32
/** Everything in the low word that is a flag. */
export const flagMask = ~(goneBit | sharedBit) >>> 0

const noBits: FlagBits = { low: 0, high: 0 }
const noFlags: readonly string[] = []
const combinationsMax = 1_024

const bitOf = (place: number): FlagBits =>
  place < lowKeywords ? { low: (1 << (firstLowKeyword + place)) >>> 0, high: 0 } : { low: 0, high: (1 << (place - lowKeywords)) >>> 0 }

export const keywordTable = (start: readonly string[] = []) => {
  const names: string[] = []
  const bits = new Map<string, FlagBits>(systemFlags.map((flag, at) => [flag.toLowerCase(), { low: 1 << at, high: 0 }]))
  const combinations = new Map<string, readonly string[]>()
  const learn = (flag: string): FlagBits | undefined => {
    if (names.length >= keywordsMax) return undefined
    const bit = bitOf(names.length)
    names.push(flag)
    bits.set(flag.toLowerCase(), bit)
    return bit
  }
  for (const name of start) learn(name)

  /** The bits of those flags we keep; `learning` gives new keywords a bit. */
  const bitsOf = (flags: readonly string[], learning: boolean): FlagBits => {
    let low = 0
    let high = 0
    for (const text of flags) {
      const flag = knownFlag(text)
      if (flag === undefined) continue
      const bit = bits.get(flag.toLowerCase()) ?? (learning ? learn(flag) : undefined)
      low |= bit?.low ?? 0
      high |= bit?.high ?? 0
    }
    return { low: low >>> 0, high: high >>> 0 }
  }

  /** The bit of one flag that has one, in any spelling. */
  const bitOfFlag = (flag: string): FlagBits => bits.get(flag) ?? bits.get(flag.toLowerCase()) ?? noBits

  /** Whether a flag has a bit, in any spelling. */
  const knows = (flag: string): boolean => bits.has(flag.toLowerCase())

  const spell = (low: number, high: number): readonly string[] => {
    const flags: string[] = systemFlags.filter((_, at) => (low & (1 << at)) !== 0)
    for (const [place, name] of names.entries()) {
      const bit = bitOf(place)
      if ((low & bit.low) !== 0 || (high & bit.high) !== 0) flags.push(name)
    }
    return flags
  }

  /** The two asked for last: neighbours often have the same flags, and before a change and after it are asked for in turn. */
  let last = { low: 0, high: 0, flags: noFlags }
  let before = last

  /** The flags of some bits; mailboxes know few combinations, so each is made once. */
  const flagsOf = (low: number, high: number): readonly string[] => {
    const wanted = low & flagMask
    if (last.low === wanted && last.high === high) return last.flags
    const found = before.low === wanted && before.high === high ? before : { low: wanted, high, flags: combination(low, high) }
    before = last
    last = found
    return found.flags
  }

  const combination = (low: number, high: number): readonly string[] => {
    const key = `${low & flagMask}.${high}`
    const known = combinations.get(key)
    if (known !== undefined) return known
    if (combinations.size >= combinationsMax) combinations.clear()
    const flags = spell(low, high)
    combinations.set(key, flags)
    return flags
  }

  return { names: (): readonly string[] => names, bitsOf, bitOfFlag, knows, flagsOf }
}

export type KeywordTable = ReturnType<typeof keywordTable>
