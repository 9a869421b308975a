/** What NOTIFY (RFC 5465) has a session listen for, and what it was told so far. */
import type { AccountState } from '@bulkhead/mail/account/mail-account.ts'
import { mailboxName } from '@bulkhead/mail/journal/mailbox-name.ts'
import type { EventGroup, MailboxFilter, NotifyEvent } from '@bulkhead/wire/imap/notify-grammar.ts'
import type { Session } from '../session.ts'
import type { OtherGroup, Notifying } from './notifying.ts'

/** Names in all groups together; beyond, NO [NOTIFICATIONOVERFLOW]. */
export const namesMax = 1_000

export const listeningTo = (groups: readonly EventGroup[], told: AccountState): Notifying => {
  const of = groups.find((group) => group.of !== 'others')
  return {
    selected: of === undefined || of.events.size === 0
      ? null
      : { delayed: of.of === 'selected-delayed', events: of.events, fetches: of.fetches },
    others: groups.flatMap((group) => (group.of === 'others' && group.events.size > 0 ? [normalised(group)] : [])),
    told,
    lagging: null,
  }
}

/** NOTIFY NONE. */
export const notListening = (told: AccountState): Notifying => ({ selected: null, others: [], told, lagging: null })

/** Names as mailboxes have them. */
const normalised = ({ filter, events }: OtherGroup): OtherGroup =>
  'names' in filter ? { filter: { is: filter.is, names: filter.names.map((name) => mailboxName(name) ?? name) }, events } : { filter, events }

export const namesIn = (groups: readonly EventGroup[]): number =>
  groups.reduce((sum, group) => sum + (group.of === 'others' && 'names' in group.filter ? group.filter.names.length : 0), 0)

/** Something is to be told while no command is under way. */
export const listens = ({ notify }: Session): boolean => notify !== null && (notify.selected !== null || notify.others.length > 0)

export interface NamedMailbox {
  readonly name: string
  readonly isOwn: boolean
}

const chooses = (filter: MailboxFilter, { name, isOwn }: NamedMailbox, subscriptions: ReadonlySet<string>): boolean => {
  switch (filter.is) {
    // Filters may deliver to any mailbox: then both are the same (section 6.3).
    case 'inboxes':
    case 'personal':
      return isOwn
    case 'subscribed':
      return subscriptions.has(name)
    case 'subtree':
      return filter.names.some((root) => root === '' || name === root || name.startsWith(`${root}/`))
    case 'mailboxes':
      return filter.names.includes(name)
  }
}

/** All that is asked for of a mailbox: several groups may choose it (section 6). */
export const eventsOf = (others: readonly OtherGroup[], mailbox: NamedMailbox, subscriptions: ReadonlySet<string>): ReadonlySet<NotifyEvent> => {
  const chosen = others.filter(({ filter }) => chooses(filter, mailbox, subscriptions))
  return chosen.length === 1 && chosen[0] !== undefined ? chosen[0].events : new Set(chosen.flatMap(({ events }) => [...events]))
}
