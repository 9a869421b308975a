/** A sequence set against the session's view. */
import { badReply, type Tagged } from '@bulkhead/wire/imap/response.ts'
import type { MessageList } from '@bulkhead/mail/account/mail-account.ts'
import { lowerBound, positionsOfNumbers, positionsOfUids, savedResult, type Positions, type SequenceSet } from '@bulkhead/wire/imap/sequence-set.ts'
import type { Selected } from './session.ts'

/** Where the messages of `$` are now (RFC 5182 section 2.1): those that went are no longer in it. */
export const positionsOfSaved = ({ saved, shown }: { readonly saved: Uint32Array | null; readonly shown: MessageList }): Positions => {
  const out: [number, number][] = []
  for (const uid of saved ?? []) {
    const at = lowerBound(shown.uids, shown.count, uid)
    if (shown.uids[at] !== uid) continue
    const last = out.at(-1)
    if (last !== undefined && last[1] === at - 1) last[1] = at
    else out.push([at, at])
  }
  return out
}

/** Undefined where a sequence number is beyond the last message. */
export const positionsOf = (selected: Pick<Selected, 'shown' | 'saved'>, set: SequenceSet, byUid: boolean): Positions | undefined =>
  set === savedResult ? positionsOfSaved(selected) : inList(selected.shown, set, byUid)

const inList = (shown: MessageList, set: SequenceSet, byUid: boolean): Positions | undefined =>
  byUid ? positionsOfUids(set, shown.uids, shown.count) : positionsOfNumbers(set, shown.count)

/** RFC 9051 section 9, `seq-number`. */
export const outOfStep: Tagged = badReply('Message number is beyond the last message')
