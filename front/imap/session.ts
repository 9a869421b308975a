/** What an IMAP session remembers between commands: a value, replaced by commands, never changed. */
import type { MailboxId, ModSeq } from '@bulkhead/base/ids.ts'
import type { AccountState, MailboxState, MessageList } from '@bulkhead/mail/account/mail-account.ts'
import type { UidRanges } from '@bulkhead/mail/journal/event.ts'
import { defaultLanguage, type Language } from '@bulkhead/wire/imap/language.ts'
import type { Deed } from './notify/deed.ts'
import type { Notifying } from './notify/notifying.ts'
import type { LiveResult } from './search/live-result.ts'

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
  /** HIGHESTMODSEQ of the mailbox as the client was told of it. */
  readonly toldModSeq: ModSeq
  /** UIDs that SEARCH saved for `$` (RFC 5182), ascending; null: none yet, an empty set. */
  readonly saved: Uint32Array | null
  /** Results of SEARCH and SORT that are kept up to date (RFC 5267). */
  readonly live: readonly LiveResult[]
}

/** What ENABLE (RFC 5161), or using it, has switched on for the rest of the session. */
export const enableable = ['IMAP4rev2', 'CONDSTORE', 'QRESYNC', 'UTF8=ACCEPT', 'UIDONLY'] as const
export type Enabled = (typeof enableable)[number]

export interface Session {
  readonly phase: Phase
  readonly language: Language
  readonly enabled: ReadonlySet<Enabled>
  readonly selected: Selected | null
  /** What NOTIFY (RFC 5465) has it listen for; null: it was never used. */
  readonly notify: Notifying | null
  /** What it did itself since it was last told of changes: no news to it. */
  readonly deeds: readonly Deed[]
}

export const newSession: Session = { phase: 'authenticated', language: defaultLanguage, enabled: new Set(), selected: null, notify: null, deeds: [] }

/** QRESYNC brings CONDSTORE with it (RFC 7162 section 3.2.3). */
export const enabling = (session: Session, names: readonly Enabled[]): Session => {
  const all = names.includes('QRESYNC') ? [...names, 'CONDSTORE' as const] : names
  return all.every((name) => session.enabled.has(name)) ? session : { ...session, enabled: new Set([...session.enabled, ...all]) }
}

/** Mailbox names and texts go as UTF-8 (RFC 6855 section 3, RFC 9051 section 5.1). */
export const speaksUtf8 = ({ enabled }: Session): boolean => enabled.has('UTF8=ACCEPT') || enabled.has('IMAP4rev2')
export const isRev2 = ({ enabled }: Session): boolean => enabled.has('IMAP4rev2')
/** FETCH that is not asked for tells MODSEQ (RFC 7162 section 3.1). */
export const tellsModSeq = ({ enabled }: Session): boolean => enabled.has('CONDSTORE')
/** What went is told by UID: VANISHED instead of EXPUNGE (RFC 7162 section 3.2.10, RFC 9586 section 3.3). */
export const tellsVanished = ({ enabled }: Session): boolean => enabled.has('QRESYNC') || enabled.has('UIDONLY')
/** No message numbers, either way (RFC 9586). */
export const isUidOnly = ({ enabled }: Session): boolean => enabled.has('UIDONLY')
/** FETCH that is not asked for names the UID, whatever the command (RFC 7162 section 3.2.4, RFC 9051 section 7.5.2). */
export const namesUid = ({ enabled }: Session): boolean => enabled.has('QRESYNC') || enabled.has('IMAP4rev2')

export const select = (session: Session, mailbox: MailboxState, readOnly: boolean): Session => ({
  ...session,
  phase: 'selected',
  selected: {
    mailbox: mailbox.id,
    readOnly,
    shown: mailbox.messages,
    keywords: mailbox.keywords,
    hushed: null,
    toldModSeq: mailbox.highestModSeq,
    saved: null,
    live: [],
  },
})

export const unselect = (session: Session): Session => ({ ...session, phase: 'authenticated', selected: null })

export const logout = (session: Session): Session => ({ ...session, phase: 'over', selected: null })

/** The selected mailbox as it is now; undefined where another session deleted it. */
export const selectedMailbox = (selected: Selected, state: AccountState): MailboxState | undefined =>
  state.mailboxes.get(selected.mailbox)
