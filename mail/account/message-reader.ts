/**
 * Reads what lies beside the fold, the next batch fetched while the present one is used: indexes, out of packs where many are
 * asked for and out of their rows else; and bodies, out of packs, rows or blobs, opened chunk by chunk.
 */
import { assert } from '@bulkhead/base/assert.ts'
import { view } from '@bulkhead/base/bytes.ts'
import { uuidBytes, uuidFromBytes, type AccountHandle, type MessageId } from '@bulkhead/base/ids.ts'
import type { Log } from '@bulkhead/base/log.ts'
import { secret } from '@bulkhead/base/secret.ts'
import type { Sealing } from '@bulkhead/seal/sealing.ts'
import { decodeMessageIndex, indexSections } from '@bulkhead/wire/mime/index-codec.ts'
import type { IndexSection, MessageIndex } from '@bulkhead/wire/mime/message-index.ts'
import type { Needle } from '@bulkhead/wire/text/digest.ts'
import { idBytes } from '../journal/columns.ts'
import { BodyPackReader } from '../packs/body-pack-reader.ts'
import type { GiveWay } from '../packs/give-way.ts'
import { wordsOf } from '../packs/id-run.ts'
import { messageKeyBytes, type ColumnName } from '../packs/index-pack.ts'
import type { PackMemory } from '../packs/pack-memory.ts'
import { nothingSifted, SheetShelf } from '../packs/sheet-shelf.ts'
import { lineOf, packedIndex, packedKey, PackShelf, type Packed } from '../packs/pack-shelf.ts'
import type { BlobStore } from '../ports/blob-store.ts'
import type { FoundBody, JournalReader } from '../ports/journal-store.ts'
import type { PackStore } from '../ports/pack-store.ts'
import { indexOwner } from './arrival.ts'
import { bodySource, sealedBlob, sealedRow, type SealedBytes } from './body-source.ts'
import { IndexCache, type CacheBudget } from './index-cache.ts'
import type { KeyRing } from './key-ring.ts'
import type { BodySource, Sifted } from './mail-account.ts'

export const indexesPerBatch = 500
/** Batches that are on their way while one is used: out of packs so many that the database works on the next pack meanwhile. */
const packedAhead = 8
/** Fewer are read from their rows, unless their pack is open already. */
const packWorthwhile = 64

export interface ReaderPorts {
  readonly store: JournalReader & PackStore
  readonly blobs: BlobStore
  readonly sealing: Sealing
  readonly log: Log
  readonly packMemory: PackMemory
  readonly cacheBudget: CacheBudget
  readonly giveWay: GiveWay
}

/** Ids as bytes, and as text where that is needed. */
class Wanted {
  readonly count: number
  readonly bytes: Buffer
  readonly words: Uint32Array
  readonly #texts: readonly MessageId[] | undefined

  constructor(messages: readonly MessageId[] | Uint8Array) {
    const isBytes = messages instanceof Uint8Array
    this.#texts = isBytes ? undefined : messages
    this.bytes = isBytes ? view(messages) : Buffer.concat(messages.map(uuidBytes))
    this.words = wordsOf(this.bytes)
    this.count = this.bytes.length / idBytes
  }

  at(place: number): MessageId {
    return this.#texts?.[place] ?? (uuidFromBytes(this.bytes.subarray(place * idBytes, (place + 1) * idBytes)) as MessageId)
  }

  slice(from: number, to: number): Wanted {
    return new Wanted(this.#texts?.slice(from, to) ?? this.bytes.subarray(from * idBytes, to * idBytes))
  }
}

/** An opened record, or a place in an opened pack. */
type Found = Buffer | Packed | undefined

const closeAll = async (sealed: readonly (SealedBytes | undefined)[]): Promise<void> => {
  for (const bytes of sealed) await bytes?.[Symbol.asyncDispose]()
}

export class MessageReader {
  readonly #account: AccountHandle
  readonly #ring: KeyRing
  readonly #cache: IndexCache
  readonly #ports: ReaderPorts
  readonly #bodyPacks: BodyPackReader
  readonly shelf: PackShelf
  readonly sheets: SheetShelf

