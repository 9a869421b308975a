/** The names there are to list: mailboxes, and the levels above them that are none. */
import type { AccountState, MailboxState } from '@bulkhead/mail/account/mail-account.ts'
import { superiorsOf } from '@bulkhead/mail/journal/mailbox-name.ts'

export interface ListedName {
  readonly name: string
  /** Undefined: the name is only above or subscribed. */
  readonly mailbox: MailboxState | undefined
  readonly hasChildren: boolean
  readonly subscribed: boolean
  /** Some inferior is subscribed. */
  readonly subscribedBelow: boolean
}

/** INBOX first, then in order of names: the same list every time. */
const byName = (left: string, right: string): number => {
  if (left === right) return 0
  if (left === 'INBOX') return -1
  if (right === 'INBOX') return 1
  return left < right ? -1 : 1
}

export const listedNames = (state: AccountState): readonly ListedName[] => {
  const mailboxes = new Map([...state.mailboxes.values()].map((mailbox) => [mailbox.name, mailbox]))
  const parents = new Set([...mailboxes.keys()].flatMap(superiorsOf))
  const above = new Set([...state.subscriptions].flatMap(superiorsOf))
  const names = new Set([...mailboxes.keys(), ...parents, ...above, ...state.subscriptions])
  return [...names].sort(byName).map((name) => ({
    name,
    mailbox: mailboxes.get(name),
    hasChildren: parents.has(name),
    subscribed: state.subscriptions.has(name),
    subscribedBelow: above.has(name),
  }))
}
