/**
 * A session as a ticket keeps it (ADR 0010): what the client was told, as numbers. The view is remade from the journal: the
 * messages of then are those of now below its UIDNEXT and those that vanished since. Where memory does not reach back so
 * far the numbers do not add up, and the session is lost rather than wrong.
 */
import type { AccountState, MailboxState, MessageList } from '@bulkhead/mail/account/mail-account.ts'
import type { MailboxId, MessageId, ModSeq, Uid } from '@bulkhead/base/ids.ts'
import type { Language } from '@bulkhead/wire/imap/language.ts'
import type { Picture } from '../mailroom/tickets.ts'
import { enableable, newSession, selectedMailbox, type Enabled, type Session } from './session.ts'

/** A mailbox with more of them is not parked. */
const keywordsMax = 200

/** Everything else of a session is as it was at login. */
const isPlain = (session: Session): boolean =>
  (Object.keys(session) as (keyof Session)[]).every((key) =>
    key === 'phase' || key === 'enabled' || key === 'language' || key === 'selected' || session[key] === newSession[key])

/** Undefined where the session holds what no picture shows, or has not told the client everything. `idleTag`: of the IDLE under way. */
export const pictureOf = (session: Session, state: AccountState, idleTag: string | null): Picture | undefined => {
  const { selected } = session
  if (!isPlain(session) || session.phase === 'over') return undefined
  const { language } = session
  const enabled = [...session.enabled]
  if (selected === null) return { idleTag, language, enabled, selected: null }
  const mailbox = selectedMailbox(selected, state)
  if (mailbox === undefined || mailbox.owner !== null || mailbox.messages !== selected.shown) return undefined
  if (selected.hushed !== null || selected.saved !== null || selected.live.length > 0) return undefined
  if (selected.keywords !== mailbox.keywords || selected.keywords.length > keywordsMax) return undefined
  return {
    idleTag,
    language,
    enabled,
    selected: {
      mailbox: selected.mailbox,
      readOnly: selected.readOnly,
      keywords: selected.keywords,
      toldModSeq: selected.toldModSeq,
      uidValidity: mailbox.uidValidity,
      uidNext: mailbox.uidNext,
      highestModSeq: mailbox.highestModSeq,
      count: selected.shown.count,
    },
  }
}

/** What a picture says, as it was written by `pictureOf`. */
interface Shown {
  readonly idleTag: string | null
  readonly language: Language
  readonly enabled: readonly Enabled[]
  readonly selected: {
    readonly mailbox: MailboxId
    readonly readOnly: boolean
    readonly keywords: readonly string[]
    readonly toldModSeq: ModSeq
    readonly uidValidity: number
    readonly uidNext: number
    readonly highestModSeq: ModSeq
    readonly count: number
  } | null
}

const noMessage = '00000000-0000-0000-0000-000000000000' as MessageId

/** UIDs below `uidNext` that went after `since`, ascending; undefined where there are more than `countMax`. */
const vanished = (mailbox: MailboxState, since: ModSeq, uidNext: number, countMax: number): number[] | undefined => {
  const uids: number[] = []
  for (const [first, last] of mailbox.vanishedSince(since)) {
    const end = Math.min(last, uidNext - 1)
    if (end - first + 1 > countMax - uids.length) return undefined
    for (let uid: number = first; uid <= end; uid += 1) uids.push(uid)
  }
  return uids
}

/** How many of the messages are below `uidNext`. */
const countBelow = ({ uids, count }: MessageList, uidNext: number): number => {
  let low = 0
  let high = count
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((uids[middle] ?? 0) < uidNext) low = middle + 1
    else high = middle
  }
  return low
}

