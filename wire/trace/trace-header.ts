/**
 * The fields a receiving host puts before a message (RFC 5321 section 4.4): `Return-Path` and `Received`. Whatever comes
 * from outside (HELO, addresses) is made harmless here, so that no name can end a line or open a comment.
 */
import { dateTime } from './date-time.ts'

export const heloShownMax = 255
export const pathShownMax = 1_000

export interface Received {
  /** As the client gave it in HELO, EHLO or LHLO. */
  readonly helo: string
  /** IP address of the client; null where there is none to tell (a submission, a process of our own). */
  readonly peer: string | null
  /** The peer's name in DNS, where it leads back to the address. */
  readonly peerName?: string
  /** Name of the receiving host. */
  readonly by: string
  /** RFC 3848, RFC 6531: `ESMTP`, `ESMTPS`, `ESMTPSA`, `LMTP`, `UTF8SMTPS` … */
  readonly with: string
  /** `TLSv1.3`; null on a plain connection. */
  readonly tls: string | null
  readonly id: string
  /** Only where the message has one recipient: copies of the others must not learn of one another. */
  readonly for: string | null
  readonly atMs: number
  /** RFC 6710 section 4.3: shown where it is not the default of 0. */
  readonly priority?: number
}

const notInName = /[^A-Za-z0-9.:_[\]-]/g
/** Everything that could end a line or the brackets: controls, spaces and `<` `>`. */
// eslint-disable-next-line no-control-regex
const notInPath = /[\u0000-\u0020\u007f<>]/g

const name = (text: string): string => (text === '' ? 'unknown' : text.slice(0, heloShownMax).replace(notInName, '?'))
const path = (text: string): string => `<${text.slice(0, pathShownMax).replace(notInPath, '?')}>`

/** RFC 5321 section 4.1.3: an IPv6 address literal has its tag. */
const literal = (address: string): string => (address.includes(':') ? `[IPv6:${name(address)}]` : `[${name(address)}]`)

export const receivedField = (received: Received): string => {
  const peerName = received.peerName === undefined ? '' : `${name(received.peerName)} `
  const from = received.peer === null ? name(received.helo) : `${name(received.helo)} (${peerName}${literal(received.peer)})`
  const tls = received.tls === null ? '' : ` (${name(received.tls)})`
  const forClause = received.for === null ? '' : `\r\n\tfor ${path(received.for)}`
  const priority = (received.priority ?? 0) === 0 ? '' : ` PRIORITY ${received.priority}`
  const by = `by ${name(received.by)} with ${name(received.with)}${tls} id ${name(received.id)}${priority}`
  return `Received: from ${from}\r\n\t${by}${forClause};\r\n\t${dateTime(received.atMs)}\r\n`
}

export const returnPathField = (reversePath: string): string => `Return-Path: ${path(reversePath)}\r\n`
