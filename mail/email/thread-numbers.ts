/** Threads of an account numbered from 1 in the order they were first seen: what is counted and compared a hundred thousand times are numbers. */
import { threadBytes } from '../journal/columns.ts'

const threadsMin = 32

const wordAt = (bytes: Uint8Array, from: number): number =>
  ((bytes[from] ?? 0) | ((bytes[from + 1] ?? 0) << 8) | ((bytes[from + 2] ?? 0) << 16) | ((bytes[from + 3] ?? 0) << 24)) >>> 0

const idEnd = 8

export class ThreadNumbers {
  /** Number of a thread; 0: free. */
  #slots = new Int32Array(2 * threadsMin)
  #lows = new Uint32Array(threadsMin)
  #highs = new Uint32Array(threadsMin)
  #count = 0

  /** The highest number given. */
  get count(): number {
    return this.#count
  }

  /** A thread is known by its 8 bytes, or where they are zero by the last 8 of its message's id (`ids.ts`). */
  numberAt(threads: Uint8Array, threadFrom: number, ids: Uint8Array, idFrom: number): number {
    const low = wordAt(threads, threadFrom)
    const high = wordAt(threads, threadFrom + 4)
    if (low !== 0 || high !== 0) return this.#numberOf(low, high)
    return this.#numberOf(wordAt(ids, idFrom + idEnd), wordAt(ids, idFrom + idEnd + 4))
  }

  /** 0 where no message of the account ever had it. */
  known(key: Uint8Array): number {
    if (key.length !== threadBytes) return 0
    return this.#slots[this.#slotOf(wordAt(key, 0), wordAt(key, 4))] ?? 0
  }

  /** The key is a part of a digest under the account's own secret handle: nobody outside makes many fall into one slot. */
  #slotOf(low: number, high: number): number {
    const mask = this.#slots.length - 1
    let slot = low & mask
    for (let number = this.#slots[slot] ?? 0; number !== 0; number = this.#slots[slot] ?? 0) {
      if (this.#lows[number] === low && this.#highs[number] === high) return slot
      slot = (slot + 1) & mask
    }
    return slot
  }

  #numberOf(low: number, high: number): number {
    const slot = this.#slotOf(low, high)
    const known = this.#slots[slot] ?? 0
    if (known !== 0) return known
    this.#count += 1
    if (this.#count === this.#lows.length) this.#grow()
    this.#lows[this.#count] = low
    this.#highs[this.#count] = high
    this.#slots[this.#slotOf(low, high)] = this.#count
    return this.#count
  }

  /** Half of the slots stay free. */
  #grow(): void {
    const size = this.#lows.length * 2
    const [lows, highs] = [new Uint32Array(size), new Uint32Array(size)]
    lows.set(this.#lows)
    highs.set(this.#highs)
    this.#lows = lows
    this.#highs = highs
    this.#slots = new Int32Array(size * 2)
    for (let number = 1; number < this.#count; number += 1) {
      this.#slots[this.#slotOf(lows[number] ?? 0, highs[number] ?? 0)] = number
    }
  }
}
