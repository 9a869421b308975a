/**
 * Indexes a message in one linear pass while it streams by. Memory is bounded by the header being read and the first
 * `textKeptMax` bytes, which preview and digest are made of at the end; any chunking gives the same index; any input
 * gives an index.
 */
import { cr, lf, view } from '@bulkhead/base/bytes.ts'
import { structureWire } from '../imap/body-structure.ts'
import { keptHeader } from './kept-header.ts'
import { mimeLimits, type MimeLimits } from './limits.ts'
import { lookBack, noLineBreak, type LineBreak } from './line-start.ts'
import { type MessageIndex } from './message-index.ts'
import { headerKeptMax } from './limits.ts'
import { overviewOf, type Overview } from './overview.ts'
import {
  closeDelimiterMet, delimiterMet, headerEnded, keptPart, messageEnded, partTree, structurePart, type PartTree,
} from './part-tree.ts'
import { textsOf } from './derived-text.ts'

export interface MessageIndexer {
  push(chunk: Uint8Array): void
  end(): MessageIndex
}

const dash = 0x2d

/** A message that has text beyond this many bytes gets no digest: SEARCH reads it whenever it is asked for text. */
const textKeptMax = 256 * 1024

/** Blanks that may follow a boundary on its line. A longer line is no delimiter. */
const paddingMax = 256

/** A line without its LF; of a long one the first bytes. */
interface Line {
  readonly bytes: Buffer
  readonly length: number
  readonly start: number
  /** What ended the line before. */
  readonly broke: LineBreak
  /** Where the next line starts. */
  readonly next: number
}

/** Where the pass stands. */
interface Pass {
  readonly tree: PartTree
  readonly header: ReturnType<typeof keptHeader>
  readonly before: ReturnType<typeof lookBack>
  /** The last chunk ended inside a line. */
  midLine: boolean
  /** That line can still be a delimiter or the end of a header; then this is what is known of it. */
  candidate: boolean
  readonly carry: Buffer
  carried: number
  lineLength: number
  lineStart: number
  lineBreak: LineBreak
  inHeader: boolean
  headerStart: number
  rootHeader: Buffer | undefined
  rootHeaderLength: number
  overview: Overview | undefined
  readonly first: Buffer[]
  firstBytes: number
  chunkStart: number
  lineFeeds: number
}

const newPass = (limits: MimeLimits): Pass => ({
  tree: partTree(limits),
  header: keptHeader(limits.headerBytesMax),
  before: lookBack(),
  midLine: false,
  candidate: false,
  carry: Buffer.allocUnsafe(limits.boundaryBytesMax + paddingMax),
  carried: 0,
  lineLength: 0,
  lineStart: 0,
  lineBreak: noLineBreak,
  inHeader: true,
  headerStart: 0,
  rootHeader: undefined,
  rootHeaderLength: 0,
  overview: undefined,
  first: [],
  firstBytes: 0,
  chunkStart: 0,
  lineFeeds: 0,
})

const endHeader = (pass: Pass, headerEnd: number, bodyStart: number, lineFeeds: number): void => {
  const bytes = pass.header.take(headerEnd - pass.headerStart)
  if (pass.rootHeader === undefined) {
    pass.rootHeader = Buffer.from(bytes.subarray(0, headerKeptMax))
    pass.rootHeaderLength = headerEnd
    pass.overview = overviewOf(bytes)
  }
  pass.inHeader = headerEnded(pass.tree, bytes, { offset: bodyStart, lineFeeds })
  pass.header.clear()
  pass.headerStart = bodyStart
}

/** The header that goes on here ends, and with it, where it was that of a message/rfc822, the empty one inside. */
const endHeaders = (pass: Pass, offset: number, lineFeeds: number): void => {
  while (pass.inHeader) endHeader(pass, offset, offset, lineFeeds)
}

