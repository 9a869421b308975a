/**
 * Whom an account wrote to and from where, remembered without being written down: marks in a Bloom filter of its own, made with the
 * cell's pseudonym key. Who steals the filter can test no guess without that key.
 */
import type { Pseudonym } from '@bulkhead/base/pseudonym.ts'

export const filterBits = 8_192
export const marksPerThing = 3

/** `thing` says whose it is, too: the same recipient leaves other marks with another account. */
export const marksOf = (pseudonym: Pseudonym, thing: string): readonly number[] => {
  const bytes = Buffer.from(pseudonym(thing).padEnd(13, 'A').slice(2), 'base64url')
  return Array.from({ length: marksPerThing }, (_, at) => bytes.readUInt16BE(at * 2) % filterBits)
}
