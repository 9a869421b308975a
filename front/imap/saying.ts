/** What a person says of messages by STORE, MOVE and COPY. */
import type { MailboxId, Uid } from '@bulkhead/base/ids.ts'
import type { MailboxState, MessageList } from '@bulkhead/mail/account/mail-account.ts'
import { positionsOf } from '@bulkhead/mail/account/uid-ranges.ts'
import type { FlagMode, UidRanges } from '@bulkhead/mail/journal/event.ts'
import type { Said } from '../reporting/person-reporter.ts'
import { isSaying, sayingOf, whereOf, type Standing } from '../reporting/saying.ts'
import type { Ports } from './ports.ts'

/** Messages of one command that are looked at. */
const lookedAtMax = 2_500

const standing = ({ messages }: { readonly messages: MessageList }, at: number, where: Standing['where']): Standing => ({
  hasFlag: (flag) => messages.hasFlag(at, flag), where,
})

type Change = (before: Standing, uid: Uid) => Standing | undefined

const saidOf = (mailbox: MailboxState, uids: UidRanges, after: Change): readonly Said[] => {
  const where = whereOf([mailbox])
  return positionsOf(mailbox.messages, uids).slice(0, lookedAtMax).flatMap((at) => {
    const before = standing(mailbox, at, where)
    const now = after(before, (mailbox.messages.uids[at] ?? 0) as Uid)
    const says = now === undefined ? undefined : sayingOf(before, now)
    return says === undefined ? [] : [{ message: mailbox.messages.messageId(at), says }]
  })
}

const nobody = (): void => undefined

/** Called before the flags change; gives what is to be called when they have. */
export const listenToFlags = ({ account, reports }: Ports, id: MailboxId, uids: UidRanges, mode: FlagMode, flags: readonly string[]): (() => void) => {
  const mailbox = account.state().mailboxes.get(id)
  if (mailbox === undefined) return nobody
  const touched = flags.some(isSaying) || (mode === 'replace' && mailbox.keywords.some(isSaying))
  return touched ? () => {
    const now = account.state().mailboxes.get(id)
    if (now === undefined) return
    reports.note(account, saidOf(mailbox, uids, ({ where }, uid) => {
      const at = now.messages.indexOf(uid)
      return at < 0 ? undefined : standing(now, at, where)
    }))
  } : nobody
}

/** As `listenToFlags`. What is copied stays where it was too. */
export const listenToFiling = ({ account, reports }: Ports, from: MailboxId, uids: UidRanges, to: MailboxState, stays: boolean): (() => void) => {
  const mailbox = account.state().mailboxes.get(from)
  if (mailbox === undefined || (to.specialUse !== '\\Junk' && mailbox.specialUse !== '\\Junk')) return nobody
  const where = whereOf(stays ? [mailbox, to] : [to])
  return () => reports.note(account, saidOf(mailbox, uids, ({ hasFlag }) => ({ hasFlag, where })))
}