/** The list as it was: messages that are still there in their places among those that went, of which only the UID is known. */
const remadeList = (now: MessageList, still: number, went: readonly number[], since: ModSeq): MessageList => {
  const count = still + went.length
  const uids = new Uint32Array(count)
  /** Position in the list of now; -1: it went. */
  const places = new Int32Array(count)
  for (let at = 0, here = 0, gone = 0; at < count; at += 1) {
    const goes = gone < went.length && (here >= still || (went[gone] ?? 0) < (now.uids[here] ?? 0))
    uids[at] = goes ? (went[gone] ?? 0) : (now.uids[here] ?? 0)
    places[at] = goes ? -1 : here
    if (goes) gone += 1
    else here += 1
  }
  const placeOf = (at: number): number => places[at] ?? -1
  const column = <T extends Uint32Array | Float64Array>(into: T, from: T): T => {
    for (let at = 0; at < count; at += 1) if (placeOf(at) >= 0) into[at] = from[placeOf(at)] ?? 0
    return into
  }
  // A message that changed since is unlike the one the client knows: 0 is nobody's MODSEQ.
  const modSeq = (at: number): number => {
    const place = placeOf(at)
    const then = place < 0 ? 0 : now.modSeq(place)
    return then > since ? 0 : then
  }
  return {
    count,
    uids,
    modSeq,
    sharedUpTo: (_other, at) => at,
    get modSeqs() {
      return Float64Array.from({ length: count }, (_, at) => modSeq(at))
    },
    get sizes() {
      return column(new Uint32Array(count), now.sizes)
    },
    get internalDates() {
      return column(new Float64Array(count), now.internalDates)
    },
    get saveDates() {
      return column(new Uint32Array(count), now.saveDates)
    },
    threadId: (at) => (placeOf(at) < 0 ? null : now.threadId(placeOf(at))),
    messageId: (at) => (placeOf(at) < 0 ? noMessage : now.messageId(placeOf(at))),
    flags: (at) => (placeOf(at) < 0 ? [] : now.flags(placeOf(at))),
    hasFlag: (at, flag) => placeOf(at) >= 0 && now.hasFlag(placeOf(at), flag),
    indexOf(uid: Uid) {
      let low = 0
      let high = count - 1
      while (low <= high) {
        const middle = (low + high) >>> 1
        const found = uids[middle] ?? 0
        if (found === uid) return middle
        if (found < uid) low = middle + 1
        else high = middle - 1
      }
      return -1
    },
  }
}

const remadeView = (mailbox: MailboxState, { uidNext, highestModSeq, count }: NonNullable<Shown['selected']>): MessageList | undefined => {
  const now = mailbox.messages
  if (mailbox.uidNext === uidNext && mailbox.highestModSeq === highestModSeq && now.count === count) return now
  const still = countBelow(now, uidNext)
  const went = vanished(mailbox, highestModSeq, uidNext, Math.max(0, count - still))
  if (went === undefined || still + went.length !== count) return undefined
  return remadeList(now, still, went, highestModSeq)
}

export interface Remade {
  readonly session: Session
  readonly idleTag: string | null
}

/** The session of a picture of this mailroom's own; `lost` where its view can't be had again. */
export const remade = (picture: Picture, state: AccountState): Remade | 'lost' => {
  const { idleTag, language, enabled, selected } = picture as unknown as Shown
  const session: Session = { ...newSession, language, enabled: new Set(enableable.filter((name) => enabled.includes(name))) }
  if (selected === null) return { session, idleTag }
  const mailbox = state.mailboxes.get(selected.mailbox)
  if (mailbox === undefined || mailbox.uidValidity !== selected.uidValidity) return 'lost'
  const shown = remadeView(mailbox, selected)
  if (shown === undefined) return 'lost'
  const { readOnly, keywords, toldModSeq } = selected
  const same = keywords.length === mailbox.keywords.length && keywords.every((keyword, at) => keyword === mailbox.keywords[at])
  return {
    idleTag,
    session: {
      ...session,
      phase: 'selected',
      selected: { mailbox: mailbox.id, readOnly, shown, keywords: same ? mailbox.keywords : keywords, hushed: null, toldModSeq, saved: null, live: [] },
    },
  }
}
