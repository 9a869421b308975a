/** A sequence set against the session's view. */
import { badReply, type Tagged } from '@bulkhead/wire/imap/response.ts'
import { positionsOfNumbers, positionsOfUids, type Positions, type SequenceSet } from '@bulkhead/wire/imap/sequence-set.ts'
import type { Selected } from './session.ts'

/** Undefined where a sequence number is beyond the last message. */
export const positionsOf = ({ shown }: Selected, set: SequenceSet, byUid: boolean): Positions | undefined =>
  byUid ? positionsOfUids(set, shown.uids, shown.count) : positionsOfNumbers(set, shown.count)

/** RFC 9051 section 9, `seq-number`. */
export const outOfStep: Tagged = badReply('Message number is beyond the last message')
