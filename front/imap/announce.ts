/** Unsolicited data (RFC 9051 section 5.2): what a session must be told of its mailbox, and the session that knows it. */
import type { AccountState, MailboxState } from '@bulkhead/mail/account/mail-account.ts'
import { systemFlags } from '@bulkhead/wire/imap/flag.ts'
import { changesOf, isHushed, type Changes } from './view.ts'
import { selectedMailbox, type Selected, type Session } from './session.ts'
import { flagsText } from './fetch/memory-items.ts'
import type { Uid } from '@bulkhead/base/ids.ts'

export interface Announcement {
  readonly lines: Iterable<string>
  readonly session: Session
  /** The selected mailbox is no more. */
  readonly isDeleted: boolean
}

export interface Moment {
  /** EXPUNGE may be sent: the end of a command that allows it, or IDLE. */
  readonly mayExpunge: boolean
  /** FETCH lines name the UID (RFC 9051 section 6.4.9). */
  readonly withUid: boolean
}

/** Every system flag, then the keywords there are. */
const flagNames = (keywords: readonly string[]): string => [...new Set([...systemFlags, ...keywords])].join(' ')

export const flagsLine = (keywords: readonly string[]): string => `FLAGS (${flagNames(keywords)})`

export const permanentFlags = (keywords: readonly string[], readOnly: boolean): string =>
  readOnly ? 'PERMANENTFLAGS ()' : `PERMANENTFLAGS (${flagNames(keywords)} \\*)`

function* lines(selected: Selected, current: MailboxState, changes: Changes, moment: Moment): Generator<string> {
  for (const number of changes.expunged) yield `* ${number} EXPUNGE\r\n`
  if (changes.exists !== null) yield `* ${changes.exists} EXISTS\r\n* 0 RECENT\r\n`
  if (current.keywords.length > selected.keywords.length) {
    yield `* ${flagsLine(current.keywords)}\r\n* OK [${permanentFlags(current.keywords, selected.readOnly)}] Keywords grew\r\n`
  }
  const { messages } = current
  for (const at of changes.flagged) {
    const uid = messages.uids[at] ?? 0
    const flags = messages.flags(at)
    if (selected.hushed !== null) {
      const was = selected.shown.indexOf(uid as Uid)
      if (isHushed(selected.hushed, uid, selected.shown.flags(was), flags)) continue
    }
    yield `* ${at + 1} FETCH (${moment.withUid ? `UID ${uid} ` : ''}FLAGS ${flagsText(flags)})\r\n`
  }
}

/** Tells all that changed, or nothing yet where numbers would move and must not. */
export const announce = (session: Session, state: AccountState, moment: Moment): Announcement => {
  const { selected } = session
  if (selected === null) return { lines: [], session, isDeleted: false }
  const current = selectedMailbox(selected, state)
  if (current === undefined) return { lines: [], session, isDeleted: true }
  const quiet: Session = selected.hushed === null ? session : { ...session, selected: { ...selected, hushed: null } }
  if (current.messages === selected.shown) return { lines: [], session: quiet, isDeleted: false }
  const changes = changesOf(selected.shown, current.messages)
  if (changes.expunged.length > 0 && !moment.mayExpunge) return { lines: [], session: quiet, isDeleted: false }
  const told: Selected = { ...selected, shown: current.messages, keywords: current.keywords, hushed: null }
  return { lines: lines(selected, current, changes, moment), session: { ...session, selected: told }, isDeleted: false }
}
