/**
 * The index packs of an open account: which there are, and their columns, opened when they are asked for and kept while the
 * account is open and the budget lasts. A pack that does not open, or was replaced by another mailroom, is as good as none:
 * the rows have everything.
 */
import type { AccountHandle, MessageId } from '@bulkhead/base/ids.ts'
import type { Log } from '@bulkhead/base/log.ts'
import type { IndexSection, MessageIndex } from '@bulkhead/wire/mime/message-index.ts'
import type { CacheBudget } from '../account/index-cache.ts'
import type { KeyRing } from '../account/key-ring.ts'
import type { IndexPackLine, PackStore } from '../ports/pack-store.ts'
import { Column, messageKeyBytes, PackIds, type ColumnName } from './index-pack.ts'
import type { PackMemory } from './pack-memory.ts'

/** Opened columns of one account. */
export const shelfBytesMax = 48 * 1024 * 1024

/** Whom a segment belongs to. */
export const segmentOwner = (account: AccountHandle, pack: string, name: string): string => `${account}/${pack}/${name}`

interface Opened {
  readonly ids: PackIds
  keys: Buffer | undefined
  readonly columns: Map<IndexSection, Column>
  sizeBytes: number
}

export interface ShelfPorts {
  readonly store: PackStore
  readonly log: Log
  readonly memory: PackMemory
  readonly cacheBudget: CacheBudget
}

/** Among lines that ascend, the one whose run includes the message. */
export const lineOf = (lines: readonly IndexPackLine[], message: MessageId): IndexPackLine | undefined => {
  let low = 0
  let high = lines.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((lines[middle]?.last ?? '') < message) low = middle + 1
    else high = middle
  }
  const found = lines[low]
  return found !== undefined && found.first <= message ? found : undefined
}

/** A message's place in an opened pack. */
export interface Packed {
  readonly pack: Opened
  readonly at: number
}

export class PackShelf {
  readonly #account: AccountHandle
  readonly #ring: KeyRing
  readonly #ports: ShelfPorts
  readonly #opened = new Map<string, Opened>()
  readonly #unusable = new Set<string>()
  /** Batches that are read ahead may want the same pack at once. */
  readonly #opening = new Map<string, Promise<Opened | undefined>>()
  #lines: Promise<readonly IndexPackLine[]> | undefined
  #bytes = 0

  constructor(account: AccountHandle, ring: KeyRing, ports: ShelfPorts) {
    this.#account = account
    this.#ring = ring
    this.#ports = ports
  }

  lines(): Promise<readonly IndexPackLine[]> {
    this.#lines ??= this.#loadLines()
    return this.#lines
  }

