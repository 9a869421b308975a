/**
 * A sheet: the digests of thousands of messages turned on their side. A digest has a bit for every number a hash may give; a sheet
 * has a row for every such number, with a bit for each message. Rows are cut into 256 strips by the low byte of their number, so that a
 * needle is looked for in a few strips, however many messages and texts there are, and all strips of a sheet are of one size. Digests of
 * one size stand together: a row of theirs is as good as theirs. Pure: digests to strips, strips and a needle to candidates.
 */
import { Fault } from '@bulkhead/base/fault.ts'
import { bitsMax, bitsMin, bitsOf, type Digest, type Needle } from '@bulkhead/wire/text/digest.ts'
import { idBytes } from '../journal/columns.ts'
import { IdRun } from './id-run.ts'

/** As many as the smallest digest has bits: each strip has rows of every digest. */
export const stripCount = bitsMin
const stripBits = Math.log2(stripCount)
const sizesOfDigest = Math.log2(bitsMax / bitsMin) + 1
/** In place of a size: no digest, which excludes nothing. */
const none = 0xff

const version = 1
const headBytes = 5
const entryBytes = idBytes + 1

/** N-grams of a needle that are looked for in sheets: with two bits each they leave one in a million by chance. */
export const gramsMax = 8

/** Digests of the n-th size have `bitsMin << n` bits. */
const sizeOf = (bytes: number): number => {
  const size = Math.log2((bytes * 8) / bitsMin)
  return Number.isInteger(size) && size >= 0 && size < sizesOfDigest ? size : none
}

interface Layout {
  /** Of each message: which of its size it is. */
  readonly places: Uint32Array
  /** Of each size: bytes of a row, and where its rows begin in a strip. */
  readonly rowBytes: readonly number[]
  readonly starts: readonly number[]
  readonly stripBytes: number
}

const layoutOf = (sizes: Uint8Array): Layout => {
  const counts = new Array<number>(sizesOfDigest).fill(0)
  const places = new Uint32Array(sizes.length)
  for (let at = 0; at < sizes.length; at += 1) {
    const size = sizes[at] ?? none
    if (size === none) continue
    const place = counts[size] ?? 0
    places[at] = place
    counts[size] = place + 1
  }
  const rowBytes = counts.map((count) => Math.ceil(count / 8))
  const starts: number[] = []
  let stripBytes = 0
  for (const [size, bytes] of rowBytes.entries()) {
    starts.push(stripBytes)
    stripBytes += bytes << size
  }
  return { places, rowBytes, starts, stripBytes }
}

const rowOf = (bit: number, size: number): number => (bit >>> stripBits) & ((1 << size) - 1)
const stripOf = (bit: number): number => bit & (stripCount - 1)

/** Takes the digests one after the other, so that whoever writes may give way between them. */
export class SheetWriter {
  readonly #sizes: Uint8Array
  readonly #layout: Layout
  readonly #strips: Buffer

  /** The bytes of each digest, in the order of the messages. */
  constructor(digestBytes: readonly number[]) {
    this.#sizes = Uint8Array.from(digestBytes, sizeOf)
    this.#layout = layoutOf(this.#sizes)
    this.#strips = Buffer.alloc(this.#layout.stripBytes * stripCount)
  }

  get sizeBytes(): number {
    return this.#strips.length
  }

  put(at: number, digest: Digest): void {
    const size = this.#sizes[at] ?? none
    if (size === none) return
    const { places, rowBytes, starts, stripBytes } = this.#layout
    const place = places[at] ?? 0
    const [start = 0, bytes = 0] = [starts[size], rowBytes[size]]
    const column = start + (place >>> 3)
    const mask = 1 << (place & 7)
    for (let byte = 0; byte < digest.length; byte += 1) {
      for (let bits = digest[byte] ?? 0; bits !== 0; bits &= bits - 1) {
        const bit = byte * 8 + 31 - Math.clz32(bits & -bits)
        const cell = stripOf(bit) * stripBytes + column + (bit >>> stripBits) * bytes
        this.#strips[cell] = (this.#strips[cell] ?? 0) | mask
      }
    }
  }

  strip(number: number): Buffer {
    return this.#strips.subarray(number * this.#layout.stripBytes, (number + 1) * this.#layout.stripBytes)
  }

  /** `ids`: ascending, 16 bytes each. */
  head(ids: Uint8Array): Buffer {
    const bytes = Buffer.allocUnsafe(headBytes + this.#sizes.length * entryBytes)
    bytes[0] = version
    bytes.writeUInt32LE(this.#sizes.length, 1)
    bytes.set(ids, headBytes)
    bytes.set(this.#sizes, headBytes + this.#sizes.length * idBytes)
    return bytes
  }

  wipe(): void {
    this.#strips.fill(0)
  }
}

/** Bits of the n-grams of a needle that are looked for, spread over it where it has more. */
export const soughtBits = (needle: Needle): readonly number[] => {
  const step = Math.max(1, needle.length / gramsMax)
  const bits: number[] = []
  for (let at = 0; at < needle.length && bits.length < 2 * gramsMax; at += step) bits.push(...bitsOf(needle[Math.floor(at)] ?? 0))
  return bits
}

export const stripsFor = (needles: readonly Needle[]): readonly number[] => [...new Set(needles.flatMap((needle) => soughtBits(needle).map(stripOf)))]

/** Whether a message of the sheet may hold what was looked for. */
export type Candidates = (at: number) => boolean

/** A sheet's head, opened: which messages it has, and where their bits are. */
export class Sheet {
  readonly ids: IdRun
  readonly #sizes: Uint8Array
  readonly #layout: Layout

  /** Throws `Fault('corrupt')`. */
  constructor(head: Buffer) {
    const count = head.length < headBytes || head[0] !== version ? -1 : head.readUInt32LE(1)
    if (head.length !== headBytes + count * entryBytes) throw new Fault('corrupt', 'sheet of digests')
    const idsEnd = headBytes + count * idBytes
    this.ids = new IdRun(head.subarray(headBytes, idsEnd))
    this.#sizes = Uint8Array.prototype.slice.call(head, idsEnd)
    this.#layout = layoutOf(this.#sizes)
  }

  get sizeBytes(): number {
    return this.ids.sizeBytes + this.#sizes.byteLength + this.#layout.places.byteLength
  }

  /** A strip that is not at hand excludes nothing. */
  candidates(needle: Needle, strips: ReadonlyMap<number, Buffer>): Candidates {
    const { places, rowBytes, starts, stripBytes } = this.#layout
    const bits = soughtBits(needle)
    const rows = rowBytes.map((bytes, size) => {
      const kept = new Uint8Array(bytes).fill(0xff)
      for (const bit of bits) {
        const strip = strips.get(stripOf(bit))
        if (strip?.length !== stripBytes) continue
        const start = (starts[size] ?? 0) + rowOf(bit, size) * bytes
        for (let at = 0; at < bytes; at += 1) kept[at] = (kept[at] ?? 0) & (strip[start + at] ?? 0)
      }
      return kept
    })
    return (at) => {
      const row = rows[this.#sizes[at] ?? none]
      const place = places[at] ?? 0
      return row === undefined || ((row[place >>> 3] ?? 0) & (1 << (place & 7))) !== 0
    }
  }
}
