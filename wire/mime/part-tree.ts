/**
 * The parts of a message while the pass goes over it: opened at their first header byte, closed at a boundary or at the
 * end. Decides what a part is once its header is known, and what it degrades to beyond a limit.
 */
import { assert } from '@bulkhead/base/assert.ts'
import type { StructurePart } from '../imap/body-structure.ts'
import { boundaries } from './boundaries.ts'
import type { MimeLimits } from './limits.ts'
import type { LineBreak } from './line-start.ts'
import { partFacts, type PartFacts } from './part-header.ts'
import type { Part } from './message-index.ts'
import { decodedParameters, fileNameOf } from './parameter.ts'

/** Where the pass stands: an offset, and the line feeds before it. */
export interface Place {
  readonly offset: number
  readonly lineFeeds: number
}

interface OpenPart {
  readonly ofMessage: boolean
  readonly inDigest: boolean
  readonly headerStart: number
  bodyStart: number
  bodyEnd: number
  lineFeedsBefore: number
  lines: number
  facts: PartFacts
  kind: 'leaf' | 'multipart' | 'message'
  readonly parts: OpenPart[]
}

const opaqueFacts: PartFacts = {
  type: 'application',
  subtype: 'octet-stream',
  parameters: [],
  encoding: 'binary',
  id: null,
  description: null,
  md5: null,
  disposition: null,
  language: [],
  location: null,
  envelope: null,
  weight: 0,
}

const plainText: PartFacts = {
  ...opaqueFacts,
  type: 'text',
  subtype: 'plain',
  parameters: [['charset', 'us-ascii']],
  encoding: '7bit',
}

const openPart = (headerStart: number, ofMessage: boolean, inDigest: boolean): OpenPart => ({
  ofMessage,
  inDigest,
  headerStart,
  bodyStart: headerStart,
  bodyEnd: headerStart,
  lineFeedsBefore: 0,
  lines: 0,
  facts: plainText,
  kind: 'leaf',
  parts: [],
})

const identity = new Set(['7bit', '8bit', 'binary'])
const isMessageType = ({ type, subtype }: PartFacts): boolean =>
  type === 'message' && (subtype === 'rfc822' || subtype === 'global')

/** Its envelope and encoding stay: the message is still itself, only its inside is not looked at. */
const opaque = (facts: PartFacts): PartFacts => ({
  ...opaqueFacts,
  envelope: facts.envelope,
  encoding: identity.has(facts.encoding) ? 'binary' : facts.encoding,
})