  constructor(account: AccountHandle, ring: KeyRing, ports: ReaderPorts) {
    this.#account = account
    this.#ring = ring
    this.#ports = ports
    this.#cache = new IndexCache(ports.cacheBudget)
    this.#bodyPacks = new BodyPackReader(account, ports)
    this.shelf = new PackShelf(account, ring, { ...ports, memory: ports.packMemory })
    this.sheets = new SheetShelf(account, ring, { ...ports, memory: ports.packMemory })
  }

  /** When nobody reads any more: what was opened is wiped. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#cache.wipe()
    this.shelf.wipe()
    this.sheets.wipe()
    await this.#bodyPacks[Symbol.asyncDispose]()
  }

  async *indexes(messages: readonly MessageId[], sections?: readonly IndexSection[]): AsyncGenerator<MessageIndex | undefined> {
    for await (const batch of this.indexBatches(messages, sections)) yield* batch
  }

  async *indexBatches(
    messages: readonly MessageId[] | Uint8Array,
    sections: readonly IndexSection[] = indexSections,
  ): AsyncGenerator<readonly (MessageIndex | undefined)[]> {
    const wanted = new Wanted(messages)
    const usesPacks = wanted.count >= packWorthwhile
    const load = (from: number): Promise<readonly Found[]> => {
      const loading = this.#find(wanted.slice(from, from + indexesPerBatch), sections, usesPacks)
      // Whoever stops reading early never asks how the batch ahead ended.
      loading.catch(() => undefined)
      return loading
    }
    const ahead: Promise<readonly Found[]>[] = []
    let next = 0
    const loadMore = (): void => {
      for (; next < wanted.count && ahead.length < (usesPacks ? packedAhead : 1); next += indexesPerBatch) ahead.push(load(next))
    }
    loadMore()
    for (let loading = ahead.shift(); loading !== undefined; loading = ahead.shift()) {
      const batch = await loading
      loadMore()
      yield batch.map(indexOf)
    }
  }

  async sifted(messages: readonly MessageId[] | Uint8Array, needles: readonly Needle[]): Promise<Sifted> {
    const wanted = new Wanted(messages)
    return wanted.count < packWorthwhile || needles.length === 0 ? nothingSifted : this.sheets.sifted(wanted.words, needles)
  }

  async #find(wanted: Wanted, names: readonly ColumnName[], usesPacks: boolean): Promise<readonly Found[]> {
    const found = new Array<Found>(wanted.count)
    const missing: number[] = []
    const lines = wanted.count === 0 ? [] : await this.shelf.lines()
    let pack: Packed['pack'] | undefined
    for (let place = 0; place < wanted.count; place += 1) {
      let at = pack === undefined ? -1 : pack.ids.indexOf(wanted.words, place)
      if (at < 0) {
        const message = wanted.at(place)
        const line = lineOf(lines, message)
        pack = line === undefined || !(usesPacks || this.shelf.holds(line, names)) ? undefined : await this.shelf.ready(line, names)
        at = pack === undefined ? -1 : pack.ids.indexOf(wanted.words, place)
        if (at < 0 && (found[place] = this.#cache.get(message)) === undefined) missing.push(place)
      }
      if (pack !== undefined && at >= 0) found[place] = { pack, at }
    }
    if (missing.length > 0) await this.#readRows(wanted, missing, found)
    return found
  }

  async #readRows(wanted: Wanted, missing: readonly number[], found: Found[]): Promise<void> {
    const messages = missing.map((place) => wanted.at(place))
    const rows = new Map((await this.#ports.store.messageIndexes(this.#account, messages)).map((row) => [row.message, row.index]))
    for (const [number, message] of messages.entries()) {
      const sealed = rows.get(message)
      if (sealed === undefined) continue
      const plain = this.#ring.openRecord('index', indexOwner(this.#account, message), sealed)?.plain
      if (plain === undefined || plain.length < messageKeyBytes) continue
      this.#cache.put(message, plain)
      const place = missing[number]
      if (place !== undefined) found[place] = plain
    }
  }

  async body(message: MessageId): Promise<BodySource | undefined> {
    const [body] = await this.bodies([message])
    return body
  }

  /** At most `indexesPerBatch` messages. */
  async bodies(messages: readonly MessageId[]): Promise<readonly (BodySource | undefined)[]> {
    assert(messages.length <= indexesPerBatch, 'as many bodies at once as agreed')
    const { sealing } = this.#ports
    const [found, stored] = await Promise.all([this.#find(new Wanted(messages), ['keys'], messages.length > 1), this.#stored(messages)])
    const wanted = messages.map((_, place) => (found[place] === undefined ? undefined : stored[place]))
    const sealed = await this.#sealedBytes(messages, wanted)
    try {
      return found.map((one, place) => {
        const bytes = sealed[place]
        return one === undefined || bytes === undefined ? undefined : bodySource(sealing, secret(keyOf(one)), bytes)
      })
    } catch (fault) {
      await closeAll(sealed)
      throw fault
    }
  }

  async #stored(messages: readonly MessageId[]): Promise<readonly (FoundBody | undefined)[]> {
    const bodies = messages.map((message): FoundBody | undefined => {
      const place = this.#bodyPacks.placeOf(message)
      return place === undefined ? undefined : { in: 'pack', ...place }
    })
    const missing = messages.filter((_, place) => bodies[place] === undefined)
    if (missing.length === 0) return bodies
    const stored = await this.#ports.store.bodies(this.#account, missing)
    if (messages.length > 1) for (const body of stored.values()) if (body.in === 'pack') this.#bodyPacks.learn(body.blob)
    return messages.map((message, place) => bodies[place] ?? stored.get(message))
  }

  async #sealedBytes(messages: readonly MessageId[], bodies: readonly (FoundBody | undefined)[]): Promise<readonly (SealedBytes | undefined)[]> {
    const sealed = new Array<SealedBytes | undefined>(bodies.length)
    try {
      await this.#readPacked(bodies, sealed)
      const moved = bodies.flatMap((body, place) => (body?.in === 'pack' && sealed[place] === undefined ? (messages[place] ?? []) : []))
      // A pack that is gone was packed anew by another mailroom.
      const again = moved.length === 0 ? undefined : await this.#ports.store.bodies(this.#account, moved)
      if (again !== undefined) await this.#readPacked(messages.map((message) => again.get(message)), sealed)
      for (const [place, body] of bodies.entries()) {
        if (body?.in === 'row') sealed[place] = sealedRow(body.sealed)
        if (body?.in !== 'blob') continue
        const blob = await this.#ports.blobs.open(this.#account, body.name)
        if (blob !== undefined) sealed[place] = sealedBlob(blob)
      }
      return sealed
    } catch (fault) {
      await closeAll(sealed)
      throw fault
    }
  }

  async #readPacked(bodies: readonly (FoundBody | undefined)[], sealed: (SealedBytes | undefined)[]): Promise<void> {
    const places = bodies.flatMap((body, place) => (body?.in === 'pack' ? place : []))
    if (places.length === 0) return
    const read = await this.#bodyPacks.read(places.flatMap((place) => {
      const body = bodies[place]
      return body?.in === 'pack' ? body : []
    }))
    for (const [number, place] of places.entries()) {
      const one = read[number]
      if (one !== undefined) sealed[place] = sealedRow(one.bytes, one.over)
    }
  }
}

const keyOf = (found: Buffer | Packed): Buffer =>
  'pack' in found ? packedKey(found) : Buffer.from(found.subarray(0, messageKeyBytes))

/** A record that opens but is no index was stored by a writer gone bad; it is as good as missing. */
const indexOf = (found: Found): MessageIndex | undefined => {
  if (found === undefined) return undefined
  if ('pack' in found) return packedIndex(found)
  try {
    return decodeMessageIndex(found.subarray(messageKeyBytes))
  } catch {
    return undefined
  }
}
