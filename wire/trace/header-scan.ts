/**
 * Watches a message go by and knows, once its header is over, how often it was received and whether by us: what loop
 * detection needs (RFC 5321 section 6.3). Any chunking of the input gives the same answer; memory is bounded by the limit.
 */
import { lf, view } from '@bulkhead/base/bytes.ts'

export interface HeaderLimits {
  readonly headerBytesMax: number
  readonly receivedMax: number
  /** `Received` fields that name this host after `by`: a mailing list may come by more than once, a loop comes often. */
  readonly ownHopsMax: number
}

export const headerLimits: HeaderLimits = { headerBytesMax: 262_144, receivedMax: 50, ownHopsMax: 10 }

export interface HeaderFacts {
  readonly received: number
  readonly ownHops: number
}

export type HeaderVerdict = 'fine' | 'looping' | 'headerTooLarge'

export interface HeaderScan {
  push(chunk: Uint8Array): void
  /** The message is over; a header without an end ends here. */
  end(): void
  facts(): HeaderFacts
  /** `fine` until proven otherwise. */
  verdict(): HeaderVerdict
  /** The header's bytes so far, with the empty line that ends it. */
  header(): Buffer
}

const firstBytes = 4_096
const endOfHeader = Buffer.from('\r\n\r\n')
const receivedName = 'received:'
const space = 0x20
const tab = 0x09

/** Header of a message that begins with an empty line is empty. */
const endIn = (held: Buffer, searchedBytes: number): number => {
  if (held.length >= 2 && held[0] === 0x0d && held[1] === lf) return 2
  const at = held.indexOf(endOfHeader, Math.max(0, searchedBytes - 3))
  return at < 0 ? -1 : at + endOfHeader.length
}

const isReceived = (line: Buffer): boolean =>
  (line[0] === 0x52 || line[0] === 0x72) && line.toString('latin1', 0, receivedName.length).toLowerCase() === receivedName

const namesUs = (field: string, host: string): boolean => field.replaceAll(/\s+/g, ' ').toLowerCase().includes(` by ${host} `)

const factsOf = (header: Buffer, host: string): HeaderFacts => {
  let received = 0
  let ownHops = 0
  let start = 0
  while (start < header.length) {
    let end = header.indexOf(lf, start)
    while (end >= 0 && (header[end + 1] === space || header[end + 1] === tab)) end = header.indexOf(lf, end + 1)
    const next = end < 0 ? header.length : end + 1
    const field = header.subarray(start, next)
    if (isReceived(field)) {
      received += 1
      if (namesUs(field.toString('latin1'), host)) ownHops += 1
    }
    start = next
  }
  return { received, ownHops }
}

export const headerScan = (host: string, limits: HeaderLimits = headerLimits): HeaderScan => {
  const ownHost = host.toLowerCase()
  let held = Buffer.alloc(0)
  let length = 0
  let facts: HeaderFacts | undefined
  let tooLarge = false

  const hold = (chunk: Buffer): void => {
    if (length === 0 && chunk.length <= firstBytes) held = Buffer.allocUnsafe(firstBytes)
    if (held.length < length + chunk.length) {
      const grown = Buffer.allocUnsafe(Math.max(length + chunk.length, held.length * 2))
      held.copy(grown, 0, 0, length)
      held = grown
    }
    chunk.copy(held, length)
    length += chunk.length
  }

  const finish = (headerBytes: number): void => {
    length = headerBytes
    facts = factsOf(held.subarray(0, length), ownHost)
  }

  return {
    push(chunk) {
      if (facts !== undefined || tooLarge) return
      const room = limits.headerBytesMax - length
      const searched = length
      hold(view(chunk).subarray(0, room))
      const end = endIn(held.subarray(0, length), searched)
      if (end >= 0) finish(end)
      else if (chunk.length >= room) tooLarge = true
    },
    end() {
      if (facts === undefined && !tooLarge) finish(length)
    },
    facts: () => facts ?? { received: 0, ownHops: 0 },
    verdict() {
      if (tooLarge) return 'headerTooLarge'
      if (facts === undefined) return 'fine'
      return facts.received > limits.receivedMax || facts.ownHops > limits.ownHopsMax ? 'looping' : 'fine'
    },
    header: () => held.subarray(0, length),
  }
}
