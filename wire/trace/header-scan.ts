/**
 * What the header of a received message says about its way: how often it was received and whether by us, which is what
 * loop detection needs (RFC 5321 section 6.3). Reads at most `headerBytesMax` bytes, whatever the message.
 */
import { lf } from '@bulkhead/base/bytes.ts'

export interface HeaderLimits {
  readonly headerBytesMax: number
  readonly receivedMax: number
  /** `Received` fields that name this host after `by`: a mailing list may come by more than once, a loop comes often. */
  readonly ownHopsMax: number
}

export const headerLimits: HeaderLimits = { headerBytesMax: 262_144, receivedMax: 50, ownHopsMax: 10 }

export type HeaderVerdict = 'fine' | 'looping' | 'headerTooLarge'

export interface ScannedHeader {
  readonly verdict: HeaderVerdict
  readonly received: number
  readonly ownHops: number
  /** A view: the header with the empty line that ends it, or as much of it as there may be. */
  readonly header: Buffer
}

const endOfHeader = Buffer.from('\r\n\r\n')
const receivedName = 'received:'
const space = 0x20
const tab = 0x09
const cr = 0x0d

/** Where the header is over; the message's length where it never is; undefined beyond the limit. */
const endIn = (message: Buffer, bytesMax: number): number | undefined => {
  // The header of a message that begins with an empty line is empty.
  if (message[0] === cr && message[1] === lf) return 2
  const within = message.length > bytesMax ? message.subarray(0, bytesMax) : message
  const at = within.indexOf(endOfHeader)
  if (at >= 0) return at + endOfHeader.length
  return message.length < bytesMax ? message.length : undefined
}

const isReceived = (line: Buffer): boolean =>
  (line[0] === 0x52 || line[0] === 0x72) && line.toString('latin1', 0, receivedName.length).toLowerCase() === receivedName

const namesUs = (field: string, host: string): boolean => field.replaceAll(/\s+/g, ' ').toLowerCase().includes(` by ${host} `)

const hopsIn = (header: Buffer, host: string): { readonly received: number; readonly ownHops: number } => {
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

export const scanHeader = (message: Buffer, host: string, limits: HeaderLimits = headerLimits): ScannedHeader => {
  const end = endIn(message, limits.headerBytesMax)
  if (end === undefined) return { verdict: 'headerTooLarge', received: 0, ownHops: 0, header: message.subarray(0, limits.headerBytesMax) }
  const header = message.subarray(0, end)
  const { received, ownHops } = hopsIn(header, host.toLowerCase())
  const looping = received > limits.receivedMax || ownHops > limits.ownHopsMax
  return { verdict: looping ? 'looping' : 'fine', received, ownHops, header }
}