/** Gives whether the line was a delimiter, and does what it says. */
const delimiterLine = (pass: Pass, { bytes, length, start, broke, next }: Line): boolean => {
  const { tree, carry } = pass
  if (tree.delimiters.none || length > carry.length) return false
  const found = tree.delimiters.match(bytes)
  if (found === undefined) return false
  // `lineFeeds` already counts the delimiter's own.
  const place = { offset: start, lineFeeds: next > start + length ? pass.lineFeeds - 1 : pass.lineFeeds }
  endHeaders(pass, start, place.lineFeeds)
  if (found.closes) closeDelimiterMet(tree, found.level, place, broke)
  else delimiterMet(tree, found.level, place, broke, next)
  pass.inHeader = !found.closes
  pass.headerStart = next
  pass.header.clear()
  return true
}

/** Gives whether the header ended with this line. */
const headerLine = (pass: Pass, line: Line): boolean => {
  const { bytes, length, next } = line
  if (length === 0 || (length === 1 && bytes[0] === cr)) {
    endHeader(pass, next, next, pass.lineFeeds)
    return true
  }
  return bytes[0] === dash && bytes[1] === dash && delimiterLine(pass, line)
}

const addToCarry = (pass: Pass, chunk: Buffer, from: number, to: number): void => {
  const fitting = Math.min(to, from + pass.carry.length - pass.carried)
  pass.carried += chunk.copy(pass.carry, pass.carried, from, fitting)
  pass.lineLength += to - from
}

/** The chunk ends inside the line at `at`, which may turn out to matter. */
const startCarry = (pass: Pass, chunk: Buffer, at: number): void => {
  pass.midLine = true
  pass.candidate = true
  pass.carried = 0
  pass.lineLength = 0
  pass.lineStart = pass.chunkStart + at
  pass.lineBreak = pass.before.lineBreakBefore(chunk, at)
  addToCarry(pass, chunk, at, chunk.length)
}

const carriedLine = ({ carry, carried, lineLength, lineStart, lineBreak }: Pass, next: number): Line => ({
  bytes: carry.subarray(0, carried),
  length: lineLength,
  start: lineStart,
  broke: lineBreak,
  next,
})

/** Goes on with the line that the last chunk left incomplete. */
const finishLine = (pass: Pass, chunk: Buffer): number => {
  const found = chunk.indexOf(lf)
  const end = found < 0 ? chunk.length : found
  if (pass.candidate) addToCarry(pass, chunk, 0, end)
  if (pass.inHeader) pass.header.add(chunk.subarray(0, end + 1))
  if (found < 0) return chunk.length
  pass.midLine = false
  pass.lineFeeds += 1
  if (pass.candidate) {
    const line = carriedLine(pass, pass.chunkStart + found + 1)
    if (pass.inHeader) headerLine(pass, line)
    else delimiterLine(pass, line)
  }
  return found + 1
}

const lineAt = (pass: Pass, chunk: Buffer, at: number, end: number): Line => ({
  bytes: chunk.subarray(at, end),
  length: end - at,
  start: pass.chunkStart + at,
  broke: pass.before.lineBreakBefore(chunk, at),
  next: pass.chunkStart + end + 1,
})

const scanHeader = (pass: Pass, chunk: Buffer, start: number): number => {
  const { header } = pass
  let kept = start
  for (let at = start; at < chunk.length; ) {
    const found = chunk.indexOf(lf, at)
    if (found < 0) {
      header.add(chunk.subarray(kept))
      startCarry(pass, chunk, at)
      return chunk.length
    }
    pass.lineFeeds += 1
    const first = chunk[at]
    // Only an empty line or a delimiter can end a header.
    if (first === lf || first === cr || first === dash) {
      header.add(chunk.subarray(kept, found + 1))
      kept = found + 1
      if (headerLine(pass, lineAt(pass, chunk, at, found))) return found + 1
    }
    at = found + 1
  }
  header.add(chunk.subarray(kept))
  return chunk.length
}

const leaveChunk = (pass: Pass, chunk: Buffer): number => {
  pass.midLine = chunk[chunk.length - 1] !== lf
  pass.candidate = false
  return chunk.length
}

/** No boundary can come: nothing but lines to count. A loop over bytes beats searches at any length of line. */
const countLines = (pass: Pass, chunk: Buffer, from: number): number => {
  let found = 0
  for (let at = from; at < chunk.length; at += 1) if (chunk[at] === lf) found += 1
  pass.lineFeeds += found
  return leaveChunk(pass, chunk)
}

