/** What an IMAP session remembers between commands: a value, replaced by commands, never changed. */
import type { MailboxId } from '@bulkhead/base/ids.ts'
import type { AccountState, MailboxState, MessageList } from '@bulkhead/mail/account/mail-account.ts'
import type { UidRanges } from '@bulkhead/mail/journal/event.ts'

/** RFC 9051 section 3, after login. */
export type Phase = 'authenticated' | 'selected' | 'over'

/** Flags this session has just stored and the client knows of: no FETCH tells it again (RFC 9051 section 6.4.6, .SILENT). */
export interface Hushed {
  readonly uids: UidRanges
  readonly mode: 'add' | 'remove' | 'replace'
  readonly flags: readonly string[]
}

export interface Selected {
  readonly mailbox: MailboxId
  readonly readOnly: boolean
  /** The messages as the client was told of them: position i is its sequence number i+1. Behind the account's state until announced. */
  readonly shown: MessageList
  /** Keywords the client was told of in FLAGS. */
  readonly keywords: readonly string[]
  readonly hushed: Hushed | null
}

/** What ENABLE (RFC 5161), or using it, has switched on for the rest of the session. */
export type Enabled = 'IMAP4rev2' | 'CONDSTORE' | 'QRESYNC' | 'UTF8=ACCEPT' | 'UIDONLY'

export interface Session {
  readonly phase: Phase
  readonly enabled: ReadonlySet<Enabled>
  readonly selected: Selected | null
}

export const newSession: Session = { phase: 'authenticated', enabled: new Set(), selected: null }

export const select = (session: Session, mailbox: MailboxState, readOnly: boolean): Session => ({
  ...session,
  phase: 'selected',
  selected: { mailbox: mailbox.id, readOnly, shown: mailbox.messages, keywords: mailbox.keywords, hushed: null },
})

export const unselect = (session: Session): Session => ({ ...session, phase: 'authenticated', selected: null })

export const logout = (session: Session): Session => ({ ...session, phase: 'over', selected: null })

/** The selected mailbox as it is now; undefined where another session deleted it. */
export const selectedMailbox = (selected: Selected, state: AccountState): MailboxState | undefined =>
  state.mailboxes.get(selected.mailbox)