export const partTree = (limits: MimeLimits) => {
  const root = openPart(0, true, false)
  /** The open parts, root first. */
  const open: OpenPart[] = [root]
  const delimiters = boundaries()
  let parts = 1
  let text = 0

  const top = (): OpenPart => {
    const part = open.at(-1)
    assert(part !== undefined, 'the root stays open until the end')
    return part
  }

  const closeFrom = (level: number, end: Place, lineBreak: LineBreak): void => {
    const bodyEnd = end.offset - lineBreak.length
    while (open.length > level) {
      const part = top()
      open.pop()
      // A boundary right after the header: its line break is the header's empty line.
      if (bodyEnd < part.bodyStart) {
        part.bodyEnd = part.bodyStart
        continue
      }
      part.bodyEnd = bodyEnd
      const lineFeeds = end.lineFeeds - part.lineFeedsBefore
      part.lines = lineBreak.afterEmptyLine ? lineFeeds - 1 : lineFeeds
    }
    delimiters.closeFrom(level)
  }

  const begin = (headerStart: number, ofMessage: boolean): void => {
    const parent = top()
    const digest = parent.facts.type === 'multipart' && parent.facts.subtype === 'digest'
    const part = openPart(headerStart, ofMessage, digest && !ofMessage)
    parent.parts.push(part)
    open.push(part)
    parts += 1
  }

  const boundaryOf = ({ parameters }: PartFacts): string => {
    const value = parameters.find(([name]) => name === 'boundary')?.[1].trimEnd() ?? ''
    return value.length > limits.boundaryBytesMax ? '' : value
  }

  /** Decides what the part becomes. True where a message begins at its body. */
  const settle = (part: OpenPart, facts: PartFacts): boolean => {
    text += facts.weight
    const last = parts >= limits.partsMax || text > limits.indexTextMax
    if (last) {
      // The rest of the message is inside this part, whatever it holds.
      if (parts >= limits.partsMax && parts > 1) delimiters.closeFrom(0)
      part.facts = opaque({ ...facts, envelope: text > limits.indexTextMax ? null : facts.envelope })
      return false
    }
    const deep = open.length >= limits.depthMax
    if (facts.type === 'multipart') {
      const boundary = boundaryOf(facts)
      if (deep || boundary === '' || !identity.has(facts.encoding)) {
        part.facts = opaque(facts)
        return false
      }
      part.facts = facts
      part.kind = 'multipart'
      delimiters.open(open.length - 1, boundary)
      return false
    }
    if (isMessageType(facts)) {
      const readable = !deep && identity.has(facts.encoding)
      part.facts = readable ? facts : opaque(facts)
      part.kind = readable ? 'message' : 'leaf'
      return readable
    }
    part.facts = facts
    return false
  }

  return {
    delimiters,
    /** The header that was begun last has ended; its body starts at `place`. True where another header starts there. */
    headerEnded(header: Buffer, place: Place): boolean {
      const part = top()
      part.bodyStart = place.offset
      part.lineFeedsBefore = place.lineFeeds
      const { ofMessage, inDigest } = part
      if (!settle(part, partFacts(header, { ofMessage, inDigest, limits }))) return false
      begin(place.offset, true)
      return true
    },
    /** A delimiter line of `level` starts at `line`; a part's header begins after it, at `next`. */
    delimiter(level: number, line: Place, lineBreak: LineBreak, next: number): void {
      closeFrom(level + 1, line, lineBreak)
      begin(next, false)
    },
    closeDelimiter(level: number, line: Place, lineBreak: LineBreak): void {
      closeFrom(level + 1, line, lineBreak)
      delimiters.closeFrom(level)
    },
    end(place: Place, endsWithLineBreak: boolean): void {
      for (const part of open) {
        part.bodyEnd = place.offset
        const unended = place.offset > part.bodyStart && !endsWithLineBreak ? 1 : 0
        part.lines = place.lineFeeds - part.lineFeedsBefore + unended
      }
    },
    /** What the index keeps of each part. */
    part: (): Part => keptPart(root),
    structure: (): StructurePart => structurePart(root),
  }
}

/** A multipart without parts, which no protocol can express, has one empty text (as if its boundary were at its end). */
const emptyMember = (bodyEnd: number): OpenPart => openPart(bodyEnd, false, false)

const membersOf = (part: OpenPart): readonly OpenPart[] =>
  part.kind === 'multipart' && part.parts.length === 0 ? [emptyMember(part.bodyEnd)] : part.parts

const keptPart = (part: OpenPart): Part => {
  const { facts } = part
  const parameters = decodedParameters(facts.parameters)
  return {
    headerStart: part.headerStart,
    bodyStart: part.bodyStart,
    bodyEnd: part.bodyEnd,
    lines: part.lines,
    type: facts.type,
    subtype: facts.subtype,
    parameters,
    encoding: facts.encoding,
    disposition: facts.disposition?.value ?? null,
    fileName: fileNameOf(decodedParameters(facts.disposition?.parameters ?? []), parameters),
    parts: membersOf(part).map(keptPart),
  }
}

const structurePart = (part: OpenPart): StructurePart => ({
  facts: part.facts,
  sizeBytes: part.bodyEnd - part.bodyStart,
  lines: part.lines,
  kind: part.kind,
  parts: membersOf(part).map(structurePart),
})
