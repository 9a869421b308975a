/**
 * Reads sealed bodies out of an account's body packs. What lies close together is read at once; the files read last stay open,
 * and what else lies in them is remembered, so that a whole mailbox is a sequence of large reads and few questions.
 */
import type { AccountHandle, MessageId } from '@bulkhead/base/ids.ts'
import type { BlobReader, BlobStore } from '../ports/blob-store.ts'
import type { BodyPlace, PackStore } from '../ports/pack-store.ts'

/** Packs an account has open. */
const openMax = 4
/** Bytes read beyond what was wanted, so that two reads become one. */
const gapBytesMax = 65_536
/** One read at most, but for a body that is larger. */
const runBytesMax = 4_194_304

/** Buffers of `poolBytes` that wait for their next use, of all accounts: what is read of packs leaves no garbage. */
const poolBytes = 786_432
const poolMax = 16
const pool: Buffer[] = []

export interface ReadSpan {
  readonly bytes: Buffer
  /** The bytes are no longer needed. Once. */
  over(): void
}

export interface Span {
  readonly blob: string
  readonly offset: number
  readonly sizeBytes: number
}

interface Run {
  readonly blob: string
  readonly start: number
  end: number
  readonly members: number[]
}

/** Positions of `spans` put together to runs worth a read each. */
const runsOf = (spans: readonly Span[]): readonly Run[] => {
  const runs: Run[] = []
  const byPlace = spans.map((_, at) => at).sort((one, other) => {
    const [a, b] = [spans[one], spans[other]]
    if (a === undefined || b === undefined) return 0
    return a.blob === b.blob ? a.offset - b.offset : a.blob < b.blob ? -1 : 1
  })
  for (const at of byPlace) {
    const span = spans[at]
    if (span === undefined) continue
    const end = span.offset + span.sizeBytes
    const last = runs.at(-1)
    if (last !== undefined && last.blob === span.blob && span.offset <= last.end + gapBytesMax && end - last.start <= runBytesMax) {
      last.end = Math.max(last.end, end)
      last.members.push(at)
    } else runs.push({ blob: span.blob, start: span.offset, end, members: [at] })
  }
  return runs
}

type Places = ReadonlyMap<MessageId, BodyPlace>

interface Open {
  /** What lies in it, once that was asked for and answered. */
  places: Places | 'asked' | undefined
  readonly reader: Promise<BlobReader | undefined>
  users: number
  evicted: boolean
}

export interface BodyPackPorts {
  readonly store: Pick<PackStore, 'placesIn'>
  readonly blobs: BlobStore
}

export class BodyPackReader implements AsyncDisposable {
  readonly #account: AccountHandle
  readonly #ports: BodyPackPorts
  readonly #open = new Map<string, Open>()

  constructor(account: AccountHandle, ports: BodyPackPorts) {
    this.#account = account
    this.#ports = ports
  }

  /** Where a body lies, if it is known here. It may have moved since: then its pack is gone. */
  placeOf(message: MessageId): BodyPlace | undefined {
    for (const { places } of this.#open.values()) {
      const place = places instanceof Map ? places.get(message) : undefined
      if (place !== undefined) return place
    }
    return undefined
  }

  /** More of this pack will be read: asks what else lies in it, in the background. */
  learn(blob: string): void {
    const open = this.#opened(blob)
    if (open.places !== undefined) return
    open.places = 'asked'
    this.#ports.store.placesIn(this.#account, blob).then(
      (places) => {
        open.places = new Map(places.map((place) => [place.message, place]))
      },
      // Each body is then asked for by itself; who asks meets the fault.
      () => {
        open.places = undefined
      },
    )
  }

  /** In the order given; undefined where the pack is gone. */
  async read(spans: readonly Span[]): Promise<readonly (ReadSpan | undefined)[]> {
    const found = new Array<ReadSpan | undefined>(spans.length)
    await Promise.all(runsOf(spans).map(async (run) => {
      const into = run.end - run.start <= poolBytes ? (pool.pop() ?? Buffer.allocUnsafeSlow(poolBytes)) : undefined
      const bytes = await this.#read(run, into)
      if (bytes === undefined || bytes.length < run.end - run.start) return
      let users = run.members.length
      const over = (): void => {
        users -= 1
        if (users === 0 && into !== undefined && pool.length < poolMax) pool.push(into)
      }
      for (const at of run.members) {
        const span = spans[at]
        if (span === undefined) continue
        const start = span.offset - run.start
        found[at] = { bytes: bytes.subarray(start, start + span.sizeBytes), over }
      }
    }))
    return found
  }

  async #read({ blob, start, end }: Run, into: Buffer | undefined): Promise<Buffer | undefined> {
    const open = this.#opened(blob)
    open.users += 1
    try {
      return await (await open.reader)?.read(start, end - start, into)
    } finally {
      open.users -= 1
      if (open.evicted) await close(open)
    }
  }

  #opened(blob: string): Open {
    const present = this.#open.get(blob)
    if (present !== undefined) {
      this.#open.delete(blob)
      this.#open.set(blob, present)
      return present
    }
    const open: Open = { places: undefined, reader: this.#ports.blobs.open(this.#account, blob), users: 0, evicted: false }
    // One that is not there, or can't be opened now, is looked for again.
    open.reader.then((reader) => reader ?? this.#open.delete(blob), () => this.#open.delete(blob))
    this.#open.set(blob, open)
    const [oldest] = this.#open.size > openMax ? this.#open : []
    if (oldest !== undefined) this.#evict(...oldest)
    return open
  }

  #evict(blob: string, open: Open): void {
    this.#open.delete(blob)
    open.evicted = true
    void close(open)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const [blob, open] of this.#open) {
      this.#open.delete(blob)
      open.evicted = true
      await close(open)
    }
  }
}

const close = async (open: Open): Promise<void> => {
  if (open.users > 0) return
  const reader = await open.reader.catch(() => undefined)
  await reader?.[Symbol.asyncDispose]()
}
