/** What REPLACE (RFC 8508) adds to APPEND: the message that goes with the one that comes, in one step of the journal. */
import type { MailboxId, Uid } from '@bulkhead/base/ids.ts'
import { isRefused } from '@bulkhead/mail/refusal.ts'
import type { AppendTarget } from '@bulkhead/wire/imap/append-grammar.ts'
import { badReply, encodeUntagged, no, ok, untaggedOk, type Tagged } from '@bulkhead/wire/imap/response.ts'
import { uidRequired } from '../command.ts'
import type { Conversation } from '../conversation.ts'
import { mailboxNamed } from '../ports.ts'
import { outOfStep } from '../positions.ts'
import { refusalReplies, tryCreate } from '../refusals.ts'
import { isUidOnly, type Session } from '../session.ts'
import type { Draft } from './draft.ts'

export interface Replaced {
  readonly mailbox: MailboxId
  readonly uid: Uid
  readonly sizeBytes: number
}

type Named = NonNullable<AppendTarget['replaces']>

/** The message named in the selected mailbox, or why it can't be replaced. */
export const replacedOf = (session: Session, { number, byUid }: Named): Replaced | Tagged => {
  const { selected } = session
  if (selected === null) return badReply('No mailbox is selected')
  if (!byUid && isUidOnly(session)) return uidRequired
  if (selected.readOnly) return refusalReplies.readOnly
  const { shown, mailbox } = selected
  const at = byUid ? shown.indexOf(number as Uid) : number - 1
  if (at >= shown.count) return outOfStep
  if (at < 0) return no(null, 'No such message')
  return { mailbox, uid: (shown.uids[at] ?? 0) as Uid, sizeBytes: shown.sizes[at] ?? 0 }
}

/** Files the new message and expunges the old one. */
export const replace = async (conversation: Conversation, replaced: Replaced, target: string, { incoming, flags, internalDateMs }: Draft): Promise<Tagged> => {
  const { account, clock } = conversation.ports
  const mailbox = await mailboxNamed(account, target)
  if (mailbox === undefined) {
    await incoming.discard()
    return tryCreate
  }
  const message = { incoming, flags, internalDateMs: internalDateMs ?? clock.now() }
  const answer = await account.replaceMessage(replaced.mailbox, replaced.uid, mailbox.id, message)
  if (isRefused(answer)) return answer.why === 'noSuchMailbox' ? tryCreate : refusalReplies[answer.why]
  conversation.noted([{ is: 'changedSelected' }, { is: 'arrived', mailbox: mailbox.id, uids: [answer.uid] }])
  const told = untaggedOk(`APPENDUID ${answer.uidValidity} ${answer.uid}`, 'Replacement is in place')
  await conversation.put(encodeUntagged(told, conversation.session().language))
  return ok('REPLACE completed')
}
