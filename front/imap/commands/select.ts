import type { MailboxState } from '@bulkhead/mail/account/mail-account.ts'
import { mailboxName } from '@bulkhead/wire/imap/mailbox-name.ts'
import { ok, untagged, untaggedOk, type Response } from '@bulkhead/wire/imap/response.ts'
import { flagsLine, permanentFlags } from '../announce.ts'
import { command } from '../command.ts'
import { refusalReplies } from '../refusals.ts'
import { select as selected, unselect } from '../session.ts'

/** Sequence number of the first message without \Seen; 0 where there is none. */
const firstUnseen = ({ messages, unseen }: MailboxState): number => {
  if (unseen === 0) return 0
  for (let at = 0; at < messages.count; at += 1) if (!messages.hasFlag(at, '\\Seen')) return at + 1
  return 0
}

const described = (mailbox: MailboxState, readOnly: boolean): readonly Response[] => {
  const unseen = firstUnseen(mailbox)
  return [
    untagged(flagsLine(mailbox.keywords)),
    untaggedOk(permanentFlags(mailbox.keywords, readOnly), readOnly ? 'No flags can be stored' : 'Flags that can be stored'),
    untagged(`${mailbox.messages.count} EXISTS`),
    untagged('0 RECENT'),
    ...(unseen === 0 ? [] : [untaggedOk(`UNSEEN ${unseen}`, 'First unseen message')]),
    untaggedOk(`UIDVALIDITY ${mailbox.uidValidity}`, 'UIDs are valid'),
    untaggedOk(`UIDNEXT ${mailbox.uidNext}`, 'Next UID'),
  ]
}

const selecting = (name: 'SELECT' | 'EXAMINE', readOnly: boolean) =>
  command({
    name,
    rfc: '9051 sections 6.3.2, 6.3.3',
    numbers: 'breaks',
    args: [mailboxName],
    asks: 'refresh',
    decide: () => ({}),
    reply: {
      done(_, { state }, [wanted]) {
        const mailbox = state.byName(wanted)
        if (mailbox === undefined) return [refusalReplies.noSuchMailbox]
        return [...described(mailbox, readOnly), ok(`${name} completed`, readOnly ? 'READ-ONLY' : 'READ-WRITE')]
      },
    },
    /** A failed SELECT leaves none selected. */
    becomes({ session, state }, [wanted]) {
      const mailbox = state.byName(wanted)
      return mailbox === undefined ? unselect(session) : selected(session, mailbox, readOnly)
    },
  })

/** `SELECT SP mailbox` */
export const select = selecting('SELECT', false)
/** `EXAMINE SP mailbox` */
export const examine = selecting('EXAMINE', true)
