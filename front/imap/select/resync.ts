/** What a client that comes back has to be told (RFC 7162 section 3.2.5): what vanished, and what changed. */
import type { MailboxState, MessageList } from '@bulkhead/mail/account/mail-account.ts'
import type { FetchAttribute } from '@bulkhead/wire/imap/fetch-grammar.ts'
import type { Resync } from '@bulkhead/wire/imap/select-grammar.ts'
import {
  intersected, normalised, positionsOfUids, positionsWhere, type Positions, type SequenceSet,
} from '@bulkhead/wire/imap/sequence-set.ts'
import { vanishedEarlier } from '../vanished.ts'
import type { FetchJob } from '../fetch/job.ts'

type Match = NonNullable<Resync['match']>

/** The greatest UID of a run of pairs that still has the number it had; 0 where none has. */
const lastOfRun = ({ uids, count }: MessageList, number: number, uid: number, length: number): number => {
  for (let step = Math.min(length, count - number + 1) - 1; step >= 0; step -= 1) {
    if (uids[number + step - 1] === uid + step) return uid + step
  }
  return 0
}

/**
 * A message that still has the number it had: below it nothing vanished. The greatest such UID, 0 where there is none.
 * Both sets are read as ascending, which makes the work as long as the mailbox, not as what the client sent.
 */
export const untouchedUpTo = (messages: MessageList, match: Match): number => {
  const numbers = normalised(match.numbers, 0)
  const uids = normalised(match.uids, 0)
  let found = 0
  let [left, right, skippedNumbers, skippedUids] = [0, 0, 0, 0]
  while (left < numbers.length && right < uids.length) {
    const [number, lastNumber] = numbers[left] ?? [0, 0]
    const [uid, lastUid] = uids[right] ?? [0, 0]
    const numbersLeft = lastNumber - number + 1 - skippedNumbers
    const uidsLeft = lastUid - uid + 1 - skippedUids
    const length = Math.min(numbersLeft, uidsLeft)
    found = Math.max(found, lastOfRun(messages, number + skippedNumbers, uid + skippedUids, length))
    if (length === numbersLeft) [left, skippedNumbers] = [left + 1, 0]
    else skippedNumbers += length
    if (length === uidsLeft) [right, skippedUids] = [right + 1, 0]
    else skippedUids += length
  }
  return found
}

const nobody = { count: 0, uids: new Uint32Array(0) } as const

const uidAttribute: FetchAttribute = { item: 'UID' }
const changedAttributes: readonly FetchAttribute[] = [{ item: 'FLAGS' }, { item: 'MODSEQ' }]

/** The FETCH lines for what changed of `known`, and VANISHED before them. Null where UIDVALIDITY moved: nothing known is true. */
export const resyncJob = (mailbox: MailboxState, resync: Resync, uidOnly: boolean): FetchJob | null => {
  if (resync.uidValidity !== mailbox.uidValidity) return null
  const { messages, uidNext } = mailbox
  const known: SequenceSet = resync.knownUids === null ? [[1, uidNext - 1]] : normalised(resync.knownUids, 0)
  const from = resync.match === null ? 1 : untouchedUpTo(messages, resync.match) + 1
  const below: SequenceSet = [[from, Math.max(from, uidNext - 1)]]
  const positions: Positions = positionsOfUids(known, messages.uids, messages.count)
  return {
    mailbox: mailbox.id,
    shown: messages,
    positions: positionsWhere(positions, (at) => messages.modSeq(at) > resync.modSeq),
    attributes: uidOnly ? changedAttributes : [uidAttribute, ...changedAttributes],
    depth: 'memory',
    uidOnly,
    marksSeen: false,
    vanished: vanishedEarlier(mailbox, nobody, resync.modSeq, intersected(known, below)),
  }
}
