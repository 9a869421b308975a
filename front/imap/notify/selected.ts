/** How the selected mailbox is told of once NOTIFY was used (RFC 5465 section 6.1). */
import type { MailboxState } from '@bulkhead/mail/account/mail-account.ts'
import type { FetchAttribute } from '@bulkhead/wire/imap/fetch-grammar.ts'
import { normalised } from '@bulkhead/wire/imap/sequence-set.ts'
import type { Moment } from '../announce.ts'
import { depthOf, type FetchJob } from '../fetch/job.ts'
import { isUidOnly, namesUid, tellsModSeq, type Session } from '../session.ts'
import { ownArrivals } from './deeds.ts'

export interface WholeMoment extends Moment {
  /** Changed flags are told. */
  readonly tellsFlags: boolean
}

/** The session itself has just changed the mailbox: what comes of that is a command's result. */
const hasChanged = ({ notify, selected }: Session): boolean =>
  notify?.deeds.some((deed) => deed.is === 'changedSelected' || (deed.is === 'arrived' && deed.mailbox === selected?.mailbox)) ?? false

/** Null: nothing is told now. */
export const momentFor = (session: Session, moment: Moment): WholeMoment | null => {
  const { notify } = session
  if (notify === null) return { ...moment, tellsFlags: true }
  const { selected } = notify
  const mayExpunge = moment.mayExpunge || selected?.delayed === false
  if (hasChanged(session)) return { mayExpunge, withUid: true, tellsFlags: true }
  if (selected === null) return null
  return { mayExpunge, withUid: true, tellsFlags: selected.events.has('FlagChange') }
}

const having = (attributes: readonly FetchAttribute[], item: 'UID' | 'MODSEQ'): readonly FetchAttribute[] =>
  attributes.some((attribute) => attribute.item === item) ? attributes : [{ item }, ...attributes]

/** What every FETCH nobody asked for names besides, for whoever follows UIDs or MODSEQs. */
const completed = (session: Session, asked: readonly FetchAttribute[]): readonly FetchAttribute[] => {
  const followed = tellsModSeq(session) && asked.some(({ item }) => item === 'FLAGS') ? having(asked, 'MODSEQ') : asked
  return namesUid(session) && !isUidOnly(session) ? having(followed, 'UID') : followed
}

/** The attributes asked for of messages that came, from position `from` on, but of those this session filed itself (section 5.2). */
export const fetchOfNew = (session: Session, { id, messages }: MailboxState, from: number): FetchJob | null => {
  const { notify } = session
  const fetches = notify?.selected?.fetches ?? []
  if (notify === null || fetches.length === 0) return null
  const own = ownArrivals(notify.deeds, id)
  const positions: (readonly [number, number])[] = []
  for (let at = from; at < messages.count; at += 1) if (!own.has(messages.uids[at] ?? 0)) positions.push([at, at])
  if (positions.length === 0) return null
  const attributes = completed(session, fetches)
  return {
    mailbox: id,
    shown: messages,
    positions: normalised(positions, 0),
    attributes,
    depth: depthOf(attributes),
    uidOnly: isUidOnly(session),
    marksSeen: false,
    vanished: null,
  }
}
