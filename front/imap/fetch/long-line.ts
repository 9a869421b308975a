/**
 * The FETCH line of a message too large to hold: read and passed on block by block. A fault before its first byte is
 * thrown as it is; a later one can't be answered any more and is thrown as `CutShort`, which ends the connection.
 */
import { Fault } from '@bulkhead/base/fault.ts'
import { view } from '@bulkhead/base/bytes.ts'
import type { BodySource, MessageList } from '@bulkhead/mail/account/mail-account.ts'
import type { SectionAttribute } from '@bulkhead/wire/imap/fetch-grammar.ts'
import type { MessageIndex } from '@bulkhead/wire/mime/message-index.ts'
import { isBinary, longBinary } from './binary.ts'
import type { FetchJob } from './job.ts'
import { indexItem, isMemory, isSection, rangeOf, sectionOf } from './line.ts'
import type { Piece } from './piece.ts'
import { lineHead } from './line-head.ts'
import { memoryItem } from './memory-items.ts'
import { partOfRange, type ByteRange } from './section.ts'

export class CutShort extends Error {
  override readonly name = 'CutShort'
}

export interface LongMessage {
  readonly at: number
  readonly index: MessageIndex | undefined
  readonly body: BodySource
}

/** Whole chunks of the seal, four at a time. */
const readBytes = 262_144
/** A header that fields are picked from is in memory: a longer one is cut here. */
const pickedHeaderMax = 1_048_576

export const readExactly = async (body: BodySource, { start, end }: ByteRange): Promise<Buffer> => {
  const bytes = await body.read(start, end - start)
  if (bytes.length !== end - start) throw new Fault('corrupt', 'message is shorter than its index says')
  return bytes
}

/** From the kept header where that holds it. */
const smallRange = async ({ index, body }: LongMessage, range: ByteRange): Promise<Buffer> =>
  index !== undefined && range.end <= index.header.length
    ? view(index.header).subarray(range.start, range.end)
    : readExactly(body, range)

async function* sectionPieces(message: LongMessage, attribute: SectionAttribute): AsyncGenerator<Piece, void, void> {
  const whole = rangeOf(message.index, message.body.sizeBytes, attribute)
  const { label, section, partial } = attribute
  if (whole === undefined) yield `${label} NIL`
  else if (section.text === 'fields' || section.text === 'fieldsNot') {
    const header = await smallRange(message, { start: whole.start, end: Math.min(whole.end, whole.start + pickedHeaderMax) })
    const picked = sectionOf(attribute, header)
    yield `${label} {${picked.length}}\r\n`
    yield picked
  } else {
    const { start, end } = partOfRange(whole, partial)
    // The first bytes are read before the size is told: most faults are then still answered with NO.
    const firstEnd = Math.min(end, start + readBytes)
    const first = start === end ? Buffer.alloc(0) : await smallRange(message, { start, end: firstEnd })
    yield `${label} {${end - start}}\r\n`
    if (first.length > 0) yield first
    for (let at = firstEnd; at < end; at += readBytes) {
      yield await readExactly(message.body, { start: at, end: Math.min(end, at + readBytes) })
    }
  }
}

/** Text is kept back until the first bytes are there, so that a fault before them finds nothing sent. */
export async function* longLine(job: FetchJob, current: MessageList, message: LongMessage): AsyncGenerator<readonly Piece[], string, void> {
  let text = lineHead(job.uidOnly, message.at, job.shown.uids[message.at] ?? 0)
  let isCut = false
  try {
    for (const [place, attribute] of job.attributes.entries()) {
      if (place > 0) text += ' '
      if (isMemory(attribute)) text += memoryItem(attribute.item, job.shown, current, message.at)
      else if (!isSection(attribute) && !isBinary(attribute)) text += indexItem(attribute.item, message.index)
      else {
        for await (const piece of isBinary(attribute) ? longBinary(message, attribute) : sectionPieces(message, attribute)) {
          if (typeof piece === 'string') {
            text += piece
            continue
          }
          isCut = true
          yield [text, piece]
          text = ''
        }
      }
    }
  } catch (error) {
    throw isCut ? new CutShort('fault inside a response', { cause: error }) : error
  }
  return `${text})\r\n`
}
