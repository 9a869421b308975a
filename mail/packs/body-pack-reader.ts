/**
 * Reads sealed bodies out of an account's body packs. What lies close together is read at once, and the files read last
 * stay open, so that a whole mailbox is a sequence of large reads.
 */
import type { AccountHandle } from '@bulkhead/base/ids.ts'
import type { BlobReader, BlobStore } from '../ports/blob-store.ts'

/** Packs an account has open. */
const openMax = 4
/** Bytes read beyond what was wanted, so that two reads become one. */
const gapBytesMax = 65_536
/** One read at most, but for a body that is larger. */
const runBytesMax = 4_194_304

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

interface Open {
  readonly reader: Promise<BlobReader | undefined>
  users: number
  evicted: boolean
}

export class BodyPackReader implements AsyncDisposable {
  readonly #account: AccountHandle
  readonly #blobs: BlobStore
  readonly #open = new Map<string, Open>()

  constructor(account: AccountHandle, blobs: BlobStore) {
    this.#account = account
    this.#blobs = blobs
  }

  /** In the order given; undefined where the pack is gone. */
  async read(spans: readonly Span[]): Promise<readonly (Buffer | undefined)[]> {
    const found = new Array<Buffer | undefined>(spans.length)
    await Promise.all(runsOf(spans).map(async (run) => {
      const bytes = await this.#read(run)
      if (bytes === undefined || bytes.length < run.end - run.start) return
      for (const at of run.members) {
        const span = spans[at]
        if (span !== undefined) found[at] = bytes.subarray(span.offset - run.start, span.offset - run.start + span.sizeBytes)
      }
    }))
    return found
  }

  async #read({ blob, start, end }: Run): Promise<Buffer | undefined> {
    const open = this.#opened(blob)
    open.users += 1
    try {
      return await (await open.reader)?.read(start, end - start)
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
    const open: Open = { reader: this.#blobs.open(this.#account, blob), users: 0, evicted: false }
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
