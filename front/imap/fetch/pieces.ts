/**
 * FETCH as a lazy stream of protocol text and bytes, in pieces worth a write each: nothing is read before the client has
 * taken what came before it, but for a few batches ahead.
 */
import type { BodySource, MessageList } from '@bulkhead/mail/account/mail-account.ts'
import { release, view } from '@bulkhead/base/bytes.ts'
import { no, ok, type Tagged } from '@bulkhead/wire/imap/response.ts'
import { eachPosition, type Positions } from '@bulkhead/wire/imap/sequence-set.ts'
import type { Ports } from '../ports.ts'
import { pageBytes } from '../sink.ts'
import { uidRangesOf } from '../view.ts'
import { batchesAhead, batchesOf, disposeAll, loadBatch, type Batch, type Loaded, type Wanted } from '@bulkhead/mail/search/batches.ts'
import { mustDecode, UnknownEncoding } from './binary.ts'
import { indexSectionsOf, type FetchJob } from './job.ts'
import { isMemory, lineOf } from './line.ts'
import type { Piece } from './piece.ts'
import { lineHead } from './line-head.ts'
import { longLine, readExactly } from './long-line.ts'
import { memoryItem } from './memory-items.ts'

/** An empty list: it may take a while until there is more, so that what there is should go out. */
export type Pieces = AsyncGenerator<readonly Piece[], Tagged, void>

/** What is known already, and the end. */
export async function* piecesOf(known: readonly Piece[], last: Tagged): Pieces {
  if (known.length > 0) yield known
  return last
}

/** Gathered before it is passed on. */
const gatherBytes = 65_536
/** A message up to this size is read whole. */
const wholeBytesMax = 262_144

const completed = (missing: number): Tagged =>
  missing > 0 ? no('EXPUNGEISSUED', 'Some messages no longer exist') : ok('FETCH completed')

const currentList = ({ account }: Ports, job: FetchJob): MessageList =>
  account.state().mailboxes.get(job.mailbox)?.messages ?? job.shown

export function* memoryPieces(current: MessageList, job: FetchJob): Generator<readonly Piece[], void, void> {
  const items = job.attributes.flatMap((attribute) => (isMemory(attribute) ? [attribute.item] : []))
  let text = ''
  for (const at of eachPosition(job.positions)) {
    let line = lineHead(job.uidOnly, at, job.shown.uids[at] ?? 0)
    for (let place = 0; place < items.length; place += 1) {
      const item = items[place]
      if (item === undefined) continue
      line += place === 0 ? memoryItem(item, job.shown, current, at) : ` ${memoryItem(item, job.shown, current, at)}`
    }
    text += `${line})\r\n`
    if (text.length >= gatherBytes) {
      yield [text]
      text = ''
    }
  }
  if (text !== '') yield [text]
}

/** Whole lines on their way out. Neighbouring texts become one. */
const gathering = () => {
  let pieces: Piece[] = []
  let bytes = 0
  let texts: Buffer[] = []
  return {
    add(piece: Piece): void {
      const last = pieces.at(-1)
      if (typeof piece === 'string' && typeof last === 'string') pieces[pieces.length - 1] = last + piece
      else pieces.push(piece)
      bytes += piece.length
    },
    /** A text of which pieces are parts, and nothing else. */
    opened(text: Buffer): void {
      texts.push(text)
    },
    /** What was taken is with the client: opened texts are no longer needed. */
    passed(): void {
      for (const text of texts) if (text.length < pageBytes) release(text)
      texts = []
    },
    isEnough: (): boolean => bytes >= gatherBytes,
    take(): readonly Piece[] {
      const taken = pieces
      pieces = []
      bytes = 0
      return taken
    },
  }
}

type Out = ReturnType<typeof gathering>

/** RFC 9051 section 6.4.5: reading a body sets \Seen, just before the batch is sent. */
const markSeen = async ({ account }: Ports, job: FetchJob, batch: Batch): Promise<void> => {
  const unseen: Positions = batch.filter((at) => !job.shown.hasFlag(at, '\\Seen')).map((at) => [at, at])
  if (unseen.length > 0) await account.storeFlags(job.mailbox, uidRangesOf(job.shown, unseen), 'add', ['\\Seen'])
}

const needsIndex = ({ attributes }: FetchJob): boolean => indexSectionsOf(attributes).length > 0

