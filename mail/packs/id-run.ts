/** Ids of messages that ascend, to be looked up. */
export const wordsPerId = 4

/** Each id as four numbers of 32 bits, so that comparing two makes no object and is no call. */
export const wordsOf = (ids: Uint8Array): Uint32Array => {
  // Aligned; in the order of the ids' bytes on a little-endian machine, as every one that this runs on is.
  const bytes = Buffer.allocUnsafeSlow(ids.length)
  bytes.set(ids)
  bytes.swap32()
  return new Uint32Array(bytes.buffer, 0, ids.length / 4)
}

/** The first 48 bits: milliseconds, in the ids that are made here (RFC 9562 section 5.7). */
const momentOf = (words: Uint32Array, place: number): number => (words[place * wordsPerId] ?? 0) * 0x1_0000 + ((words[place * wordsPerId + 1] ?? 0) >>> 16)

export class IdRun {
  readonly count: number
  readonly #words: Uint32Array
  readonly #firstMs: number
  readonly #lastMs: number
  /** Messages are mostly asked for in their order: where the next one should be. */
  #next = 0

  /** 16 bytes each. */
  constructor(ids: Uint8Array) {
    this.#words = wordsOf(ids)
    this.count = this.#words.length / wordsPerId
    this.#firstMs = this.count === 0 ? 0 : momentOf(this.#words, 0)
    this.#lastMs = this.count === 0 ? 0 : momentOf(this.#words, this.count - 1)
  }

  get sizeBytes(): number {
    return this.#words.byteLength
  }

  #compare(at: number, words: Uint32Array, place: number): number {
    for (let word = 0; word < wordsPerId; word += 1) {
      const difference = (this.#words[at * wordsPerId + word] ?? 0) - (words[place * wordsPerId + word] ?? 0)
      if (difference !== 0) return difference
    }
    return 0
  }

  #isAt(at: number, words: Uint32Array, place: number): boolean {
    const here = at * wordsPerId
    const there = place * wordsPerId
    // The end first: neighbours have the same beginning.
    return at < this.count && this.#words[here + 3] === words[there + 3] && this.#words[here + 2] === words[there + 2]
      && this.#words[here + 1] === words[there + 1] && this.#words[here] === words[there]
  }

  /** Where the id is that stands at `place` of `words`, or -1. */
  indexOf(words: Uint32Array, place: number): number {
    if (this.#isAt(this.#next, words, place)) return this.#next++
    let low = 0
    let high = this.count
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#compare(middle, words, place) < 0) low = middle + 1
      else high = middle
    }
    if (low === this.count || this.#compare(low, words, place) !== 0) return -1
    this.#next = low + 1
    return low
  }

  /** Whether the id at `place` of `words` lies between the first and the last. */
  spans(words: Uint32Array, place: number): boolean {
    const moment = momentOf(words, place)
    if (moment > this.#firstMs && moment < this.#lastMs) return true
    return this.count > 0 && this.#compare(0, words, place) <= 0 && this.#compare(this.count - 1, words, place) >= 0
  }
}
