/**
 * Indexes a message in one linear pass while it streams by. Memory is bounded by the header being read, never by a body;
 * any chunking gives the same index; any input gives an index.
 */
import { cr, lf, view } from '@bulkhead/base/bytes.ts'
import { structureWire } from '../imap/body-structure.ts'
import { keptHeader } from './kept-header.ts'
import { mimeLimits, type MimeLimits } from './limits.ts'
import { lookBack, type LineBreak } from './line-start.ts'
import { headerKeptMax, type MessageIndex } from './message-index.ts'
import { partTree } from './part-tree.ts'

export interface MessageIndexer {
  push(chunk: Uint8Array): void
  end(): MessageIndex
}

const dash = 0x2d

/** Blanks that may follow a boundary on its line. A longer line is no delimiter. */
const paddingMax = 256

export const messageIndexer = (limits: MimeLimits = mimeLimits): MessageIndexer => {
  const lineKeptMax = limits.boundaryBytesMax + paddingMax
  const tree = partTree(limits)
  const header = keptHeader(limits.headerBytesMax)
  const before = lookBack()
  /** A line that is not yet complete: what is kept of it, its length so far, where it began and after what. */
  const carry = Buffer.allocUnsafe(lineKeptMax)
  let carried = 0
  let lineLength = 0
  let lineStart = 0
  let lineBreak: LineBreak = { length: 0, afterEmptyLine: false }
  let midLine = false
  /** The incomplete line can still be a delimiter or the header's end. */
  let candidate = false

  let inHeader = true
  let headerStart = 0
  let rootHeader: Buffer | undefined
  let rootHeaderLength = 0
  let chunkStart = 0
  let lineFeeds = 0

  const endHeader = (headerEnd: number, bodyStart: number): void => {
    const bytes = header.take(headerEnd - headerStart)
    if (rootHeader === undefined) {
      rootHeader = Buffer.from(bytes.subarray(0, headerKeptMax))
      rootHeaderLength = headerEnd
    }
    inHeader = tree.headerEnded(bytes, { offset: bodyStart, lineFeeds })
    header.clear()
    headerStart = bodyStart
  }

  /** A complete line without its LF; its first bytes where it is long. Gives whether it was a delimiter. */
  const delimiterLine = (line: Buffer, length: number, start: number, broke: LineBreak, next: number): boolean => {
    if (tree.delimiters.none || length > lineKeptMax) return false
    const found = tree.delimiters.match(line)
    if (found === undefined) return false
    // `lineFeeds` already counts the delimiter's own.
    const place = { offset: start, lineFeeds: next > start + length ? lineFeeds - 1 : lineFeeds }
    if (inHeader) {
      const own = lineFeeds
      lineFeeds = place.lineFeeds
      endHeader(start, start)
      lineFeeds = own
    }
    if (found.closes) {
      tree.closeDelimiter(found.level, place, broke)
      inHeader = false
    } else {
      tree.delimiter(found.level, place, broke, next)
      inHeader = true
      headerStart = next
    }
    header.clear()
    return true
  }

  /** A complete line of a header. True where the header ended with it. */
  const headerLine = (line: Buffer, length: number, start: number, broke: LineBreak, next: number): boolean => {
    if (length === 0 || (length === 1 && line[0] === cr)) {
      endHeader(next, next)
      return true
    }
    return line[0] === dash && line[1] === dash && delimiterLine(line, length, start, broke, next)
  }

  const startCarry = (chunk: Buffer, at: number): void => {
    midLine = true
    candidate = true
    carried = 0
    lineLength = 0
    lineStart = chunkStart + at
    lineBreak = before.lineBreakBefore(chunk, at)
    addToCarry(chunk, at, chunk.length)
  }

  const addToCarry = (chunk: Buffer, from: number, to: number): void => {
    carried += chunk.copy(carry, carried, from, Math.min(to, from + lineKeptMax - carried))
    lineLength += to - from
  }

  /** Goes on with the line that the last chunk left incomplete. */
  const finishLine = (chunk: Buffer): number => {
    const found = chunk.indexOf(lf)
    const end = found < 0 ? chunk.length : found
    if (candidate) addToCarry(chunk, 0, end)
    if (inHeader) header.add(chunk.subarray(0, found < 0 ? end : end + 1))
    if (found < 0) return chunk.length
    midLine = false
    lineFeeds += 1
    const next = chunkStart + found + 1
    const line = carry.subarray(0, carried)
    if (!candidate) return found + 1
    if (inHeader) headerLine(line, lineLength, lineStart, lineBreak, next)
    else delimiterLine(line, lineLength, lineStart, lineBreak, next)
    return found + 1
  }

  const scanHeader = (chunk: Buffer, from: number): number => {
    let at = from
    while (at < chunk.length) {
      const found = chunk.indexOf(lf, at)
      if (found < 0) {
        header.add(chunk.subarray(from))
        startCarry(chunk, at)
        return chunk.length
      }
      lineFeeds += 1
      const first = chunk[at]
      if (first === lf || first === cr || first === dash) {
        const emptyLine = found - at === 0 || (found - at === 1 && first === cr)
        const next = chunkStart + found + 1
        header.add(chunk.subarray(from, emptyLine ? found + 1 : at))
        const broke = before.lineBreakBefore(chunk, at)
        if (headerLine(chunk.subarray(at, found), found - at, chunkStart + at, broke, next)) return found + 1
        header.add(chunk.subarray(at, found + 1))
        from = found + 1
      }
      at = found + 1
    }
    header.add(chunk.subarray(from))
    return at
  }

  /** No boundary can come: nothing but lines to count. A loop over bytes beats searches at any length of line. */
  const countLines = (chunk: Buffer, from: number): number => {
    let found = 0
    for (let at = from; at < chunk.length; at += 1) if (chunk[at] === lf) found += 1
    lineFeeds += found
    leaveChunk(chunk)
    return chunk.length
  }

  const leaveChunk = (chunk: Buffer): void => {
    midLine = chunk[chunk.length - 1] !== lf
    candidate = false
  }

  /** The next place from `from` where a line starts with a dash, or the chunk's end; counts the lines passed. */
  const nextDashLine = (chunk: Buffer, from: number): number => {
    const length = chunk.length
    for (let at = from; at < length; at += 1) {
      if (chunk[at] !== lf) continue
      lineFeeds += 1
      if (chunk[at + 1] === dash) return at + 1
    }
    leaveChunk(chunk)
    return length
  }

  const scanBody = (chunk: Buffer, from: number): number => {
    if (tree.delimiters.none) return countLines(chunk, from)
    let at = chunk[from] === dash ? from : nextDashLine(chunk, from)
    while (at < chunk.length) {
      const second = chunk[at + 1] ?? dash
      const third = chunk[at + 2]
      if (second === dash && (third === undefined || tree.delimiters.mayStart(third))) {
        const found = chunk.indexOf(lf, at)
        if (found < 0) {
          startCarry(chunk, at)
          return chunk.length
        }
        lineFeeds += 1
        const line = chunk.subarray(at, found)
        const broke = before.lineBreakBefore(chunk, at)
        const next = chunkStart + found + 1
        if (delimiterLine(line, found - at, chunkStart + at, broke, next)) return found + 1
        at = chunk[found + 1] === dash ? found + 1 : nextDashLine(chunk, found + 1)
      } else {
        at = nextDashLine(chunk, at)
      }
    }
    return chunk.length
  }

  return {
    push(bytes) {
      if (bytes.length === 0) return
      const chunk = view(bytes)
      let at = midLine ? finishLine(chunk) : 0
      while (at < chunk.length) at = inHeader ? scanHeader(chunk, at) : scanBody(chunk, at)
      before.remember(chunk)
      chunkStart += chunk.length
    },
    end() {
      const sizeBytes = chunkStart
      if (midLine && candidate && lineLength > 0) {
        const line = carry.subarray(0, carried)
        if (line[0] === dash && line[1] === dash) delimiterLine(line, lineLength, lineStart, lineBreak, sizeBytes)
      }
      if (inHeader) endHeader(sizeBytes, sizeBytes)
      tree.end({ offset: sizeBytes, lineFeeds }, before.endsWithLineBreak())
      const structure = tree.structure()
      return {
        sizeBytes,
        root: tree.part(),
        header: rootHeader ?? Buffer.alloc(0),
        headerComplete: rootHeaderLength <= headerKeptMax,
        envelopeWire: structure.facts.envelope ?? '',
        bodyWire: structureWire(structure, false),
        bodyStructureWire: structureWire(structure, true),
      }
    },
  }
}
