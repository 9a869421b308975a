/**
 * Moves sealed bodies, unopened, from rows into packs of a few megabytes in the blob store; it has no key and needs none. The pack
 * is durable before a row changes; whoever comes second finds the row gone and throws its pack away. Packs that are mostly
 * dead are packed anew. One account at a time, with pauses as long as the work, so that it never takes more than half.
 */
import type { AccountHandle } from '@bulkhead/base/ids.ts'
import type { Log } from '@bulkhead/base/log.ts'
import type { BlobStore } from '../ports/blob-store.ts'
import type { BodyPlace, PackedBody, PackStore } from '../ports/pack-store.ts'
import { BodyPackReader, type ReadSpan } from './body-pack-reader.ts'
import type { GiveWay } from './give-way.ts'

/** Sealed bytes of one pack; a last one that is smaller waits in its rows. */
export const bodyPackBytes = 4_194_304
/** How much of it must be there. A body that would lie across its end stays for the next. */
const fullShare = 0.5
/** Packs of one account before another's turn. */
const packsPerTurn = 64
/** How long after the last word of an account its turn begins. */
export const quietMs = 1_000
/** How long a pack waits where somebody always asks: it keeps the database busy for a while. */
const patienceMs = 2_000
/** Accounts whose size at the last turn is remembered. */
const rememberedMax = 10_000

export interface BodyPackerPorts {
  readonly store: PackStore
  readonly blobs: BlobStore
  readonly log: Log
  readonly giveWay: GiveWay
}

interface Source {
  readonly body: Omit<PackedBody, 'offset'>
  readonly sealed: Uint8Array
}

export class BodyPacker implements AsyncDisposable {
  readonly #ports: BodyPackerPorts
  /** Bytes of the account when its last turn ended. */
  readonly #packedAt = new Map<AccountHandle, number>()
  readonly #waiting = new Map<AccountHandle, number>()
  #timer: NodeJS.Timeout | undefined
  #working: Promise<void> | undefined
  #stopped = false

  constructor(ports: BodyPackerPorts) {
    this.#ports = ports
  }

  /** An account with so many bytes was in use. Cheap; its turn comes when that is a pack's worth more or less than at its last. */
  note(account: AccountHandle, sizeBytes: number): void {
    if (this.#stopped || Math.abs(sizeBytes - (this.#packedAt.get(account) ?? 0)) < bodyPackBytes) return
    this.#waiting.set(account, sizeBytes)
    if (this.#timer !== undefined || this.#working !== undefined) return
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      this.#working = this.#work().finally(() => {
        this.#working = undefined
      })
    }, quietMs).unref()
  }

  async #work(): Promise<void> {
    for (const [account, sizeBytes] of this.#waiting) {
      if (this.#stopped) return
      this.#waiting.delete(account)
      try {
        const isDone = await this.turn(account)
        if (isDone) this.#remember(account, sizeBytes)
        else this.#waiting.set(account, sizeBytes)
      } catch (fault) {
        this.#ports.log.error('bodyPackingFailed', fault)
      }
    }
  }

  #remember(account: AccountHandle, sizeBytes: number): void {
    this.#packedAt.delete(account)
    this.#packedAt.set(account, sizeBytes)
    const oldest = this.#packedAt.size > rememberedMax ? this.#packedAt.keys().next().value : undefined
    if (oldest !== undefined) this.#packedAt.delete(oldest)
  }

  /** Gives whether nothing is left to do. Rejects with the stores' faults; whatever was packed until then stays. */
  async turn(account: AccountHandle): Promise<boolean> {
    for (let packs = 0; packs < packsPerTurn; packs += 1) {
      await this.#ports.giveWay.turn(() => this.#stopped, patienceMs)
      if (this.#stopped) return false
      const begun = performance.now()
      const sources = (await this.#unpacked(account)) ?? (await this.#wasted(account))
      if (sources === undefined) return true
      await this.#pack(account, sources)
      await this.#pause(performance.now() - begun)
    }
    return false
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => void setTimeout(resolve, this.#stopped ? 0 : ms))
  }

  async #unpacked(account: AccountHandle): Promise<readonly Source[] | undefined> {
    const bodies = await this.#ports.store.unpackedBodies(account, bodyPackBytes)
    const bytes = bodies.reduce((sum, { sealed }) => sum + sealed.length, 0)
    if (bytes < bodyPackBytes * fullShare) return undefined
    return bodies.map(({ message, sealed }) => ({ body: { message, from: null, sizeBytes: sealed.length }, sealed }))
  }

  async #wasted(account: AccountHandle): Promise<readonly Source[] | undefined> {
    const places = await this.#ports.store.wastedPlaces(account, bodyPackBytes)
    if (places.length === 0) return undefined
    await using reader = new BodyPackReader(account, this.#ports)
    const read = await reader.read(places)
    const source = (place: BodyPlace, sealed: ReadSpan | undefined): readonly Source[] =>
      sealed === undefined ? [] : [{ body: { message: place.message, from: place.blob, sizeBytes: place.sizeBytes }, sealed: sealed.bytes }]
    const sources = places.flatMap((place, at) => source(place, read[at]))
    return sources.length === 0 ? undefined : sources
  }

  async #pack(account: AccountHandle, sources: readonly Source[]): Promise<void> {
    const { store, blobs } = this.#ports
    const writer = await blobs.create()
    let offset = 0
    const bodies: PackedBody[] = []
    try {
      for (const { body, sealed } of sources) {
        bodies.push({ ...body, offset })
        await writer.write(sealed)
        offset += sealed.length
      }
      await store.placeBodies(account, await writer.keep([account]), offset, bodies)
    } finally {
      await writer.discard()
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped = true
    clearTimeout(this.#timer)
    await this.#working
  }
}
