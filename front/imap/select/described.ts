/** What SELECT and EXAMINE tell of a mailbox (RFC 9051 section 6.3.2). */
import type { AccountState, MailboxState } from '@bulkhead/mail/account/mail-account.ts'
import { untagged, untaggedOk, type Response } from '@bulkhead/wire/imap/response.ts'
import { flagsLine, permanentFlags } from '../announce.ts'
import { listLine } from '../listing/list.ts'
import { modSeqCode } from '../mod-seq-code.ts'
import { isRev2, isUidOnly, type Session } from '../session.ts'

/** Sequence number of the first message without \Seen; 0 where there is none. */
const firstUnseen = ({ messages, unseen }: MailboxState): number => {
  if (unseen === 0) return 0
  for (let at = 0; at < messages.count; at += 1) if (!messages.hasFlag(at, '\\Seen')) return at + 1
  return 0
}

/** RFC 9051 dropped RECENT and UNSEEN, and names the mailbox with a LIST response. */
const byRevision = (session: Session, state: AccountState, mailbox: MailboxState): readonly Response[] => {
  if (isRev2(session)) return [listLine(state, mailbox.name, true)]
  const unseen = isUidOnly(session) ? 0 : firstUnseen(mailbox)
  return [untagged('0 RECENT'), ...(unseen === 0 ? [] : [untaggedOk(`UNSEEN ${unseen}`, 'First unseen message')])]
}

/** The mailbox that was selected before is no more, whatever comes of the command (RFC 7162 section 3.2.11). */
export const closed = ({ selected }: Session): readonly Response[] =>
  selected === null ? [] : [untaggedOk('CLOSED', 'Previous mailbox is closed')]

/** `session` as it was before the command. */
export const described = (session: Session, state: AccountState, mailbox: MailboxState, readOnly: boolean): readonly Response[] => [
  ...closed(session),
  untagged(flagsLine(mailbox.keywords)),
  untaggedOk(permanentFlags(mailbox.keywords, readOnly, mailbox.rights), readOnly ? 'No flags can be stored' : 'Flags that can be stored'),
  untagged(`${mailbox.messages.count} EXISTS`),
  ...byRevision(session, state, mailbox),
  untaggedOk(`UIDVALIDITY ${mailbox.uidValidity}`, 'UIDs are valid'),
  untaggedOk(`UIDNEXT ${mailbox.uidNext}`, 'Next UID'),
  untaggedOk(modSeqCode(mailbox.highestModSeq), 'Highest'),
  untaggedOk(`MAILBOXID (${mailbox.id})`, 'Mailbox'),
]
