/** One message's FETCH line out of what is in memory: no promise, no byte copied. */
import type { MessageList } from '@bulkhead/mail/account/mail-account.ts'
import { memoryItems, type FetchAttribute, type MemoryItem, type SectionAttribute } from '@bulkhead/wire/imap/fetch-grammar.ts'
import { string } from '@bulkhead/wire/imap/response.ts'
import { selectFields } from '@bulkhead/wire/mime/header.ts'
import type { MessageIndex } from '@bulkhead/wire/mime/message-index.ts'
import { isBinary, knownBinary } from './binary.ts'
import type { FetchJob } from './job.ts'
import { lineHead } from './line-head.ts'
import { memoryItem } from './memory-items.ts'
import { partOfRange, sectionRange, type ByteRange } from './section.ts'
import type { Piece } from './piece.ts'

/** A message as far as it is known without reading on. */
export interface Known {
  readonly at: number
  readonly sizeBytes: number
  readonly index: MessageIndex | undefined
  /** The message's first bytes: the kept header, or all of it. */
  prefix(): Buffer
}

const memoryNames: ReadonlySet<string> = new Set(memoryItems)
export const isMemory = (attribute: FetchAttribute): attribute is { readonly item: MemoryItem } => memoryNames.has(attribute.item)
export const isSection = (attribute: FetchAttribute): attribute is SectionAttribute => attribute.item === 'section'

/** What is ready-made in the index, as bytes where it lies so. */
const readyItem = (item: string, index: MessageIndex): Buffer | string => {
  if (item === 'ENVELOPE') return index.wireBytes?.('envelope') ?? index.envelopeWire
  if (item === 'PREVIEW') return string(index.preview)
  if (item === 'BODY') return index.wireBytes?.('body') ?? index.bodyWire
  return index.wireBytes?.('bodyStructure') ?? index.bodyStructureWire
}

export const indexItem = (item: string, index: MessageIndex | undefined): string => {
  if (index === undefined) return `${item} NIL`
  if (item === 'PREVIEW') return `PREVIEW ${string(index.preview)}`
  if (item === 'ENVELOPE') return `ENVELOPE ${index.envelopeWire}`
  return item === 'BODY' ? `BODY ${index.bodyWire}` : `BODYSTRUCTURE ${index.bodyStructureWire}`
}

/** Undefined where the message has no such section. */
export const rangeOf = (index: MessageIndex | undefined, sizeBytes: number, { section }: SectionAttribute): ByteRange | undefined => {
  if (section.path.length === 0 && section.text === 'all') return { start: 0, end: sizeBytes }
  if (index === undefined) return undefined
  const isHeader = section.path.length === 0 && section.text !== 'text' && section.text !== 'mime'
  // The kept header is the message's own and ends where its body starts: no need for its parts.
  if (isHeader && index.headerComplete) return { start: 0, end: index.header.length }
  return sectionRange(index.root, sizeBytes, section)
}

const picksFields = ({ section }: SectionAttribute): boolean => section.text === 'fields' || section.text === 'fieldsNot'

const sets = new WeakMap<readonly string[], ReadonlySet<string>>()

/** Made once for an attribute, not for each message. */
const setOf = (names: readonly string[]): ReadonlySet<string> => {
  const known = sets.get(names)
  if (known !== undefined) return known
  const made = new Set(names)
  sets.set(names, made)
  return made
}

/** The header fields wanted of a header, where the section is of that kind; then `<partial>` of it. */
export const sectionOf = (attribute: SectionAttribute, bytes: Buffer): Buffer => {
  const { names, text } = attribute.section
  const whole = picksFields(attribute) ? selectFields(bytes, setOf(names), text === 'fields' ? 'these' : 'others') : bytes
  const { start, end } = partOfRange({ start: 0, end: whole.length }, attribute.partial)
  return whole.subarray(start, end)
}

/** NIL is null; undefined where the prefix does not hold it. */
const knownSection = ({ index, sizeBytes, prefix }: Known, attribute: SectionAttribute): Buffer | null | undefined => {
  const range = rangeOf(index, sizeBytes, attribute)
  if (range === undefined) return null
  const bytes = prefix()
  if (picksFields(attribute)) return range.end <= bytes.length ? sectionOf(attribute, bytes.subarray(range.start, range.end)) : undefined
  const { start, end } = partOfRange(range, attribute.partial)
  return end <= bytes.length ? bytes.subarray(start, end) : undefined
}

/** The whole line; undefined where some section lies beyond the prefix. */
export const lineOf = (job: FetchJob, current: MessageList, known: Known): readonly Piece[] | undefined => {
  const pieces: Piece[] = []
  let text = lineHead(job.uidOnly, known.at, job.shown.uids[known.at] ?? 0)
  for (let place = 0; place < job.attributes.length; place += 1) {
    const attribute = job.attributes[place]
    if (attribute === undefined) continue
    if (place > 0) text += ' '
    if (isMemory(attribute)) text += memoryItem(attribute.item, job.shown, current, known.at)
    else if (isBinary(attribute)) {
      const binary = knownBinary(known, attribute)
      if (binary === undefined) return undefined
      const [head, ...bytes] = binary
      text += head as string
      if (bytes.length > 0) {
        pieces.push(text, ...bytes)
        text = ''
      }
    } else if (!isSection(attribute)) {
      const ready = known.index === undefined ? 'NIL' : readyItem(attribute.item, known.index)
      text += `${attribute.item} `
      if (typeof ready === 'string') text += ready
      else {
        pieces.push(text, ready)
        text = ''
      }
    } else {
      const section = knownSection(known, attribute)
      if (section === undefined) return undefined
      if (section === null) text += `${attribute.label} NIL`
      else {
        pieces.push(`${text}${attribute.label} {${section.length}}\r\n`, section)
        text = ''
      }
    }
  }
  pieces.push(`${text})\r\n`)
  return pieces
}
