/**
 * The sheets of an open account (`sheet.ts`): which there are, their heads, opened when they are asked for and kept while the budget
 * lasts, and what their strips say of a needle. A sheet that does not open, or was replaced by another mailroom, knows nothing: then
 * the digests of the messages themselves are looked at.
 */
import { uuidBytes, type AccountHandle } from '@bulkhead/base/ids.ts'
import type { Log } from '@bulkhead/base/log.ts'
import type { Needle } from '@bulkhead/wire/text/digest.ts'
import type { CacheBudget } from '../account/index-cache.ts'
import type { KeyRing } from '../account/key-ring.ts'
import type { Sifted } from '../account/mail-account.ts'
import type { PackStore, SheetLine } from '../ports/pack-store.ts'
import type { GiveWay } from './give-way.ts'
import { IdRun, wordsPerId } from './id-run.ts'
import type { PackMemory } from './pack-memory.ts'
import { Sheet, stripCount, stripsFor } from './sheet.ts'

/** Behind the strips. */
export const headStrip = stripCount

/** Opened heads of one account. */
const headBytesMax = 16 * 1024 * 1024
/** An id, a size, a place. */
const headBytesPerMessage = 21
/** Sealed strips that are asked for at once. */
const stripBytesAtOnce = 4 * 1024 * 1024
/** A search that asked about so many messages at once goes on to older ones: their strips are on their way while it is judged. */
const messagesThatGoOn = 1_024
const sheetsAhead = 3

export const stripOwner = (account: AccountHandle, sheet: string, strip: number): string => `${account}/${sheet}/strip ${strip}`

export const nothingSifted: Sifted = { knows: () => false, excludes: () => false }

export interface SheetShelfPorts {
  readonly store: PackStore
  readonly log: Log
  readonly memory: PackMemory
  readonly cacheBudget: CacheBudget
  readonly giveWay: GiveWay
}

/** Messages that were asked about and lie in the run of one sheet. */
interface Asked {
  readonly line: SheetLine
  readonly places: number[]
}

type Strips = ReadonlyMap<number, Buffer>

const breath = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

const unknown = 0
const maybe = 1
const excluded = 2

export class SheetShelf {
  readonly #account: AccountHandle
  readonly #ring: KeyRing
  readonly #ports: SheetShelfPorts
  readonly #heads = new Map<string, Sheet>()
  readonly #unusable = new Set<string>()
  #lines: Promise<readonly SheetLine[]> | undefined
  #order: readonly number[] | undefined
  /** Strips of older messages than those that were asked about last. */
  #ahead: Promise<unknown> | undefined
  #bytes = 0

  constructor(account: AccountHandle, ring: KeyRing, ports: SheetShelfPorts) {
    this.#account = account
    this.#ring = ring
    this.#ports = ports
  }

  lines(): Promise<readonly SheetLine[]> {
    this.#lines ??= this.#loadLines()
    return this.#lines
  }

