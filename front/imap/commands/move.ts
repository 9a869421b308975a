import { mailboxName } from '@bulkhead/wire/imap/mailbox-name.ts'
import { sequenceSet } from '@bulkhead/wire/imap/sequence-set.ts'
import { ok, untaggedOk } from '@bulkhead/wire/imap/response.ts'
import { selectedCommand } from '../command.ts'
import { highestModSeq } from '../mod-seq-code.ts'
import { refusalReplies, tryCreate } from '../refusals.ts'
import { outOfStep, positionsOf } from '../positions.ts'
import { uidRangesOf } from '../view.ts'
import { copyUid } from './copy.ts'

/** `MOVE SP sequence-set SP mailbox`. COPYUID comes before the EXPUNGEs it explains (RFC 6851 section 4.3). */
export const move = selectedCommand({
  name: 'MOVE',
  rfc: '6851',
  numbers: 'breaks',
  hasUidForm: true,
  args: [sequenceSet, mailboxName],
  asks: 'moveMessages',
  decide({ selected, byUid }, [set, target]) {
    if (selected.readOnly) return refusalReplies.readOnly
    const positions = positionsOf(selected, set, byUid)
    if (positions === undefined) return outOfStep
    return { from: selected.mailbox, uids: uidRangesOf(selected.shown, positions), to: target }
  },
  reply: {
    done(answer, after) {
      const code = copyUid(answer)
      return [...(code === null ? [] : [untaggedOk(code, 'Moved')]), ok('MOVE completed', code === null ? null : highestModSeq(after))]
    },
    noSuchMailbox: tryCreate,
  },
})
