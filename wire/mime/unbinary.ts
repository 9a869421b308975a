/**
 * A message whose binary parts go into base64 on the way in (RFC 3516 section 4.4): IMAP strings can't carry NUL, and BODY[]
 * must give every part back. Only parts that say `Content-Transfer-Encoding: binary` change; any chunking gives the same bytes.
 */
import { cr, lf, view } from '@bulkhead/base/bytes.ts'
import { boundaries, type Delimiter } from './boundaries.ts'
import { headerFields } from './header.ts'
import { mimeLimits } from './limits.ts'
import { partFacts } from './part-header.ts'

export interface Unbinary {
  push(chunk: Uint8Array): readonly Buffer[]
  end(): readonly Buffer[]
}

/** Bytes of a base64 line of 76 characters. */
const lineBytes = 57
/** A longer line is no delimiter: a boundary and the blanks after it. */
const delimiterBytesMax = mimeLimits.boundaryBytesMax + 256

const base64Lines = () => {
  let held: Buffer = Buffer.alloc(0)
  const lines = (bytes: Buffer): Buffer => {
    const out: string[] = []
    for (let at = 0; at < bytes.length; at += lineBytes) out.push(bytes.toString('base64', at, Math.min(bytes.length, at + lineBytes)), '\r\n')
    return Buffer.from(out.join(''), 'latin1')
  }
  return {
    push(bytes: Buffer): Buffer {
      const all = held.length === 0 ? bytes : Buffer.concat([held, bytes])
      const wholeBytes = all.length - (all.length % lineBytes)
      held = Buffer.from(all.subarray(wholeBytes))
      return lines(all.subarray(0, wholeBytes))
    },
    end(): Buffer {
      const last = lines(held)
      held = Buffer.alloc(0)
      return last
    },
  }
}

/** The header with another encoding in place of `binary`. */
const withEncoding = (header: Buffer, encoding: string): Buffer => {
  const field = headerFields(header).find(({ name }) => name === 'content-transfer-encoding')
  if (field === undefined) return header
  return Buffer.concat([
    header.subarray(0, field.start),
    Buffer.from(`Content-Transfer-Encoding: ${encoding}\r\n`),
    header.subarray(field.end),
  ])
}

/** Length of the header with its empty line, at the start of `bytes`; -1 where that has not come. */
const headerLength = (bytes: Buffer): number => {
  if (bytes[0] === lf) return 1
  if (bytes[0] === cr && bytes[1] === lf) return 2
  for (let at = bytes.indexOf(lf); at >= 0; at = bytes.indexOf(lf, at + 1)) {
    if (bytes[at + 1] === lf) return at + 2
    if (bytes[at + 1] === cr && bytes[at + 2] === lf) return at + 3
  }
  return -1
}

/** Length of the line break before `at`. */
const breakBefore = (bytes: Buffer, at: number): number => {
  if (at === 0 || bytes[at - 1] !== lf) return 0
  return bytes[at - 2] === cr ? 2 : 1
}

export const unbinary = (): Unbinary => {
  const delimiters = boundaries()
  const encoder = base64Lines()
  let depth = 0
  let mode: 'header' | 'plain' | 'binary' | 'rest' = 'header'
  let held: Buffer = Buffer.alloc(0)
  /** `held` begins with the first byte of a line. */
  let atLineStart = true
  let out: Buffer[] = []

  const give = (bytes: Buffer): void => {
    const told = mode === 'binary' ? encoder.push(bytes) : bytes
    if (told.length > 0) out.push(Buffer.from(told))
  }

  const headerEnded = (header: Buffer): void => {
    const facts = partFacts(header, { ofMessage: false, inDigest: false, limits: mimeLimits })
    const isBinary = facts.encoding === 'binary'
    const boundary = facts.type === 'multipart' ? (facts.parameters.find(([name]) => name === 'boundary')?.[1].trimEnd() ?? '') : ''
    const isMessage = facts.type === 'message' && facts.subtype === 'rfc822'
    const isLeaf = boundary === '' && !isMessage
    mode = 'plain'
    give(isBinary ? withEncoding(header, isLeaf ? 'base64' : '8bit') : header)
    if (isLeaf) mode = isBinary ? 'binary' : 'plain'
    else if (depth >= mimeLimits.depthMax || boundary.length > mimeLimits.boundaryBytesMax) mode = 'rest'
    else if (isMessage) mode = 'header'
    else delimiters.open((depth += 1), boundary)
  }

  /** Gives whether more can be done with what is held. */
  const readHeader = (isEnd: boolean): boolean => {
    const found = headerLength(held)
    if (found < 0 && !isEnd && held.length <= mimeLimits.headerBytesMax) return false
    if (found < 0 && !isEnd) {
      mode = 'rest'
      return true
    }
    const header = held.subarray(0, found < 0 ? held.length : found)
    held = held.subarray(header.length)
    atLineStart = true
    headerEnded(header)
    return held.length > 0
  }

  const meet = (found: Delimiter): void => {
    if (mode === 'binary') out.push(encoder.end())
    delimiters.closeFrom(found.closes ? found.level : found.level + 1)
    depth = found.closes ? found.level - 1 : found.level
    mode = found.closes ? 'plain' : 'header'
  }

  /** Where a line that may be a delimiter begins; -1 where none does. */
  const candidate = (from: number): number => {
    if (from === 0 && atLineStart && held[0] === 0x2d && held[1] === 0x2d) return 0
    const found = held.indexOf('\n--', Math.max(0, from - 1), 'latin1')
    return found < 0 ? -1 : found + 1
  }

  const readBody = (isEnd: boolean): boolean => {
    if (mode === 'rest' || delimiters.none) {
      give(held)
      held = held.subarray(held.length)
      return false
    }
    for (let at = candidate(0); at >= 0; at = candidate(at + 1)) {
      const lineEnd = held.indexOf(lf, at)
      const line = held.subarray(at, lineEnd < 0 ? held.length : lineEnd + 1)
      if (lineEnd < 0 && !isEnd && line.length <= delimiterBytesMax) return keepFrom(at)
      const found = line.length > delimiterBytesMax ? undefined : delimiters.match(line.at(-1) === lf ? line.subarray(0, -1) : line)
      if (found === undefined) continue
      const contentEnd = at - breakBefore(held, at)
      give(held.subarray(0, contentEnd))
      meet(found)
      out.push(Buffer.from(held.subarray(contentEnd, at + line.length)))
      held = held.subarray(at + line.length)
      atLineStart = true
      return held.length > 0
    }
    return isEnd ? keepFrom(held.length) : keepFrom(held.length - 3)
  }

  /** All before `at` is content for sure, but for the line break there. */
  const keepFrom = (at: number): boolean => {
    const end = Math.max(0, at - breakBefore(held, at))
    give(held.subarray(0, end))
    held = held.subarray(end)
    if (end > 0) atLineStart = false
    return false
  }

  const run = (isEnd: boolean): void => {
    while (mode === 'header' ? readHeader(isEnd) : readBody(isEnd)) continue
  }

  const taken = (): readonly Buffer[] => {
    const pieces = out
    out = []
    return pieces
  }

  return {
    push(chunk) {
      held = held.length === 0 ? Buffer.from(view(chunk)) : Buffer.concat([held, chunk])
      run(false)
      return taken()
    },
    end() {
      run(true)
      if (held.length > 0) give(held)
      if (mode === 'binary') out.push(encoder.end())
      return taken()
    },
  }
}