  async #loadLines(): Promise<readonly SheetLine[]> {
    const { memory, store } = this.#ports
    const known = memory.sheetsOf(this.#account)
    if (known !== undefined) return known
    try {
      const lines = await store.sheets(this.#account)
      memory.keepSheets(this.#account, lines)
      return lines
    } catch (fault) {
      this.#lines = undefined
      throw fault
    }
  }

  /** The list is behind; it is asked for anew when next needed. */
  forgetLines(): void {
    this.#ports.memory.keepSheets(this.#account, undefined)
    this.#lines = undefined
  }

  /** Where a strip is stored: in an order that the store can't know, so that it does not learn which n-grams are asked for. */
  placeOf(strip: number): number {
    this.#order ??= this.#ring.ownOrder('bulkhead strips', stripCount)
    return this.#order[strip] ?? strip
  }

  /** Opens heads before anybody asks, those of the latest messages first, as far as there is room: a first search then waits for strips alone. */
  async openAhead(stopped: () => boolean): Promise<void> {
    const { cacheBudget, giveWay } = this.#ports
    const lines = await this.lines()
    if (lines.length > 0) this.placeOf(0)
    for (const { sheet, messages } of lines.toReversed()) {
      const bytes = messages * headBytesPerMessage
      if (stopped() || this.#bytes + bytes > headBytesMax || cacheBudget.usedBytes + bytes > cacheBudget.bytesMax) return
      if (this.#heads.has(sheet) || this.#unusable.has(sheet)) continue
      await giveWay.turn(stopped)
      const sealed = (await this.#sealed([sheet], [])).get(sheet)
      if (!stopped() && sealed !== undefined && !this.#heads.has(sheet)) this.#openHead(sheet, sealed)
    }
  }

  /** What is known of the messages whose ids these are (`id-run.ts`). */
  async sifted(words: Uint32Array, needles: readonly Needle[]): Promise<Sifted> {
    const lines = await this.lines()
    if (lines.length === 0) return nothingSifted
    const strips = stripsFor(needles)
    const verdicts = new Map(needles.map((needle) => [needle, new Uint8Array(words.length / wordsPerId)]))
    await this.#ahead
    const asked = askedIn(lines, words)
    for (const some of this.#batches(asked, strips.length)) {
      const found = await this.#sealed(some.map(({ line }) => line.sheet), strips)
      this.#fetchAhead(lines, asked, strips)
      for (const { line, places } of some) {
        const opened = this.#open(line.sheet, found.get(line.sheet) ?? new Map(), strips)
        if (opened === undefined) continue
        for (const [needle, verdict] of verdicts) {
          const isCandidate = opened.sheet.candidates(needle, opened.strips)
          for (const place of places) {
            const at = opened.sheet.ids.indexOf(words, place)
            if (at >= 0) verdict[place] = isCandidate(at) ? maybe : excluded
          }
        }
        await breath()
      }
    }
    // What is known of a message is known for each of the needles.
    const [first] = verdicts.values()
    return {
      knows: (place) => first !== undefined && first[place] !== unknown,
      excludes: (needle, place) => verdicts.get(needle)?.[place] === excluded,
    }
  }

  /** Fills the memory of sealed strips alone: what does not come is asked for when it is wanted. */
  #fetchAhead(lines: readonly SheetLine[], asked: readonly Asked[], strips: readonly number[]): void {
    const messages = asked.reduce((sum, { places }) => sum + places.length, 0)
    if (this.#ahead !== undefined || messages < messagesThatGoOn) return
    const oldest = Math.min(...asked.map(({ line }) => lines.indexOf(line)))
    const next = lines.slice(Math.max(0, oldest - sheetsAhead), oldest).filter(({ sheet }) => !this.#unusable.has(sheet))
    const [some] = this.#batches(next.toReversed().map((line) => ({ line, places: [] })), strips.length)
    if (some === undefined) return
    this.#ahead = this.#sealed(some.map(({ line }) => line.sheet), strips)
      .catch(() => undefined)
      .finally(() => {
        this.#ahead = undefined
      })
  }

  *#batches(asked: readonly Asked[], strips: number): Generator<readonly Asked[]> {
    let batch: Asked[] = []
    let bytes = 0
    for (const one of asked) {
      if (this.#unusable.has(one.line.sheet)) continue
      const size = Math.ceil((one.line.sizeBytes * strips) / stripCount)
      if (batch.length > 0 && bytes + size > stripBytesAtOnce) {
        yield batch
        batch = []
        bytes = 0
      }
      batch.push(one)
      bytes += size
    }
    if (batch.length > 0) yield batch
  }

  /** Sealed strips, and heads that are not open, out of memory or the store; by their places. */
  async #sealed(sheets: readonly string[], strips: readonly number[]): Promise<ReadonlyMap<string, Strips>> {
    const { memory, store } = this.#ports
    const found = new Map(sheets.map((sheet) => [sheet, new Map<number, Buffer>()]))
    const missing = new Set<number>()
    const behind = new Set<string>()
    for (const [sheet, kept] of found) {
      const wanted = strips.map((strip) => this.placeOf(strip))
      for (const place of this.#heads.has(sheet) ? wanted : [...wanted, headStrip]) {
        const sealed = memory.sealed.get(stripOwner(this.#account, sheet, place))
        if (sealed !== undefined) kept.set(place, sealed)
        else {
          missing.add(place)
          behind.add(sheet)
        }
      }
    }
    if (behind.size === 0) return found
    for (const { sheet, strip, sealed } of await store.sheetStrips(this.#account, [...behind], [...missing])) {
      found.get(sheet)?.set(strip, memory.sealed.put(stripOwner(this.#account, sheet, strip), sealed))
    }
    return found
  }

  #plain(sheet: string, place: number, sealed: Strips): Buffer | undefined {
    const bytes = sealed.get(place)
    const opened = bytes === undefined ? undefined : this.#ring.openRecord('pack', stripOwner(this.#account, sheet, place), bytes)
    return opened?.own === true ? opened.plain : undefined
  }

  #open(sheet: string, sealed: Strips, wanted: readonly number[]): { readonly sheet: Sheet; readonly strips: Strips } | undefined {
    const head = this.#heads.get(sheet) ?? this.#openHead(sheet, sealed)
    if (head === undefined) return undefined
    const strips = new Map<number, Buffer>()
    for (const strip of wanted) {
      const plain = this.#plain(sheet, this.placeOf(strip), sealed)
      if (plain === undefined) return this.#refuse(sheet)
      strips.set(strip, plain)
    }
    return { sheet: head, strips }
  }

  #openHead(sheet: string, sealed: Strips): Sheet | undefined {
    const plain = this.#plain(sheet, headStrip, sealed)
    if (plain === undefined) return this.#refuse(sheet)
    try {
      const head = new Sheet(plain)
      this.#heads.set(sheet, head)
      this.#count(head.sizeBytes)
      this.#makeRoom(sheet)
      return head
    } catch {
      return this.#refuse(sheet)
    }
  }

  /** Replaced by another mailroom, or damaged. */
  #refuse(sheet: string): undefined {
    this.#unusable.add(sheet)
    this.#ports.log.info('sheetUnusable', { sheet })
    this.forgetLines()
    return undefined
  }

  #count(bytes: number): void {
    this.#bytes += bytes
    this.#ports.cacheBudget.usedBytes += bytes
  }

  #makeRoom(newest: string): void {
    const { cacheBudget } = this.#ports
    for (const [sheet, head] of this.#heads) {
      if (this.#bytes <= headBytesMax && cacheBudget.usedBytes <= cacheBudget.bytesMax) return
      if (sheet === newest) continue
      this.#heads.delete(sheet)
      this.#count(-head.sizeBytes)
    }
  }

  /** At the end, when nobody reads any more. */
  wipe(): void {
    this.#heads.clear()
    this.#count(-this.#bytes)
  }
}

interface Bounds {
  readonly line: SheetLine
  readonly ends: IdRun
}

/** By sheet. Messages mostly come in their order, so the sheet of the one before is tried first. */
const askedIn = (lines: readonly SheetLine[], words: Uint32Array): readonly Asked[] => {
  const bounds = lines.map((line): Bounds => ({ line, ends: new IdRun(Buffer.concat([uuidBytes(line.first), uuidBytes(line.last)])) }))
  const asked = new Map<Bounds, Asked>()
  let known: Bounds | undefined
  let places: number[] = []
  for (let place = 0; place * wordsPerId < words.length; place += 1) {
    if (known?.ends.spans(words, place) !== true) {
      known = bounds.find(({ ends }) => ends.spans(words, place))
      if (known === undefined) continue
      const present = asked.get(known) ?? { line: known.line, places: [] }
      asked.set(known, present)
      places = present.places
    }
    places.push(place)
  }
  return [...asked.values()]
}
