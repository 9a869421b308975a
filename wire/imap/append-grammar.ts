/**
 * APPEND (RFC 9051 section 6.3.12, several messages by RFC 3502): `mailbox SP append-message *(SP append-message)`,
 * `append-message = [flag-list SP] [date-time SP] literal`. The message itself never is in memory: these parse what leads to it.
 */
import { dateTime } from './date.ts'
import { flagList } from './flag.ts'
import { mailboxName } from './mailbox-name.ts'
import { bad, need, number, peek, scanOf, skipped, space, tagBytes, run, isAtEnd, keyword, type Scan } from './scan.ts'

export interface AppendHead {
  readonly flags: readonly string[]
  /** Null: now. */
  readonly internalDateMs: number | null
}

/** `[flag-list SP] [date-time SP]` and the announcement of the literal, which ends what is here. */
const appendHead = (scan: Scan): AppendHead => {
  const flags = peek(scan) === 0x28 ? flagList(scan) : []
  if (scan.bytes[scan.at - 1] === 0x29) space(scan)
  const internalDateMs = peek(scan) === 0x22 ? dateTime(scan) : null
  if (internalDateMs !== null) space(scan)
  need(scan, '{')
  number(scan)
  skipped(scan, '+')
  need(scan, '}')
  need(scan, '\r')
  need(scan, '\n')
  return isAtEnd(scan) ? { flags, internalDateMs } : bad('Message is no literal')
}

/** What stands between two messages: `SP [flag-list SP] [date-time SP] {n}`. */
export const nextAppend = (scan: Scan): AppendHead => {
  space(scan)
  return appendHead(scan)
}

/** After the command's name: `SP mailbox SP` and the head of the first message. */
export const firstAppend = (scan: Scan): AppendHead & { readonly mailbox: string } => {
  space(scan)
  const mailbox = mailboxName(scan)
  space(scan)
  return { mailbox, ...appendHead(scan) }
}

/**
 * Whether the literal just announced is APPEND's message and not its mailbox name: the name is the first thing after the
 * command, so the message's literal never is. Malformed commands are taken for a message; the parser refuses them then.
 */
export const announcesMessage = (bytes: Buffer): boolean => {
  const scan = scanOf(bytes)
  try {
    run(scan, tagBytes, 'tag')
    space(scan)
    if (keyword(scan) !== 'APPEND') return false
    space(scan)
    return peek(scan) !== 0x7b || bytes.lastIndexOf(0x7b) !== scan.at
  } catch {
    return false
  }
}