  async #loadLines(): Promise<readonly IndexPackLine[]> {
    const { memory, store } = this.#ports
    const known = memory.linesOf(this.#account)
    if (known !== undefined) return known
    try {
      const lines = await store.indexPacks(this.#account)
      memory.keepLines(this.#account, lines)
      return lines
    } catch (fault) {
      this.#lines = undefined
      throw fault
    }
  }

  /** The list is behind; it is asked for anew when next needed. */
  forgetLines(): void {
    this.#ports.memory.keepLines(this.#account, undefined)
    this.#lines = undefined
  }

  /** Opens what is wanted of a pack. Undefined where it can't be had. */
  async ready(line: IndexPackLine, names: readonly ColumnName[]): Promise<Opened | undefined> {
    const { pack } = line
    if (this.#unusable.has(pack)) return undefined
    if (this.holds(line, names)) return this.#opened.get(pack)
    const opening = `${pack} ${names.join()}`
    const opened = await (this.#opening.get(opening) ?? this.#begin(opening, pack, names))
    // What was open when we began may have made room for others since: then the rows serve this once.
    return opened !== undefined && names.every((name) => isOpen(opened, name)) ? opened : undefined
  }

  #begin(opening: string, pack: string, names: readonly ColumnName[]): Promise<Opened | undefined> {
    const present = this.#opened.get(pack)
    const missing = ['ids' as const, ...names.filter((name) => !isOpen(present, name))]
    const begun = this.#sealed(pack, missing)
      .then((sealed) => this.#open(pack, missing, sealed))
      .finally(() => this.#opening.delete(opening))
    this.#opening.set(opening, begun)
    return begun
  }

  /** Whether it is opened already. */
  holds({ pack }: IndexPackLine, names: readonly ColumnName[]): boolean {
    const present = this.#opened.get(pack)
    return names.every((name) => isOpen(present, name))
  }

  async #sealed(pack: string, names: readonly ColumnName[]): Promise<ReadonlyMap<string, Buffer>> {
    const { sealed } = this.#ports.memory
    const found = new Map<string, Buffer>()
    for (const name of names) {
      const kept = sealed.get(segmentOwner(this.#account, pack, name))
      if (kept !== undefined) found.set(name, kept)
    }
    const missing = names.filter((name) => !found.has(name))
    if (missing.length === 0) return found
    for (const segment of await this.#ports.store.packSegments(this.#account, pack, missing)) {
      found.set(segment.name, sealed.put(segmentOwner(this.#account, pack, segment.name), segment.sealed))
    }
    return found
  }

  #open(pack: string, names: readonly ColumnName[], sealed: ReadonlyMap<string, Buffer>): Opened | undefined {
    const plainOf = (name: ColumnName): Buffer | undefined => {
      const bytes = sealed.get(name)
      const opened = bytes === undefined ? undefined : this.#ring.openRecord('pack', segmentOwner(this.#account, pack, name), bytes)
      return opened?.own === true ? opened.plain : undefined
    }
    try {
      let opened = this.#opened.get(pack)
      if (opened === undefined) {
        const ids = plainOf('ids')
        if (ids === undefined) return this.#refuse(pack)
        opened = { ids: new PackIds(ids), keys: undefined, columns: new Map(), sizeBytes: 0 }
        this.#opened.set(pack, opened)
        this.#count(opened, ids.length)
      }
      for (const name of names) {
        if (name === 'ids' || isOpen(opened, name)) continue
        const plain = plainOf(name)
        if (plain === undefined) return this.#refuse(pack)
        if (name === 'keys') opened.keys = plain
        else opened.columns.set(name, new Column(plain, opened.ids.count))
        this.#count(opened, plain.length)
      }
      this.#makeRoom(pack)
      return opened
    } catch {
      return this.#refuse(pack)
    }
  }

  /** Replaced by another mailroom, or damaged. */
  #refuse(pack: string): undefined {
    this.#unusable.add(pack)
    this.#ports.log.info('packUnusable', { pack })
    this.forgetLines()
    return undefined
  }

  #count(opened: Opened, bytes: number): void {
    opened.sizeBytes += bytes
    this.#bytes += bytes
    this.#ports.cacheBudget.usedBytes += bytes
  }

  /** Not wiped: someone may be reading from it. */
  #makeRoom(newest: string): void {
    const { cacheBudget } = this.#ports
    for (const [pack, opened] of this.#opened) {
      if (this.#bytes <= shelfBytesMax && cacheBudget.usedBytes <= cacheBudget.bytesMax) return
      if (pack === newest) continue
      this.#opened.delete(pack)
      this.#count(opened, -opened.sizeBytes)
    }
  }

  /** At the end, when nobody reads any more. */
  wipe(): void {
    for (const opened of this.#opened.values()) {
      opened.keys?.fill(0)
      for (const column of opened.columns.values()) column.wipe()
      this.#count(opened, -opened.sizeBytes)
    }
    this.#opened.clear()
  }
}

const isOpen = (opened: Opened | undefined, name: ColumnName): boolean => {
  if (opened === undefined) return false
  if (name === 'ids') return true
  return name === 'keys' ? opened.keys !== undefined : opened.columns.has(name)
}

/** Sections that were not asked for throw. */
export const packedIndex = ({ pack, at }: Packed): MessageIndex =>
  pack.ids.indexAt(at, (section) => {
    const column = pack.columns.get(section)
    if (column === undefined) throw new RangeError(`section ${section} was not asked for`)
    return column.cell(at)
  })

export const packedKey = ({ pack, at }: Packed): Buffer => {
  if (pack.keys === undefined) throw new RangeError('keys were not asked for')
  return Buffer.from(pack.keys.subarray(at * messageKeyBytes, (at + 1) * messageKeyBytes))
}
