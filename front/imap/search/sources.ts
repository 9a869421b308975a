/** Which mailboxes an ESEARCH looks into (RFC 7377 section 2.2, RFC 5465 section 6). Names nobody has are passed over. */
import type { AccountState, MailboxState } from '@bulkhead/mail/account/mail-account.ts'
import type { Source } from '@bulkhead/wire/imap/esearch-grammar.ts'
import { mailboxName } from '@bulkhead/mail/journal/mailbox-name.ts'
import type { Selected } from '../session.ts'

const isBelow = (name: string, top: string): boolean => name.startsWith(`${top}/`)
const isJustBelow = (name: string, top: string): boolean => isBelow(name, top) && !name.includes('/', top.length + 1)

const holds = (source: Source, mailbox: MailboxState, state: AccountState, selected: Selected | null): boolean => {
  const { name } = mailbox
  switch (source.from) {
    case 'selected':
      return mailbox.id === selected?.mailbox
    // New mail is filed into INBOX and nowhere else.
    case 'inboxes':
      return mailbox.id === state.inbox.id
    case 'personal':
      return mailbox.owner === null
    case 'subscribed':
      return state.subscriptions.has(name)
    case 'subtree':
      return source.names.some((top) => name === top || isBelow(name, top))
    case 'subtree-one':
      return source.names.some((top) => name === top || isJustBelow(name, top))
    case 'mailboxes':
      return source.names.includes(name)
  }
}

const normal = (source: Source): Source =>
  'names' in source ? { ...source, names: source.names.map((name) => mailboxName(name) ?? name) } : source

/** Each once, in order of names. */
export const mailboxesOf = (asked: readonly Source[], state: AccountState, selected: Selected | null): readonly MailboxState[] => {
  const sources = asked.map(normal)
  return [...state.mailboxes.values()]
    .filter((mailbox) => mailbox.rights.includes('r') && sources.some((source) => holds(source, mailbox, state, selected)))
    .sort((left, right) => (left.name < right.name ? -1 : 1))
}

export const isSelectedOnly = (sources: readonly Source[]): boolean => sources.every(({ from }) => from === 'selected')
