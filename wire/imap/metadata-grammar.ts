/** Arguments of GETMETADATA and SETMETADATA (RFC 5464 section 5), and the entries of LIST … RETURN (METADATA …). */
import { mailboxName } from './mailbox-name.ts'
import { astring, bad, keyword, list, nstring, number32, peek, skipped, space, string, type Parser, type Scan } from './scan.ts'

/** Entries of one command. */
export const entriesMax = 100
const entryOctetsMax = 256

export type MetadataDepth = 0 | 1 | 'infinity'

export interface GetMetadata {
  readonly maxSize: number | null
  readonly depth: MetadataDepth
  /** Empty: the server's. */
  readonly mailbox: string
  /** In lower case. */
  readonly entries: readonly string[]
}

export interface EntryValue {
  /** In lower case. */
  readonly entry: string
  /** Null removes it. */
  readonly value: Buffer | null
}

/** `entry = astring`: slash-separated levels without wildcards, none of them empty, case-insensitive (section 4.1). */
export const entry: Parser<string> = (scan) => {
  const name = astring(scan).toString('latin1').toLowerCase()
  if (name.length > entryOctetsMax) bad('Entry name is too long')
  if (!/^(?:\/[!-$&-)+-.0-~]+)+$/.test(name)) bad('Not an entry name')
  return /^\/(?:private|shared)(?:\/|$)/.test(name) ? name : bad('An entry begins with /private or /shared')
}

/** `entries = entry / "(" entry *(SP entry) ")"` */
export const entries: Parser<readonly string[]> = (scan) => {
  if (peek(scan) !== 0x28) return [entry(scan)]
  const found = list(entry, entriesMax)(scan)
  return found.length > 0 ? [...new Set(found)] : bad('Missing entry')
}

type Options = Pick<GetMetadata, 'maxSize' | 'depth'>

/** `"MAXSIZE" SP number / "DEPTH" SP ("0" / "1" / "infinity")` */
const option = (scan: Scan): Partial<Options> => {
  const word = keyword(scan)
  space(scan)
  if (word === 'MAXSIZE') return { maxSize: number32(scan) }
  if (word !== 'DEPTH') return bad('Unknown GETMETADATA option')
  const depth = keyword(scan)
  if (depth === '0') return { depth: 0 }
  if (depth === '1') return { depth: 1 }
  return depth === 'INFINITY' ? { depth: 'infinity' } : bad('Unknown depth')
}

const options: Parser<Options> = (scan) => {
  const given = list(option, 2)(scan)
  if (given.length === 0) bad('Missing GETMETADATA option')
  space(scan)
  return { maxSize: null, depth: 0, ...given[0], ...given[1] }
}

/** `[getmetadata-options SP] mailbox SP entries` */
export const getMetadataArguments: Parser<GetMetadata> = (scan) => {
  const given = peek(scan) === 0x28 ? options(scan) : { maxSize: null, depth: 0 } as const
  const mailbox = mailboxName(scan)
  space(scan)
  return { ...given, mailbox, entries: entries(scan) }
}

/** `value = nstring / literal8` */
const value: Parser<Buffer | null> = (scan) => {
  if (!skipped(scan, '~')) return nstring(scan)
  return peek(scan) === 0x7b ? string(scan) : bad('Missing literal8')
}

const entryValue: Parser<EntryValue> = (scan) => {
  const name = entry(scan)
  space(scan)
  const given = value(scan)
  return { entry: name, value: given === null ? null : Buffer.from(given) }
}

/** `mailbox SP "(" entry-value *(SP entry-value) ")"` */
export const setMetadataArguments: Parser<{ readonly mailbox: string; readonly values: readonly EntryValue[] }> = (scan) => {
  const mailbox = mailboxName(scan)
  space(scan)
  const values = list(entryValue, entriesMax)(scan)
  return values.length > 0 ? { mailbox, values } : bad('Missing entry')
}