/** The next place from `from` where a line starts with a dash, or the chunk's end; counts the lines passed. */
const nextDashLine = (pass: Pass, chunk: Buffer, from: number): number => {
  const length = chunk.length
  let passed = 0
  for (let at = from; at < length; at += 1) {
    if (chunk[at] !== lf) continue
    passed += 1
    if (chunk[at + 1] === dash) {
      pass.lineFeeds += passed
      return at + 1
    }
  }
  pass.lineFeeds += passed
  return leaveChunk(pass, chunk)
}

/** Whether the line that starts with a dash at `at` can be a delimiter, as far as the chunk shows. */
const mayDelimit = ({ tree }: Pass, chunk: Buffer, at: number): boolean => {
  if ((chunk[at + 1] ?? dash) !== dash) return false
  const third = chunk[at + 2]
  return third === undefined || tree.delimiters.mayStart(third)
}

const scanBody = (pass: Pass, chunk: Buffer, from: number): number => {
  if (pass.tree.delimiters.none) return countLines(pass, chunk, from)
  let at = chunk[from] === dash ? from : nextDashLine(pass, chunk, from)
  while (at < chunk.length) {
    if (!mayDelimit(pass, chunk, at)) {
      at = nextDashLine(pass, chunk, at)
      continue
    }
    const found = chunk.indexOf(lf, at)
    if (found < 0) {
      startCarry(pass, chunk, at)
      return chunk.length
    }
    pass.lineFeeds += 1
    if (delimiterLine(pass, lineAt(pass, chunk, at, found))) return found + 1
    at = chunk[found + 1] === dash ? found + 1 : nextDashLine(pass, chunk, found + 1)
  }
  return chunk.length
}

const keepFirst = (pass: Pass, chunk: Buffer): void => {
  const fitting = Math.min(chunk.length, textKeptMax - pass.firstBytes)
  if (fitting <= 0) return
  pass.first.push(Buffer.from(chunk.subarray(0, fitting)))
  pass.firstBytes += fitting
}

const scan = (pass: Pass, chunk: Buffer): void => {
  if (chunk.length === 0) return
  let at = pass.midLine ? finishLine(pass, chunk) : 0
  while (at < chunk.length) at = pass.inHeader ? scanHeader(pass, chunk, at) : scanBody(pass, chunk, at)
  pass.before.remember(chunk)
  pass.chunkStart += chunk.length
}

const end = (pass: Pass): MessageIndex => {
  const sizeBytes = pass.chunkStart
  if (pass.midLine && pass.candidate && pass.carry[0] === dash && pass.carry[1] === dash) {
    delimiterLine(pass, carriedLine(pass, sizeBytes))
  }
  endHeaders(pass, sizeBytes, pass.lineFeeds)
  messageEnded(pass.tree, { offset: sizeBytes, lineFeeds: pass.lineFeeds }, pass.before.endsWithLineBreak())
  const structure = structurePart(pass.tree.root)
  const root = keptPart(pass.tree.root)
  const first = pass.first.length === 1 && pass.first[0] !== undefined ? pass.first[0] : Buffer.concat(pass.first)
  return {
    sizeBytes,
    root,
    header: pass.rootHeader ?? Buffer.alloc(0),
    headerComplete: pass.rootHeaderLength <= headerKeptMax,
    overview: pass.overview ?? overviewOf(Buffer.alloc(0)),
    ...textsOf(root, first, pass.rootHeaderLength <= headerKeptMax),
    envelopeWire: structure.facts.envelope ?? '',
    bodyWire: structureWire(structure, false),
    bodyStructureWire: structureWire(structure, true),
  }
}

export const messageIndexer = (limits: MimeLimits = mimeLimits): MessageIndexer => {
  const pass = newPass(limits)
  return {
    push(chunk) {
      const bytes = view(chunk)
      keepFirst(pass, bytes)
      scan(pass, bytes)
    },
    end: () => end(pass),
  }
}

/** The same of a message that is there whole: nothing of it is copied to be kept. */
export const indexMessage = (message: Uint8Array, limits: MimeLimits = mimeLimits): MessageIndex => {
  const pass = newPass(limits)
  const bytes = view(message)
  pass.first.push(bytes.subarray(0, textKeptMax))
  scan(pass, bytes)
  return end(pass)
}
