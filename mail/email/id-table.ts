/**
 * A mailbox's messages by their ids, and the numbers of their threads: made once for the columns a list lies in, and gone on with
 * where messages came behind. Typed arrays; what was found for a position holds for every list over the same columns.
 */
import type { ColumnList } from '../journal/views.ts'
import { idBytes, threadBytes } from '../journal/columns.ts'
import type { ThreadNumbers } from './thread-numbers.ts'

const slotsPerMessage = 2
const slotsMin = 64

/** The last four bytes of an id: random in every version of UUID that we make. */
const hashAt = (ids: Uint8Array, from: number): number =>
  ((ids[from + 12] ?? 0) | ((ids[from + 13] ?? 0) << 8) | ((ids[from + 14] ?? 0) << 16) | ((ids[from + 15] ?? 0) << 24)) >>> 0

const isSame = (ids: Uint8Array, at: number, wanted: Uint8Array): boolean => {
  const from = at * idBytes
  for (let place = 0; place < idBytes; place += 1) if (ids[from + place] !== wanted[place]) return false
  return true
}

export class IdTable {
  /** Position + 1; 0: free. */
  #slots = new Int32Array(slotsMin)
  #count = 0
  #threads = new Uint32Array(0)
  #threadCount = 0
  #numbersOf: ThreadNumbers | undefined

  /** Takes in what came behind. */
  #reach({ columns, count }: ColumnList): void {
    if (count * slotsPerMessage > this.#slots.length) {
      let size = this.#slots.length
      while (size < count * slotsPerMessage) size *= 2
      this.#slots = new Int32Array(size)
      this.#count = 0
    }
    const mask = this.#slots.length - 1
    for (let at = this.#count; at < count; at += 1) {
      let slot = hashAt(columns.ids, at * idBytes) & mask
      while (this.#slots[slot] !== 0) slot = (slot + 1) & mask
      this.#slots[slot] = at + 1
    }
    this.#count = Math.max(this.#count, count)
  }

  /** Positions in the list of that message: more than one where it was copied within its mailbox. */
  positionsOf(list: ColumnList, message: Uint8Array): readonly number[] {
    if (list.count > this.#count) this.#reach(list)
    const found: number[] = []
    const mask = this.#slots.length - 1
    for (let slot = hashAt(message, 0) & mask; this.#slots[slot] !== 0; slot = (slot + 1) & mask) {
      const at = (this.#slots[slot] ?? 0) - 1
      if (at < list.count && isSame(list.columns.ids, at, message)) found.push(at)
    }
    return found.length > 1 ? found.sort((one, other) => one - other) : found
  }

  /** Number of the thread at each position; longer than the list perhaps. */
  threadsOf({ columns, count }: ColumnList, numbers: ThreadNumbers): Uint32Array {
    if (this.#numbersOf !== numbers) {
      this.#numbersOf = numbers
      this.#threadCount = 0
    }
    if (count > this.#threads.length) {
      const larger = new Uint32Array(Math.max(count, Math.ceil(this.#threads.length * 1.5)))
      larger.set(this.#threads)
      this.#threads = larger
    }
    for (let at = this.#threadCount; at < count; at += 1) {
      this.#threads[at] = numbers.numberAt(columns.threads, at * threadBytes, columns.ids, at * idBytes)
    }
    this.#threadCount = Math.max(this.#threadCount, count)
    return this.#threads
  }
}

const tables = new WeakMap<ArrayBufferLike, IdTable>()

/** Of the columns under a list. A position in that memory is one message for ever. */
export const idTableOf = ({ columns }: ColumnList): IdTable => {
  const known = tables.get(columns.ids.buffer) ?? new IdTable()
  tables.set(columns.ids.buffer, known)
  return known
}