/** The line out of what is in memory: the index alone, or a small message's sealed bytes. Undefined where more must be read. */
const lineNow = (job: FetchJob, current: MessageList, { at, index, body }: Loaded, out: Out): readonly Piece[] | undefined => {
  if (body === undefined) {
    return index === undefined ? undefined : lineOf(job, current, { at, index, sizeBytes: index.sizeBytes, prefix: () => view(index.header) })
  }
  const { sizeBytes } = body
  const bytes = sizeBytes > wholeBytesMax ? undefined : body.readNow?.(0, sizeBytes)
  const line = bytes === undefined ? undefined : lineOf(job, current, { at, index, sizeBytes, prefix: () => bytes })
  // The message is done: nobody reads its body again.
  if (bytes !== undefined && line !== undefined) out.opened(bytes)
  return line
}

/** The line out of the whole message where that is small. */
const shortLine = async (job: FetchJob, current: MessageList, { at, index, body }: Loaded): Promise<readonly Piece[] | undefined> => {
  if (body === undefined || body.sizeBytes > wholeBytesMax) return undefined
  const { sizeBytes } = body
  const bytes = await readExactly(body, { start: 0, end: sizeBytes })
  return lineOf(job, current, { at, index, sizeBytes, prefix: () => bytes })
}

/** Bodies are asked for where a section may lie beyond the kept header; for header sections only where it does. */
const bodyOf = async ({ account }: Ports, job: FetchJob, { at, body }: Loaded): Promise<BodySource | undefined> =>
  body ?? account.body(job.shown.messageId(at))

type Lines = AsyncGenerator<readonly Piece[], number, void>

/** Gives the number of messages that are no more. */
async function* batchLines(ports: Ports, job: FetchJob, loaded: readonly Loaded[], out: Out): Lines {
  const current = currentList(ports, job)
  const indexed = needsIndex(job)
  let missing = 0
  for (const message of loaded) {
    if ((indexed && message.index === undefined) || (job.depth === 'body' && message.body === undefined)) {
      missing += 1
      continue
    }
    mustDecode(job.attributes, message.index)
    const short = lineNow(job, current, message, out) ?? (await shortLine(job, current, message))
    if (short !== undefined) for (const piece of short) out.add(piece)
    else {
      const body = await bodyOf(ports, job, message)
      if (body === undefined) missing += 1
      else {
        yield out.take()
        out.passed()
        out.add(yield* longLine(job, current, { at: message.at, index: message.index, body }))
        if (message.body === undefined) await body[Symbol.asyncDispose]()
      }
    }
    if (out.isEnough()) {
      yield out.take()
      out.passed()
    }
  }
  return missing
}

export async function* fetchPieces(ports: Ports, job: FetchJob): Pieces {
  if (job.vanished !== null) yield [`* ${job.vanished}\r\n`]
  if (job.depth === 'memory') {
    yield* memoryPieces(currentList(ports, job), job)
    return completed(0)
  }
  const wanted: Wanted = { list: job.shown, sections: indexSectionsOf(job.attributes), bodies: job.depth === 'body' }
  const out = gathering()
  let missing = 0
  const batches = batchesOf(job.positions, job.shown, wanted.bodies)
  const load = (): { readonly batch: Batch; readonly loading: Promise<readonly Loaded[]> } | undefined => {
    const { value, done } = batches.next()
    if (done === true) return undefined
    const loading = loadBatch(ports, value, wanted)
    // A rejection is met when its turn comes; until then it must not count as unhandled.
    loading.catch(() => undefined)
    return { batch: value, loading }
  }
  const ahead = Array.from({ length: wanted.bodies ? batchesAhead : 1 }, load)
  try {
    for (let next = ahead.shift(); next !== undefined; next = ahead.shift()) {
      const { batch, loading } = next
      if (job.marksSeen) await markSeen(ports, job, batch)
      const loaded = await loading
      ahead.push(load())
      try {
        missing += yield* batchLines(ports, job, loaded, out)
      } finally {
        await disposeAll(loaded)
      }
    }
  } catch (error) {
    if (!(error instanceof UnknownEncoding)) throw error
    yield out.take()
    return no('UNKNOWN-CTE', 'A part is encoded in a way not known here')
  } finally {
    for (const left of ahead) void left?.loading.then(disposeAll).catch(() => undefined)
  }
  yield out.take()
  return completed(missing)
}
