/**
 * A message index as bytes: `version, flags, size, section lengths`, then the sections as they are. A reader takes one
 * section without looking at the others, which is what listing a mailbox of thousands needs. Version 1 had the first
 * five sections; what it lacks reads as empty, and the overview is made of the header then.
 */
import { utf8, view } from '@bulkhead/base/bytes.ts'
import type { IndexSection, MessageIndex, Part } from './message-index.ts'
import { decodeOverview, encodeOverview } from './overview-codec.ts'
import { overviewOf, type Overview } from './overview.ts'
import { corrupt, sectionReader, sectionWriter, type SectionReader, type SectionWriter } from './section-bytes.ts'
import type { Pair } from './structured-field.ts'

const version = 2
const sections = ['envelope', 'body', 'bodyStructure', 'header', 'parts', 'overview', 'preview', 'digest'] as const satisfies readonly IndexSection[]
export const indexSections: readonly IndexSection[] = sections
/** Sections of each version. */
const sectionsIn = [0, 5, sections.length] as const

const flagsAt = 1
const sizeAt = 2
const lengthsAt = 8
const sectionsAt = (count: number): number => lengthsAt + 4 * count
const headerCompleteFlag = 1
const sizeBytesLength = 6

const presence = (text: string | null): string => (text === null ? '' : `+${text}`)
const presented = (text: string): string | null => (text === '' ? null : text.slice(1))

const writePart = (to: SectionWriter, part: Part): void => {
  to.number(part.headerStart)
  to.number(part.bodyStart - part.headerStart)
  to.number(part.bodyEnd - part.bodyStart)
  to.number(part.lines)
  for (const text of [part.type, part.subtype, part.encoding]) to.text(text)
  to.text(presence(part.disposition))
  to.text(presence(part.fileName))
  to.number(part.parameters.length)
  for (const [name, value] of part.parameters) {
    to.text(name)
    to.text(value)
  }
  to.number(part.parts.length)
  for (const inner of part.parts) writePart(to, inner)
}

const readPart = (from: SectionReader): Part => {
  const headerStart = from.number()
  const bodyStart = headerStart + from.number()
  const bodyEnd = bodyStart + from.number()
  const lines = from.number()
  const type = from.text()
  const subtype = from.text()
  const encoding = from.text()
  const disposition = presented(from.text())
  const fileName = presented(from.text())
  const parameters: Pair[] = []
  for (let left = from.number(); left > 0; left -= 1) parameters.push([from.text(), from.text()])
  const parts: Part[] = []
  for (let left = from.number(); left > 0; left -= 1) parts.push(readPart(from))
  return {
    headerStart, bodyStart, bodyEnd, lines, type, subtype, parameters, encoding, disposition, fileName, parts,
  }
}

export const encodeMessageIndex = (index: MessageIndex): Buffer => {
  const parts = sectionWriter()
  writePart(parts, index.root)
  const content: Readonly<Record<IndexSection, Uint8Array>> = {
    envelope: Buffer.from(index.envelopeWire, 'latin1'),
    body: Buffer.from(index.bodyWire, 'latin1'),
    bodyStructure: Buffer.from(index.bodyStructureWire, 'latin1'),
    header: index.header,
    parts: parts.bytes(),
    overview: encodeOverview(index.overview),
    preview: utf8(index.preview),
    digest: index.digest,
  }
  const first = sectionsAt(sections.length)
  const total = sections.reduce((sum, section) => sum + content[section].length, first)
  const out = Buffer.allocUnsafe(total)
  out[0] = version
  out[flagsAt] = index.headerComplete ? headerCompleteFlag : 0
  out.writeUIntBE(index.sizeBytes, sizeAt, sizeBytesLength)
  let at = first
  sections.forEach((section, number) => {
    const bytes = content[section]
    out.writeUInt32BE(bytes.length, lengthsAt + 4 * number)
    out.set(bytes, at)
    at += bytes.length
  })
  return out
}

const countOf = (bytes: Buffer): number => {
  const count = sectionsIn[bytes[0] ?? 0] ?? 0
  if (count === 0 || bytes.length < sectionsAt(count)) throw corrupt()
  return count
}

