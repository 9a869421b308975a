/**
 * FETCH as a lazy stream of protocol text and bytes: nothing is read before the client has taken what came before it, but
 * for a few messages opened ahead. A fault between two messages is thrown as it is; one inside a message's line can't be
 * answered any more and is thrown as `CutShort`, which ends the connection.
 */
import type { BodySource, MessageList } from '@bulkhead/mail/account/mail-account.ts'
import type { FetchAttribute, SectionAttribute } from '@bulkhead/wire/imap/fetch-grammar.ts'
import { no, ok, type Tagged } from '@bulkhead/wire/imap/response.ts'
import { eachPosition, type Positions } from '@bulkhead/wire/imap/sequence-set.ts'
import type { MessageIndex } from '@bulkhead/wire/mime/message-index.ts'
import type { Ports } from '../operations.ts'
import { uidRangesOf } from '../view.ts'
import { needsIndex, type FetchJob } from './job.ts'
import { memoryItem } from './memory-items.ts'
import { keptHeaderHolds, keptSection, sectionPieces, type Fetched } from './section-bytes.ts'

export type Pieces = AsyncGenerator<string | Buffer, Tagged, void>

export class CutShort extends Error {
  override readonly name = 'CutShort'
}

/** Characters gathered before they are passed on. */
const gatherChars = 49_152
/** Messages whose \Seen is set at once, just before they are sent. */
const seenAtOnce = 64
/** Messages whose bytes are opened ahead of the one being sent. */
const bodiesAhead = 4
/** Messages whose indexes are asked for at once. */
const indexesAtOnce = 500

const completed = (job: FetchJob, missing: number): Tagged =>
  missing > 0 && job.depth !== 'memory'
    ? no('EXPUNGEISSUED', 'Some messages no longer exist')
    : ok('FETCH completed')

const currentList = ({ account }: Ports, job: FetchJob): MessageList =>
  account.state().mailboxes.get(job.mailbox)?.messages ?? job.shown

function* memoryPieces(ports: Ports, job: FetchJob): Generator<string, void, void> {
  const current = currentList(ports, job)
  const items = job.attributes.flatMap((attribute) => (isMemory(attribute) ? [attribute.item] : []))
  let text = ''
  for (const at of eachPosition(job.positions)) {
    let line = `* ${at + 1} FETCH (`
    for (let place = 0; place < items.length; place += 1) {
      const item = items[place]
      if (item === undefined) continue
      line += place === 0 ? memoryItem(item, job.shown, current, at) : ` ${memoryItem(item, job.shown, current, at)}`
    }
    text += `${line})\r\n`
    if (text.length >= gatherChars) {
      yield text
      text = ''
    }
  }
  if (text !== '') yield text
}

type MemoryAttribute = { readonly item: Parameters<typeof memoryItem>[0] }
const memoryNames = new Set(['FLAGS', 'UID', 'INTERNALDATE', 'RFC822.SIZE'])
const isMemory = (attribute: FetchAttribute): attribute is MemoryAttribute => memoryNames.has(attribute.item)
const isSection = (attribute: FetchAttribute): attribute is SectionAttribute => attribute.item === 'section'

const indexItem = (item: string, index: MessageIndex): string => {
  if (item === 'ENVELOPE') return `ENVELOPE ${index.envelopeWire}`
  return item === 'BODY' ? `BODY ${index.bodyWire}` : `BODYSTRUCTURE ${index.bodyStructureWire}`
}

interface Line {
  readonly at: number
  readonly fetched: Fetched
  readonly current: MessageList
}

/** One message's line. Yields as soon as bytes come; text before them is kept back so that a fault finds nothing sent. */
async function* linePieces(job: FetchJob, { at, fetched, current }: Line): AsyncGenerator<string | Buffer, string, void> {
  let text = `* ${at + 1} FETCH (`
  let isCut = false
  try {
    for (const [place, attribute] of job.attributes.entries()) {
      if (place > 0) text += ' '
      if (isMemory(attribute)) text += memoryItem(attribute.item, job.shown, current, at)
      else if (!isSection(attribute)) text += fetched.index === undefined ? '' : indexItem(attribute.item, fetched.index)
      else {
        for await (const piece of sectionPieces(fetched, attribute)) {
          if (typeof piece === 'string') {
            text += piece
            continue
          }
          isCut = true
          yield text
          yield piece
          text = ''
        }
      }
    }
  } catch (error) {
    throw isCut ? new CutShort('fault inside a response', { cause: error }) : error
  }
  return `${text})\r\n`
}

/** Which messages' bytes this FETCH has to open. */
const opensBody = (job: FetchJob, index: MessageIndex | undefined): boolean => {
  const sections = job.attributes.filter(isSection)
  return index === undefined ? sections.length > 0 : sections.some((section) => !keptHeaderHolds(index, section))
}

const dispose = async (body: BodySource | undefined): Promise<void> => {
  await body?.[Symbol.asyncDispose]()
}

interface Opened {
  readonly at: number
  readonly fetched: Fetched | undefined
}

const open = async ({ account }: Ports, job: FetchJob, at: number, index: MessageIndex | undefined): Promise<Opened> => {
  if (index === undefined && needsIndex(job.attributes)) return { at, fetched: undefined }
  const opens = opensBody(job, index)
  const body = opens ? await account.body(job.shown.messageId(at)) : undefined
  if (opens && body === undefined) return { at, fetched: undefined }
  return { at, fetched: { sizeBytes: body?.sizeBytes ?? job.shown.sizes[at] ?? 0, index, body } }
}

