/**
 * The maildrop (RFC 1939 section 3): a mailbox as it was at login, numbered from 1, and which messages this session
 * has marked deleted. Holds numbers only, so a hundred thousand messages cost a megabyte.
 */
import type { MailboxId, Uid } from '@bulkhead/base/ids.ts'
import type { MailboxState } from '@bulkhead/mail/account/mail-account.ts'
import type { UidRanges } from '@bulkhead/mail/journal/event.ts'

export interface Maildrop {
  readonly mailbox: MailboxId
  /** Messages not marked deleted, and their bytes. */
  readonly count: number
  readonly sizeBytes: number
  /** Position of the message of that number, or undefined where there is none or it is marked deleted. */
  find(message: number): number | undefined
  /** Positions not marked deleted, ascending. */
  positions(): Iterable<number>
  sizeAt(position: number): number
  uidAt(position: number): Uid
  /** RFC 1939 section 7: the one it came with, or one unique for ever within the account: UIDs of one validity are never reused. */
  uniqueIdAt(position: number): string
  markDeleted(position: number): void
  unmarkAll(): void
  deletedRanges(): UidRanges
  markRetrieved(position: number): void
  /** Retrieved in this session and not marked deleted. */
  retrievedRanges(): UidRanges
}

const hex8 = (value: number): string => value.toString(16).padStart(8, '0')

export const maildrop = (source: MailboxState): Maildrop => {
  const { count } = source.messages
  const uids = source.messages.uids.slice(0, count)
  const sizes = source.messages.sizes.slice(0, count)
  const deleted = new Uint8Array(count)
  const validity = hex8(source.uidValidity)
  const allBytes = sizes.reduce((sum, size) => sum + size, 0)
  let retrieved: Uint8Array | undefined
  let left = count
  let leftBytes = allBytes

  const uidAt = (position: number): Uid => (uids[position] ?? 0) as Uid

  /** No message has a UID between two neighbours of the view, so neighbours make one range. */
  const rangesWhere = (holds: (position: number) => boolean): UidRanges => {
    const ranges: [Uid, Uid][] = []
    let from = -1
    for (let position = 0; position <= count; position += 1) {
      const isIn = position < count && holds(position)
      if (isIn && from < 0) from = position
      if (isIn || from < 0) continue
      ranges.push([uidAt(from), uidAt(position - 1)])
      from = -1
    }
    return ranges
  }

  return {
    mailbox: source.id,
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
    sizeAt: (position) => sizes[position] ?? 0,
    uidAt,
    uniqueIdAt: (position) => source.uidlOf(uidAt(position)) ?? `${validity}${hex8(uidAt(position))}`,
    markDeleted(position) {
      if (deleted[position] !== 0) return
      deleted[position] = 1
      left -= 1
      leftBytes -= sizes[position] ?? 0
    },
    unmarkAll() {
      deleted.fill(0)
      left = count
      leftBytes = allBytes
    },
    deletedRanges: () => rangesWhere((position) => deleted[position] === 1),
    markRetrieved(position) {
      retrieved ??= new Uint8Array(count)
      retrieved[position] = 1
    },
    retrievedRanges: () => rangesWhere((position) => retrieved?.[position] === 1 && deleted[position] === 0),
  }
}
