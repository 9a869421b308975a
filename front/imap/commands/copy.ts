import type { CopyAnswer } from '@bulkhead/mail/account/mail-account.ts'
import { mailboxName } from '@bulkhead/wire/imap/mailbox-name.ts'
import { sequenceSet, setText } from '@bulkhead/wire/imap/sequence-set.ts'
import { ok } from '@bulkhead/wire/imap/response.ts'
import { selectedCommand } from '../command.ts'
import { tryCreate } from '../refusals.ts'
import { outOfStep, positionsOf } from '../positions.ts'
import { uidRangesOf } from '../view.ts'

/** `resp-code-copy = "COPYUID" SP nz-number SP uid-set SP uid-set`; null where nothing was copied. */
export const copyUid = ({ uidValidity, uids }: CopyAnswer): string | null =>
  uids.length === 0
    ? null
    : `COPYUID ${uidValidity} ${setText(uids.map(([source]) => source))} ${setText(uids.map(([, target]) => target))}`

/** `COPY SP sequence-set SP mailbox` */
export const copy = selectedCommand({
  name: 'COPY',
  rfc: '9051 section 6.4.7',
  numbers: 'breaks',
  hasUidForm: true,
  args: [sequenceSet, mailboxName],
  asks: 'copyMessages',
  decide({ selected, byUid }, [set, target]) {
    const positions = positionsOf(selected, set, byUid)
    if (positions === undefined) return outOfStep
    return { from: selected.mailbox, uids: uidRangesOf(selected.shown, positions), to: target }
  },
  reply: {
    done: (answer) => [ok('COPY completed', copyUid(answer))],
    noSuchMailbox: tryCreate,
  },
})
