/**
 * The maildrop (RFC 1939 section 3): a mailbox, or several one behind the other, as they were at login, numbered from 1, and
 * which messages this session has marked deleted. Holds numbers only, so a hundred thousand messages cost a megabyte.
 */
import { assert } from '@bulkhead/base/assert.ts'
import type { MailboxId, Uid } from '@bulkhead/base/ids.ts'
import type { MailboxState } from '@bulkhead/mail/account/mail-account.ts'
import type { UidRanges } from '@bulkhead/mail/journal/event.ts'

/** Messages of one mailbox. */
export interface InMailbox {
  readonly mailbox: MailboxId
  readonly uids: UidRanges
}

export interface Maildrop {
  readonly mailboxes: readonly MailboxId[]
  /** Messages not marked deleted, and their bytes. */
  readonly count: number
  readonly sizeBytes: number
  /** Position of the message of that number, or undefined where there is none or it is marked deleted. */
  find(message: number): number | undefined
  /** Positions not marked deleted, ascending. */
  positions(): Iterable<number>
  sizeAt(position: number): number
  messageAt(position: number): { readonly mailbox: MailboxId; readonly uid: Uid }
  /** RFC 1939 section 7: the one it came with, or one unique for ever within the account: UIDs of one validity are never reused. */
  uniqueIdAt(position: number): string
  markDeleted(position: number): void
  unmarkAll(): void
  deleted(): readonly InMailbox[]
  markRetrieved(position: number): void
  /** Retrieved in this session and not marked deleted. */
  retrieved(): readonly InMailbox[]
}

const hex8 = (value: number): string => value.toString(16).padStart(8, '0')

/** One mailbox of a maildrop: its messages are at the positions from `start`. */
interface Part {
  readonly source: MailboxState
  readonly start: number
  readonly uids: Uint32Array
  readonly sizes: Uint32Array
}

const partsOf = (sources: readonly MailboxState[]): readonly Part[] => {
  let start = 0
  return sources.map((source) => {
    const { count, uids, sizes } = source.messages
    const part = { source, start, uids: uids.slice(0, count), sizes: sizes.slice(0, count) }
    start += count
    return part
  })
}

/** No message has a UID between two neighbours of the view, so neighbours make one range. */
const rangesOf = ({ source, start, uids }: Part, holds: (position: number) => boolean): InMailbox => {
  const ranges: [Uid, Uid][] = []
  let from = -1
  for (let at = 0; at <= uids.length; at += 1) {
    const isIn = at < uids.length && holds(start + at)
    if (isIn && from < 0) from = at
    if (isIn || from < 0) continue
    ranges.push([(uids[from] ?? 0) as Uid, (uids[at - 1] ?? 0) as Uid])
    from = -1
  }
  return { mailbox: source.id, uids: ranges }
}

export const maildrop = (sources: readonly MailboxState[]): Maildrop => {
  const parts = partsOf(sources)
  const count = parts.reduce((sum, { uids }) => sum + uids.length, 0)
  const allBytes = parts.reduce((sum, { sizes }) => sizes.reduce((bytes, size) => bytes + size, sum), 0)
  const deleted = new Uint8Array(count)
  let retrieved: Uint8Array | undefined
  let left = count
  let leftBytes = allBytes

  const partAt = (position: number): Part => {
    const part = parts.findLast(({ start }) => start <= position)
    assert(part !== undefined, 'a position is in a mailbox')
    return part
  }
  const sizeAt = (position: number): number => {
    const { start, sizes } = partAt(position)
    return sizes[position - start] ?? 0
  }
  const uidAt = ({ start, uids }: Part, position: number): Uid => (uids[position - start] ?? 0) as Uid
  const where = (holds: (position: number) => boolean): readonly InMailbox[] =>
    parts.map((part) => rangesOf(part, holds)).filter(({ uids }) => uids.length > 0)

  return {
    mailboxes: sources.map(({ id }) => id),
    get count() {
      return left
    },
    get sizeBytes() {
      return leftBytes
    },
    find(message) {
      const position = message - 1
      return position >= 0 && position < count && deleted[position] === 0 ? position : undefined
    },
    *positions() {
      for (let position = 0; position < count; position += 1) if (deleted[position] === 0) yield position
    },
    sizeAt,
    messageAt(position) {
      const part = partAt(position)
      return { mailbox: part.source.id, uid: uidAt(part, position) }
    },
    uniqueIdAt(position) {
      const part = partAt(position)
      const uid = uidAt(part, position)
      return part.source.uidlOf(uid) ?? `${hex8(part.source.uidValidity)}${hex8(uid)}`
    },
    markDeleted(position) {
      if (deleted[position] !== 0) return
      deleted[position] = 1
      left -= 1
      leftBytes -= sizeAt(position)
    },
    unmarkAll() {
      deleted.fill(0)
      left = count
      leftBytes = allBytes
    },
    deleted: () => where((position) => deleted[position] === 1),
    markRetrieved(position) {
      retrieved ??= new Uint8Array(count)
      retrieved[position] = 1
    },
    retrieved: () => where((position) => retrieved?.[position] === 1 && deleted[position] === 0),
  }
}