/** Messages of a slice in order, `bodiesAhead` of them being opened while one is sent. */
async function* opened(ports: Ports, job: FetchJob, slice: readonly number[]): AsyncGenerator<Opened, void, void> {
  const ahead: Promise<Opened>[] = []
  const add = (at: number, index: MessageIndex | undefined): void => {
    const opening = open(ports, job, at, index)
    // A rejection is met when its turn comes; until then it must not count as unhandled.
    opening.catch(() => undefined)
    ahead.push(opening)
  }
  try {
    for await (const [at, index] of withIndexes(ports, job, slice)) {
      add(at, index)
      const next = ahead.length > bodiesAhead ? ahead.shift() : undefined
      if (next !== undefined) yield await next
    }
    for (let next = ahead.shift(); next !== undefined; next = ahead.shift()) yield await next
  } finally {
    for (const rest of ahead) void rest.then(({ fetched }) => dispose(fetched?.body)).catch(() => undefined)
  }
}

type AtIndex = readonly [at: number, index: MessageIndex | undefined]

/** Positions with their indexes, where these are needed. A message without its index is gone. */
async function* withIndexes({ account }: Ports, job: FetchJob, slice: readonly number[]): AsyncGenerator<AtIndex, void, void> {
  if (!needsIndex(job.attributes)) {
    for (const at of slice) yield [at, undefined]
    return
  }
  let place = 0
  for await (const index of account.indexes(slice.map((at) => job.shown.messageId(at)))) yield [slice[place++] ?? 0, index]
}

/** A line that memory and index answer whole. */
const quickLine = (job: FetchJob, index: MessageIndex, current: MessageList, at: number): string | undefined => {
  let line = `* ${at + 1} FETCH (`
  for (let place = 0; place < job.attributes.length; place += 1) {
    const attribute = job.attributes[place]
    if (attribute === undefined) continue
    if (place > 0) line += ' '
    if (isMemory(attribute)) line += memoryItem(attribute.item, job.shown, current, at)
    else if (!isSection(attribute)) line += indexItem(attribute.item, index)
    else {
      const section = keptSection(index, attribute)
      if (section === undefined) return undefined
      line += section
    }
  }
  return `${line})\r\n`
}

const markSeen = async ({ account }: Ports, job: FetchJob, slice: readonly number[]): Promise<void> => {
  if (!job.marksSeen) return
  const unseen: Positions = slice.filter((at) => !job.shown.hasFlag(at, '\\Seen')).map((at) => [at, at])
  if (unseen.length > 0) await account.storeFlags(job.mailbox, uidRangesOf(job.shown, unseen), 'add', ['\\Seen'])
}

function* slicesOf(positions: Positions, size: number): Generator<readonly number[]> {
  let slice: number[] = []
  for (const at of eachPosition(positions)) {
    slice.push(at)
    if (slice.length < size) continue
    yield slice
    slice = []
  }
  if (slice.length > 0) yield slice
}

/** Gathers whole lines, so that the socket is given few and large pieces. */
interface Gathered {
  text: string
  missing: number
}

async function* indexSlice(ports: Ports, job: FetchJob, slice: readonly number[], gathered: Gathered): AsyncGenerator<string | Buffer, void, void> {
  const current = currentList(ports, job)
  for await (const [at, index] of withIndexes(ports, job, slice)) {
    const line = index === undefined ? undefined : quickLine(job, index, current, at)
    if (line !== undefined) gathered.text += line
    else yield* messagePieces(job, await open(ports, job, at, index), current, gathered)
    if (gathered.text.length < gatherChars) continue
    yield gathered.text
    gathered.text = ''
  }
}

async function* bodySlice(ports: Ports, job: FetchJob, slice: readonly number[], gathered: Gathered): AsyncGenerator<string | Buffer, void, void> {
  await markSeen(ports, job, slice)
  const current = currentList(ports, job)
  for await (const message of opened(ports, job, slice)) {
    yield* messagePieces(job, message, current, gathered)
    if (gathered.text.length < gatherChars) continue
    yield gathered.text
    gathered.text = ''
  }
}

async function* messagePieces(job: FetchJob, { at, fetched }: Opened, current: MessageList, gathered: Gathered): AsyncGenerator<string | Buffer, void, void> {
  if (fetched === undefined) {
    gathered.missing += 1
    return
  }
  try {
    const line = linePieces(job, { at, fetched, current })
    for (let step = await line.next(); ; step = await line.next()) {
      if (step.done === true) {
        gathered.text += step.value
        return
      }
      if (gathered.text !== '') yield gathered.text
      gathered.text = ''
      yield step.value
    }
  } finally {
    await dispose(fetched.body)
  }
}

export async function* fetchPieces(ports: Ports, job: FetchJob): Pieces {
  if (job.depth === 'memory') {
    yield* memoryPieces(ports, job)
    return completed(job, 0)
  }
  const gathered: Gathered = { text: '', missing: 0 }
  const slicePieces = job.depth === 'index' && !job.marksSeen ? indexSlice : bodySlice
  for (const slice of slicesOf(job.positions, job.marksSeen ? seenAtOnce : indexesAtOnce)) {
    yield* slicePieces(ports, job, slice, gathered)
  }
  if (gathered.text !== '') yield gathered.text
  return completed(job, gathered.missing)
}
