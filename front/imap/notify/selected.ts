/** How the selected mailbox is told of once NOTIFY was used (RFC 5465 section 6.1), and what of new messages. */
import type { MailboxState } from '@bulkhead/mail/account/mail-account.ts'
import type { FetchAttribute } from '@bulkhead/wire/imap/fetch-grammar.ts'
import { normalised } from '@bulkhead/wire/imap/sequence-set.ts'
import type { Arrived, Moment } from '../moment.ts'
import { depthOf, type FetchJob } from '../fetch/job.ts'
import { isUidOnly, namesUid, tellsModSeq, type Session } from '../session.ts'
import { ownArrivals } from './deeds.ts'

export interface WholeMoment extends Moment {
  /** Changed flags are told. */
  readonly tellsFlags: boolean
}

/** The session itself has just changed the mailbox: what comes of that is a command's result. */
const hasChanged = ({ deeds, selected }: Session): boolean =>
  deeds.some((deed) => deed.is === 'changedSelected' || (deed.is === 'arrived' && deed.mailbox === selected?.mailbox))

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

const nameOf = (attribute: FetchAttribute): string => ('label' in attribute ? attribute.label : attribute.item)

const jobOf = (session: Session, { id, messages }: MailboxState, positions: readonly number[], asked: readonly FetchAttribute[]): FetchJob => {
  const attributes = completed(session, asked)
  return {
    mailbox: id,
    shown: messages,
    positions: normalised(positions.map((at) => [at, at] as const), 0),
    attributes,
    depth: depthOf(attributes),
    uidOnly: isUidOnly(session),
    marksSeen: false,
    vanished: null,
  }
}

interface Asking {
  readonly fetches: readonly FetchAttribute[]
  asksOf(uid: number): boolean
}

/** By NOTIFY of every message (section 5.2), by UPDATE of what joins a live result (section 7). */
const askings = ({ notify, selected }: Session, firstUid: number): readonly Asking[] => {
  const always = notify?.selected?.fetches ?? []
  const live = (selected?.live ?? []).filter(({ fetches }) => fetches.length > 0).map(({ fetches, uids }): Asking => {
    const joined = new Set(uids.filter((uid) => uid >= firstUid))
    return { fetches, asksOf: (uid) => joined.has(uid) }
  })
  return always.length === 0 ? live : [{ fetches: always, asksOf: () => true }, ...live]
}

/** What is asked of messages that came, one FETCH for each; nothing of those this session filed itself. */
export const fetchesOfNew = (session: Session, { mailbox, from }: Arrived): readonly FetchJob[] => {
  const { messages } = mailbox
  const asked = askings(session, messages.uids[from] ?? 0)
  if (asked.length === 0) return []
  const own = ownArrivals(session.deeds, mailbox.id)
  const groups = new Map<string, { readonly attributes: readonly FetchAttribute[]; readonly positions: number[] }>()
  for (let at = from; at < messages.count; at += 1) {
    const uid = messages.uids[at] ?? 0
    if (own.has(uid)) continue
    const wanted = new Map(asked.flatMap(({ fetches, asksOf }) => (asksOf(uid) ? fetches.map((one) => [nameOf(one), one] as const) : [])))
    if (wanted.size === 0) continue
    const name = [...wanted.keys()].join(' ')
    const group = groups.get(name)
    if (group === undefined) groups.set(name, { attributes: [...wanted.values()], positions: [at] })
    else group.positions.push(at)
  }
  return [...groups.values()].map(({ attributes, positions }) => jobOf(session, mailbox, positions, attributes))
}
