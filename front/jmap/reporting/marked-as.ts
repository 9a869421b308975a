/** What a person says of messages by changes to Emails. */
import { messageOfEmail } from '@bulkhead/mail/email/ids.ts'
import { sayingOf, whereOf, type Standing } from '../../reporting/saying.ts'
import type { MethodContext } from '../method.ts'
import type { EmailChange } from '../mail/writing/changes.ts'

/** Before the change. */
const standingBefore = ({ places }: EmailChange): Standing => ({
  hasFlag: (flag) => places.some(({ mailbox, at }) => mailbox.messages.hasFlag(at, flag)),
  where: whereOf(places.map(({ mailbox }) => mailbox)),
})

const standingAfter = (change: EmailChange, before: Standing, known: MethodContext['account']): Standing => {
  const { mailboxes } = known.state()
  return {
    hasFlag: (flag) => change.addFlags.some((one) => one.toLowerCase() === flag) ||
      (before.hasFlag(flag) && !change.removeFlags.some((one) => one.toLowerCase() === flag)),
    where: change.mailboxes === null ? before.where : whereOf(change.mailboxes.flatMap((id) => mailboxes.get(id) ?? [])),
  }
}

/** `changes`: those that were carried out. */
export const noteMarks = ({ account, services: { reports } }: MethodContext, changes: readonly EmailChange[]): void => {
  reports.note(account, changes.flatMap((change) => {
    const before = standingBefore(change)
    const says = sayingOf(before, standingAfter(change, before, account))
    const message = messageOfEmail(change.id)
    return says === undefined || message === undefined ? [] : [{ message, says }]
  }))
}
