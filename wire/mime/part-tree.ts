/**
 * The parts of a message while the pass goes over it: opened at their first header byte, closed at a boundary or at the
 * end. Decides what a part is once its header is known, and what it degrades to beyond a limit.
 */
import { assert } from '@bulkhead/base/assert.ts'
import type { StructurePart } from '../imap/body-structure.ts'
import { boundaries, type Boundaries } from './boundaries.ts'
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

export interface OpenPart {
  readonly ofMessage: boolean
  readonly inDigest: boolean
  headerStart: number
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
const opaque = ({ envelope, encoding }: PartFacts): PartFacts => ({ ...opaqueFacts, envelope, encoding })

/** The parts while the pass goes on. */
export interface PartTree {
  readonly limits: MimeLimits
  readonly root: OpenPart
  /** The open parts, root first. */
  readonly open: OpenPart[]
  readonly delimiters: Boundaries
  parts: number
  /** Characters of header fields kept so far. */
  text: number
}

export const partTree = (limits: MimeLimits): PartTree => {
  const root = openPart(0, true, false)
  return { limits, root, open: [root], delimiters: boundaries(), parts: 1, text: 0 }
}

const top = ({ open }: PartTree): OpenPart => {
  const part = open.at(-1)
  assert(part !== undefined, 'the root stays open until the end')
  return part
}

const closePart = (part: OpenPart, end: Place, lineBreak: LineBreak): void => {
  const bodyEnd = end.offset - lineBreak.length
  // A boundary right after the header: its line break is the header's empty line.
  if (bodyEnd < part.bodyStart) {
    part.bodyEnd = part.bodyStart
    return
  }
  part.bodyEnd = bodyEnd
  const lineFeeds = end.lineFeeds - part.lineFeedsBefore
  part.lines = lineBreak.afterEmptyLine ? lineFeeds - 1 : lineFeeds
}

const keepInside = (part: OpenPart, limit: number): void => {
  part.headerStart = Math.min(part.headerStart, limit)
  part.bodyStart = Math.min(part.bodyStart, limit)
  part.bodyEnd = Math.min(part.bodyEnd, limit)
}

const closeFrom = ({ open, delimiters }: PartTree, level: number, end: Place, lineBreak: LineBreak): void => {
  let outer: OpenPart | undefined
  for (const part of open.splice(level)) {
    closePart(part, end, lineBreak)
    // A message that was nothing but a header: its last line break may be the boundary's.
    if (outer !== undefined) keepInside(part, outer.bodyEnd)
    outer = part
  }
  delimiters.closeFrom(level)
}

const begin = (tree: PartTree, headerStart: number, ofMessage: boolean): void => {
  const parent = top(tree)
  const digest = parent.facts.type === 'multipart' && parent.facts.subtype === 'digest'
  const part = openPart(headerStart, ofMessage, digest && !ofMessage)
  parent.parts.push(part)
  tree.open.push(part)
  tree.parts += 1
}

const boundaryOf = ({ parameters }: PartFacts, limits: MimeLimits): string => {
  const value = parameters.find(([name]) => name === 'boundary')?.[1].trimEnd() ?? ''
  return value.length > limits.boundaryBytesMax ? '' : value
}

/** Whether a limit is met. The last part allowed has the rest of the message inside, whatever it holds. */
const swallows = (tree: PartTree): boolean => {
  const last = tree.parts >= tree.limits.partsMax
  if (last && tree.parts > 1) tree.delimiters.closeFrom(0)
  return last || tree.text > tree.limits.indexTextMax
}

/** Decides what the part becomes. True where a message begins at its body. */
const settle = (tree: PartTree, part: OpenPart, facts: PartFacts): boolean => {
  const { limits, open } = tree
  tree.text += facts.weight
  part.facts = facts
  if (swallows(tree)) {
    part.facts = opaque(tree.text > limits.indexTextMax ? { ...facts, envelope: null } : facts)
    return false
  }
  const readable = open.length < limits.depthMax
  if (facts.type === 'multipart') {
    // Mailers give multiparts an encoding that they do not have (RFC 2045 section 6.4 forbids any).
    const boundary = readable ? boundaryOf(facts, limits) : ''
    if (boundary === '') part.facts = opaque(facts)
    else {
      part.kind = 'multipart'
      tree.delimiters.open(open.length - 1, boundary)
    }
    return false
  }
  if (!isMessageType(facts)) return false
  const begins = readable && identity.has(facts.encoding)
  if (begins) part.kind = 'message'
  else part.facts = opaque(facts)
  return begins
}

/** The header that was begun last has ended; its body starts at `place`. True where another header starts there. */
export const headerEnded = (tree: PartTree, header: Buffer, place: Place): boolean => {
  const part = top(tree)
  const { ofMessage, inDigest } = part
  part.bodyStart = place.offset
  part.lineFeedsBefore = place.lineFeeds
  if (!settle(tree, part, partFacts(header, { ofMessage, inDigest, limits: tree.limits }))) return false
  begin(tree, place.offset, true)
  return true
}

/** A delimiter line of `level` starts at `line`; a part's header begins after it, at `next`. */
export const delimiterMet = (tree: PartTree, level: number, line: Place, lineBreak: LineBreak, next: number): void => {
  closeFrom(tree, level + 1, line, lineBreak)
  begin(tree, next, false)
}

export const closeDelimiterMet = (tree: PartTree, level: number, line: Place, lineBreak: LineBreak): void => {
  closeFrom(tree, level + 1, line, lineBreak)
  tree.delimiters.closeFrom(level)
}

export const messageEnded = ({ open }: PartTree, place: Place, endsWithLineBreak: boolean): void => {
  for (const part of open) {
    part.bodyEnd = place.offset
    const unended = place.offset > part.bodyStart && !endsWithLineBreak ? 1 : 0
    part.lines = place.lineFeeds - part.lineFeedsBefore + unended
  }
}

/** A multipart without parts, which no protocol can express, has one empty text (as if its boundary were at its end). */
const emptyMember = (bodyEnd: number): OpenPart => openPart(bodyEnd, false, false)

const membersOf = (part: OpenPart): readonly OpenPart[] =>
  part.kind === 'multipart' && part.parts.length === 0 && factsOf(part) === part.facts ? [emptyMember(part.bodyEnd)] : part.parts

/** A multipart that was truly encoded showed no boundary: it is opaque after all. */
const factsOf = ({ kind, facts, parts }: OpenPart): PartFacts =>
  kind === 'multipart' && parts.length === 0 && !identity.has(facts.encoding) ? opaque(facts) : facts

/** What the index keeps of a part. */
export const keptPart = (part: OpenPart): Part => {
  const facts = factsOf(part)
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

export const structurePart = (part: OpenPart): StructurePart => ({
  facts: factsOf(part),
  sizeBytes: part.bodyEnd - part.bodyStart,
  lines: part.lines,
  kind: factsOf(part) === part.facts ? part.kind : 'leaf',
  parts: membersOf(part).map(structurePart),
})
