/**
 * A message index as bytes: `version, flags, size, five section lengths`, then the sections as they are. A reader takes
 * one section without looking at the others, which is what listing a mailbox of thousands needs.
 */
import { Fault } from '@bulkhead/base/fault.ts'
import { utf8, view } from '@bulkhead/base/bytes.ts'
import type { IndexSection, MessageIndex, Part } from './message-index.ts'
import type { Pair } from './structured-field.ts'

const version = 1
const sections = ['envelope', 'body', 'bodyStructure', 'header', 'parts'] as const satisfies readonly IndexSection[]
export const indexSections: readonly IndexSection[] = sections

const flagsAt = 1
const sizeAt = 2
const lengthsAt = 8
const sectionsAt = lengthsAt + 4 * sections.length
const headerCompleteFlag = 1
const sizeBytesLength = 6

/** Numbers of a part are at most 2^48. */
const varintBytesMax = 7

const byteWriter = () => {
  let buffer = Buffer.allocUnsafe(256)
  let length = 0
  const room = (more: number): void => {
    if (length + more <= buffer.length) return
    const larger = Buffer.allocUnsafe(Math.max(buffer.length * 2, length + more))
    buffer.copy(larger, 0, 0, length)
    buffer = larger
  }
  const number = (value: number): void => {
    room(varintBytesMax)
    let rest = value
    while (rest >= 0x80) {
      buffer[length] = (rest % 0x80) | 0x80
      length += 1
      rest = Math.floor(rest / 0x80)
    }
    buffer[length] = rest
    length += 1
  }
  return {
    number,
    text(value: string): void {
      const bytes = utf8(value)
      number(bytes.length)
      room(bytes.length)
      bytes.copy(buffer, length)
      length += bytes.length
    },
    bytes: (): Buffer => buffer.subarray(0, length),
  }
}

const corrupt = (): Fault => new Fault('corrupt', 'message index')

const byteReader = (bytes: Buffer) => {
  let at = 0
  const number = (): number => {
    let value = 0
    let scale = 1
    for (let read = 0; read < varintBytesMax; read += 1) {
      const byte = bytes[at]
      if (byte === undefined) throw corrupt()
      at += 1
      value += (byte & 0x7f) * scale
      if (byte < 0x80) return value
      scale *= 0x80
    }
    throw corrupt()
  }
  return {
    number,
    text(): string {
      const length = number()
      if (length > bytes.length - at) throw corrupt()
      const text = bytes.toString('utf8', at, at + length)
      at += length
      return text
    },
  }
}

const presence = (text: string | null): string => (text === null ? '' : `+${text}`)
const presented = (text: string): string | null => (text === '' ? null : text.slice(1))

const writePart = (to: ReturnType<typeof byteWriter>, part: Part): void => {
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

const readPart = (from: ReturnType<typeof byteReader>): Part => {
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
  const parts = byteWriter()
  writePart(parts, index.root)
  const content: Readonly<Record<IndexSection, Uint8Array>> = {
    envelope: Buffer.from(index.envelopeWire, 'latin1'),
    body: Buffer.from(index.bodyWire, 'latin1'),
    bodyStructure: Buffer.from(index.bodyStructureWire, 'latin1'),
    header: index.header,
    parts: parts.bytes(),
  }
  const total = sections.reduce((sum, section) => sum + content[section].length, sectionsAt)
  const out = Buffer.allocUnsafe(total)
  out[0] = version
  out[flagsAt] = index.headerComplete ? headerCompleteFlag : 0
  out.writeUIntBE(index.sizeBytes, sizeAt, sizeBytesLength)
  let at = sectionsAt
  sections.forEach((section, number) => {
    const bytes = content[section]
    out.writeUInt32BE(bytes.length, lengthsAt + 4 * number)
    out.set(bytes, at)
    at += bytes.length
  })
  return out
}

/** One section's bytes: a view of `encoded`, nothing copied or parsed. Throws `Fault('corrupt')`. */
export const sectionOf = (encoded: Uint8Array, section: IndexSection): Buffer => {
  const bytes = view(encoded)
  if (bytes.length < sectionsAt || bytes[0] !== version) throw corrupt()
  let start = sectionsAt
  for (let number = 0; number < sections.length; number += 1) {
    const length = bytes.readUInt32BE(lengthsAt + 4 * number)
    if (start + length > bytes.length) throw corrupt()
    if (sections[number] === section) return bytes.subarray(start, start + length)
    start += length
  }
  throw corrupt()
}

/** The wire form of `ENVELOPE` as bytes to be sent. */
export const indexedEnvelope = (encoded: Uint8Array): Buffer => sectionOf(encoded, 'envelope')
export const indexedBody = (encoded: Uint8Array): Buffer => sectionOf(encoded, 'body')
export const indexedBodyStructure = (encoded: Uint8Array): Buffer => sectionOf(encoded, 'bodyStructure')
/** The raw header, at most `headerKeptMax` bytes. */
export const indexedHeader = (encoded: Uint8Array): Buffer => sectionOf(encoded, 'header')
export const indexedParts = (encoded: Uint8Array): Part => readPart(byteReader(sectionOf(encoded, 'parts')))

/** What an index says beside its sections. */
export interface IndexFacts {
  readonly sizeBytes: number
  readonly headerComplete: boolean
}

/** Throws `Fault('corrupt')`. */
export const factsOf = (encoded: Uint8Array): IndexFacts => {
  const bytes = view(encoded)
  if (bytes.length < sectionsAt || bytes[0] !== version) throw corrupt()
  return { sizeBytes: bytes.readUIntBE(sizeAt, sizeBytesLength), headerComplete: ((bytes[flagsAt] ?? 0) & headerCompleteFlag) !== 0 }
}

/** Sections become values when they are asked for, wherever their bytes come from. */
class SectionedIndex implements MessageIndex {
  readonly sizeBytes: number
  readonly headerComplete: boolean
  readonly #bytesOf: (section: IndexSection) => Buffer
  #root: Part | undefined

  constructor({ sizeBytes, headerComplete }: IndexFacts, bytesOf: (section: IndexSection) => Buffer) {
    this.sizeBytes = sizeBytes
    this.headerComplete = headerComplete
    this.#bytesOf = bytesOf
  }

  get root(): Part {
    return (this.#root ??= readPart(byteReader(this.#bytesOf('parts'))))
  }

  get header(): Buffer {
    return this.#bytesOf('header')
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
}

export const indexOfSections = (facts: IndexFacts, bytesOf: (section: IndexSection) => Buffer): MessageIndex => new SectionedIndex(facts, bytesOf)

/** Throws `Fault('corrupt')` where the sections do not fit. */
export const decodeMessageIndex = (encoded: Uint8Array): MessageIndex => {
  const bytes = view(encoded)
  sectionOf(bytes, 'parts')
  return indexOfSections(factsOf(bytes), (section) => sectionOf(bytes, section))
}
