/** Gives one section attribute of one message in pieces: its label, its literal's size, and the bytes as they are read. */
import { Fault } from '@bulkhead/base/fault.ts'
import { view } from '@bulkhead/base/bytes.ts'
import type { BodySource } from '@bulkhead/mail/account/mail-account.ts'
import type { SectionAttribute } from '@bulkhead/wire/imap/fetch-grammar.ts'
import { selectFields } from '@bulkhead/wire/mime/header.ts'
import type { MessageIndex } from '@bulkhead/wire/mime/message-index.ts'
import { partOfRange, sectionRange, type ByteRange } from './section.ts'

/** A message as far as this FETCH needs it. */
export interface Fetched {
  readonly sizeBytes: number
  readonly index: MessageIndex | undefined
  readonly body: BodySource | undefined
}

/** Whole chunks of the seal, four at a time. */
const readBytes = 262_144
/** A header that fields are picked from is in memory: a longer one is cut here. */
const pickedHeaderMax = 1_048_576

const readExactly = async (body: BodySource, { start, end }: ByteRange): Promise<Buffer> => {
  const bytes = await body.read(start, end - start)
  if (bytes.length !== end - start) throw new Fault('corrupt', 'message is shorter than its index says')
  return bytes
}

const rangeOf = ({ index, sizeBytes }: Fetched, { section }: SectionAttribute): ByteRange | undefined => {
  if (section.path.length === 0 && section.text === 'all') return { start: 0, end: sizeBytes }
  return index === undefined ? undefined : sectionRange(index.root, sizeBytes, section)
}

const bodyOf = ({ body }: Fetched): BodySource => {
  if (body === undefined) throw new Fault('corrupt', 'message has no bytes')
  return body
}

/** Bytes of a range that is small, from the kept header where that holds it. */
const smallRange = async (fetched: Fetched, range: ByteRange): Promise<Buffer> => {
  const kept = fetched.index
  if (kept !== undefined && range.end <= kept.header.length) return view(kept.header).subarray(range.start, range.end)
  return readExactly(bodyOf(fetched), range)
}

/** Whether the kept header is enough, so that the message's bytes need not be opened. */
export const keptHeaderHolds = (index: MessageIndex, attribute: SectionAttribute): boolean => {
  const range = sectionRange(index.root, index.sizeBytes, attribute.section)
  return range === undefined || partOfRange(range, attribute.partial).end <= index.header.length
}

const pickedPiece = async (fetched: Fetched, attribute: SectionAttribute, whole: ByteRange): Promise<Buffer> => {
  const header = await smallRange(fetched, { start: whole.start, end: Math.min(whole.end, whole.start + pickedHeaderMax) })
  const { names, text } = attribute.section
  const picked = selectFields(header, new Set(names), text === 'fields' ? 'these' : 'others')
  const { start, end } = partOfRange({ start: 0, end: picked.length }, attribute.partial)
  return picked.subarray(start, end)
}

/** Bytes as text where that is the same on the wire. */
const asciiText = (bytes: Buffer): string | undefined => {
  const text = bytes.toString('latin1')
  return Buffer.byteLength(text, 'utf8') === bytes.length ? text : undefined
}

/** A section out of the kept header, at once: undefined where it lies beyond that or is not ASCII. */
export const keptSection = (index: MessageIndex, attribute: SectionAttribute): string | undefined => {
  const whole = sectionRange(index.root, index.sizeBytes, attribute.section)
  if (whole === undefined) return `${attribute.label} NIL`
  if (whole.end > index.header.length) return undefined
  const { names, text } = attribute.section
  const bytes = view(index.header).subarray(whole.start, whole.end)
  const picked = text === 'fields' || text === 'fieldsNot' ? selectFields(bytes, new Set(names), text === 'fields' ? 'these' : 'others') : bytes
  const { start, end } = partOfRange({ start: 0, end: picked.length }, attribute.partial)
  const told = asciiText(picked.subarray(start, end))
  return told === undefined ? undefined : `${attribute.label} {${end - start}}\r\n${told}`
}

export async function* sectionPieces(fetched: Fetched, attribute: SectionAttribute): AsyncGenerator<string | Buffer, void, void> {
  const whole = rangeOf(fetched, attribute)
  if (whole === undefined) {
    yield `${attribute.label} NIL`
    return
  }
  const { text } = attribute.section
  if (text === 'fields' || text === 'fieldsNot') {
    const picked = await pickedPiece(fetched, attribute, whole)
    yield `${attribute.label} {${picked.length}}\r\n`
    yield picked
    return
  }
  const range = partOfRange(whole, attribute.partial)
  const first: ByteRange = { start: range.start, end: Math.min(range.end, range.start + readBytes) }
  // The first bytes are read before the size is told: most faults are then still answered with NO.
  const bytes = first.start === first.end ? Buffer.alloc(0) : await smallRange(fetched, first)
  yield `${attribute.label} {${range.end - range.start}}\r\n`
  if (bytes.length > 0) yield bytes
  for (let start = first.end; start < range.end; start += readBytes) {
    yield await readExactly(bodyOf(fetched), { start, end: Math.min(range.end, start + readBytes) })
  }
}
