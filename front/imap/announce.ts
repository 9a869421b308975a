/** Unsolicited data (RFC 9051 section 5.2): what a session must be told of its mailbox, and the session that knows it. */
import type { Uid } from '@bulkhead/base/ids.ts'
import type { AccountState, MailboxState } from '@bulkhead/mail/account/mail-account.ts'
import { systemFlags } from '@bulkhead/wire/imap/flag.ts'
import { encodeUntagged, untaggedOk } from '@bulkhead/wire/imap/response.ts'
import { setText } from '@bulkhead/wire/imap/sequence-set.ts'
import { changesOf, expungeNumbers, hushing, type Changes } from './view.ts'
import { isRev2, isUidOnly, namesUid, selectedMailbox, tellsModSeq, tellsVanished, type Selected, type Session } from './session.ts'
import { momentFor, type WholeMoment } from './notify/selected.ts'
import { lineHead } from './fetch/line-head.ts'
import { flagsText } from './fetch/memory-items.ts'
import type { Arrived, Moment } from './moment.ts'

export interface Announcement {
  readonly lines: Iterable<string>
  readonly session: Session
  /** Messages that are told of for the first time. */
  readonly arrived: Arrived | null
  /** The selected mailbox is no more. */
  readonly isDeleted: boolean
}

/** Every system flag, then the keywords there are. */
const flagNames = (keywords: readonly string[]): readonly string[] => [...new Set([...systemFlags, ...keywords])]

export const flagsLine = (keywords: readonly string[]): string => `FLAGS (${flagNames(keywords).join(' ')})`

/** RFC 4314 section 4: the right a flag needs. */
const rightFor: ReadonlyMap<string, string> = new Map([['\\Seen', 's'], ['\\Deleted', 't']])

/** Flags this session may store for good, by its rights in the mailbox. */
export const permanentFlags = (keywords: readonly string[], readOnly: boolean, rights: string): string => {
  const may = (flag: string): boolean => !readOnly && rights.includes(rightFor.get(flag) ?? 'w')
  return `PERMANENTFLAGS (${[...flagNames(keywords), '\\*'].filter(may).join(' ')})`
}

const goneLines = (session: Session, { shown }: Selected, gone: readonly number[]): readonly string[] => {
  if (gone.length === 0) return []
  if (tellsVanished(session)) return [`* VANISHED ${setText(gone.map((at) => shown.uids[at] ?? 0))}\r\n`]
  return expungeNumbers(gone).map((number) => `* ${number} EXPUNGE\r\n`)
}

/** FETCH that nobody asked for: the flags, and what else this client wants to be told with them. */
const flagsLineAt = (session: Session, current: MailboxState, at: number, moment: Moment): string => {
  const { messages } = current
  const uid = messages.uids[at] ?? 0
  const uidOnly = isUidOnly(session)
  const named = !uidOnly && (moment.withUid || namesUid(session)) ? `UID ${uid} ` : ''
  const modSeq = tellsModSeq(session) ? ` MODSEQ (${messages.modSeq(at)})` : ''
  return `${lineHead(uidOnly, at, uid)}${named}FLAGS ${flagsText(messages.flags(at))}${modSeq})\r\n`
}

function* lines(session: Session, selected: Selected, current: MailboxState, changes: Changes, moment: WholeMoment): Generator<string> {
  yield* goneLines(session, selected, changes.gone)
  if (changes.exists !== null) yield `* ${changes.exists} EXISTS\r\n${isRev2(session) ? '' : '* 0 RECENT\r\n'}`
  if (current.keywords.length > selected.keywords.length) {
    yield `* ${flagsLine(current.keywords)}\r\n`
    yield encodeUntagged(untaggedOk(permanentFlags(current.keywords, selected.readOnly, current.rights), 'Keywords grew'), session.language)
  }
  if (!moment.tellsFlags) return
  const { messages } = current
  const isHushed = selected.hushed === null ? undefined : hushing(selected.hushed)
  for (const at of changes.flagged) {
    if (isHushed !== undefined) {
      const uid = (messages.uids[at] ?? 0) as Uid
      const was = selected.shown.uids[at] === uid ? at : selected.shown.indexOf(uid)
      if (isHushed(uid, selected.shown.flags(was), messages.flags(at))) continue
    }
    yield flagsLineAt(session, current, at, moment)
  }
}

/** Whether there is nothing to tell: so it is with nearly every command. */
export const knowsAll = ({ notify, selected }: Session, state: AccountState): boolean => {
  if (notify !== null || selected === null) return notify === null
  return selected.hushed === null && selected.live.length === 0 && state.mailboxes.get(selected.mailbox)?.messages === selected.shown
}

/** Tells all that changed, or nothing yet where numbers would move and must not. */
export const announce = (session: Session, state: AccountState, asked: Moment): Announcement => {
  const { selected } = session
  if (selected === null) return { lines: [], session, arrived: null, isDeleted: false }
  const current = selectedMailbox(selected, state)
  if (current === undefined) return { lines: [], session, arrived: null, isDeleted: true }
  const quiet: Session = selected.hushed === null ? session : { ...session, selected: { ...selected, hushed: null } }
  const moment = momentFor(session, asked)
  if (current.messages === selected.shown || moment === null) return { lines: [], session: quiet, arrived: null, isDeleted: false }
  const changes = changesOf(selected.shown, current.messages)
  if (changes.gone.length > 0 && !moment.mayExpunge) return { lines: [], session: quiet, arrived: null, isDeleted: false }
  const told: Selected = {
    ...selected, shown: current.messages, keywords: current.keywords, hushed: null, toldModSeq: current.highestModSeq,
  }
  const arrived = changes.exists === null ? null : { mailbox: current, from: selected.shown.count - changes.gone.length }
  return { lines: lines(session, selected, current, changes, moment), session: { ...session, selected: told }, arrived, isDeleted: false }
}