/** One section's bytes: a view of `encoded`, nothing copied or parsed; empty where its version had no such section. Throws `Fault('corrupt')`. */
export const sectionOf = (encoded: Uint8Array, section: IndexSection): Buffer => {
  const bytes = view(encoded)
  const count = countOf(bytes)
  let start = sectionsAt(count)
  for (let number = 0; number < count; number += 1) {
    const length = bytes.readUInt32BE(lengthsAt + 4 * number)
    if (start + length > bytes.length) throw corrupt()
    if (sections[number] === section) return bytes.subarray(start, start + length)
    start += length
  }
  return bytes.subarray(0, 0)
}

/** The wire form of `ENVELOPE` as bytes to be sent. */
export const indexedEnvelope = (encoded: Uint8Array): Buffer => sectionOf(encoded, 'envelope')
export const indexedBody = (encoded: Uint8Array): Buffer => sectionOf(encoded, 'body')
export const indexedBodyStructure = (encoded: Uint8Array): Buffer => sectionOf(encoded, 'bodyStructure')
/** The raw header, at most `headerKeptMax` bytes. */
export const indexedHeader = (encoded: Uint8Array): Buffer => sectionOf(encoded, 'header')
export const indexedParts = (encoded: Uint8Array): Part => readPart(sectionReader(sectionOf(encoded, 'parts')))

/** What an index says beside its sections. */
export interface IndexFacts {
  readonly sizeBytes: number
  readonly headerComplete: boolean
}

/** Throws `Fault('corrupt')`. */
export const factsOf = (encoded: Uint8Array): IndexFacts => {
  const bytes = view(encoded)
  countOf(bytes)
  return { sizeBytes: bytes.readUIntBE(sizeAt, sizeBytesLength), headerComplete: ((bytes[flagsAt] ?? 0) & headerCompleteFlag) !== 0 }
}

/** Sections become values when they are asked for, wherever their bytes come from. */
class SectionedIndex implements MessageIndex {
  readonly sizeBytes: number
  readonly headerComplete: boolean
  readonly #bytesOf: (section: IndexSection) => Buffer
  #root: Part | undefined
  #overview: Overview | undefined

  constructor({ sizeBytes, headerComplete }: IndexFacts, bytesOf: (section: IndexSection) => Buffer) {
    this.sizeBytes = sizeBytes
    this.headerComplete = headerComplete
    this.#bytesOf = bytesOf
  }

  get root(): Part {
    return (this.#root ??= readPart(sectionReader(this.#bytesOf('parts'))))
  }

  get header(): Buffer {
    return this.#bytesOf('header')
  }

  wireBytes(section: 'envelope' | 'body' | 'bodyStructure'): Buffer {
    return this.#bytesOf(section)
  }

  get envelopeWire(): string {
    return this.#bytesOf('envelope').toString('latin1')
  }

  get bodyWire(): string {
    return this.#bytesOf('body').toString('latin1')
  }

  get bodyStructureWire(): string {
    return this.#bytesOf('bodyStructure').toString('latin1')
  }

  get overview(): Overview {
    if (this.#overview !== undefined) return this.#overview
    const bytes = this.#bytesOf('overview')
    return (this.#overview = bytes.length === 0 ? overviewOf(this.#bytesOf('header')) : decodeOverview(bytes))
  }

  get preview(): string {
    return this.#bytesOf('preview').toString('utf8')
  }

  get digest(): Buffer {
    return this.#bytesOf('digest')
  }
}

export const indexOfSections = (facts: IndexFacts, bytesOf: (section: IndexSection) => Buffer): MessageIndex => new SectionedIndex(facts, bytesOf)

/** Throws `Fault('corrupt')` where the sections do not fit. */
export const decodeMessageIndex = (encoded: Uint8Array): MessageIndex => {
  const bytes = view(encoded)
  sectionOf(bytes, 'parts')
  return indexOfSections(factsOf(bytes), (section) => sectionOf(bytes, section))
}
