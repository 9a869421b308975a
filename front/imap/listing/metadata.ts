/** METADATA responses (RFC 5464 section 4.4): what is asked for of a mailbox's entries, or the server's. */
import type { MailboxState } from '@bulkhead/mail/account/mail-account.ts'
import type { GetMetadata } from '@bulkhead/wire/imap/metadata-grammar.ts'
import { string } from '@bulkhead/wire/imap/response.ts'
import type { Piece } from '../fetch/piece.ts'

/** RFC 6154 section 4: a mailbox's special use as an entry; changing it changes LIST. */
export const specialUseEntry = '/private/specialuse'

type Annotations = ReadonlyMap<string, Buffer>
export type Values = readonly (readonly [entry: string, value: Buffer | null])[]

/** With the special use it was made with, where no entry says otherwise. An empty value is none. */
const wholeOf = ({ annotations, specialUse }: Pick<MailboxState, 'annotations' | 'specialUse'>): Annotations => {
  if (specialUse === null && !annotations.has(specialUseEntry)) return annotations
  const whole = new Map(annotations)
  if (specialUse === null) whole.delete(specialUseEntry)
  else whole.set(specialUseEntry, Buffer.from(specialUse))
  return whole
}

/** Entries as named; NIL where there is none. */
export const valuesOf = (of: Pick<MailboxState, 'annotations' | 'specialUse'>, entries: readonly string[]): Values => {
  const annotations = wholeOf(of)
  return entries.map((entry) => [entry, annotations.get(entry) ?? null])
}

export interface Found {
  readonly values: Values
  /** Size of the largest value that was left out. */
  readonly longest: number | null
}

/** Is `entry` below `above`, `deepest` levels at most? */
const isBelow = (entry: string, above: string, deepest: number): boolean =>
  entry.startsWith(`${above}/`) && entry.slice(above.length + 1).split('/').length <= deepest

/** What GETMETADATA asks for: entries and, by depth, those below, without what is larger than MAXSIZE (section 4.2). */
export const foundEntries = (of: Pick<MailboxState, 'annotations' | 'specialUse'>, { entries, depth, maxSize }: GetMetadata): Found => {
  const annotations = wholeOf(of)
  const deepest = depth === 'infinity' ? Number.POSITIVE_INFINITY : depth
  const below = depth === 0 ? [] : [...annotations.keys()].sort().filter((entry) =>
    entries.some((above) => isBelow(entry, above, deepest)))
  const values: (readonly [string, Buffer | null])[] = []
  let longest = 0
  for (const entry of new Set([...entries, ...below])) {
    const value = annotations.get(entry) ?? null
    if (value !== null && maxSize !== null && value.length > maxSize) longest = Math.max(longest, value.length)
    // Where levels below are asked for, one that only leads to them is no entry.
    else if (value !== null || depth === 0) values.push([entry, value])
  }
  return { values, longest: longest === 0 ? null : longest }
}

const quotableMax = 1_024

/** `value = nstring / literal8`: bytes go as they are. */
const valuePieces = (value: Buffer | null): readonly Piece[] => {
  if (value === null) return ['NIL']
  if (value.length <= quotableMax && value.every((byte) => byte >= 0x20 && byte < 0x7f)) return [string(value.toString('latin1'))]
  return [`${value.includes(0) ? '~' : ''}{${value.length}}\r\n`, value]
}

/** `mailbox`: as the client reads it. */
export const metadataPieces = (mailbox: string, values: Values): readonly Piece[] =>
  values.length === 0 ? [] : [
    `* METADATA ${mailbox} (`,
    ...values.flatMap(([entry, value], at) => [`${at === 0 ? '' : ' '}${string(entry)} `, ...valuePieces(value)]),
    ')\r\n',
  ]
