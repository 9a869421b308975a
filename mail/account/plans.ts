/**
 * Decisions that need the state to be the newest: what to append, or what to answer at once. Pure; whoever carries them
 * out appends only if the journal's head is still the one decided on, and else decides again.
 */
import { newMailboxId, type MailboxId, type ModSeq, type Uid } from '@bulkhead/base/ids.ts'
import { annotated, annotationsBytesMax, annotationsPerEventMax, bytesOf, excess, isEntryName } from '../journal/annotations.ts'
import type { Annotation, JournalEvent, SpecialUse, UidRanges } from '../journal/event.ts'
import { mailboxesMax, type FoldedAccount } from '../journal/fold.ts'
import type { FoldedMailbox } from '../journal/mailbox-fold.ts'
import { inboxName, mailboxName, superiorsOf } from '../journal/mailbox-name.ts'
import { objectEvents, objectExcess, type ObjectChange } from '../journal/objects.ts'
import { refuse, type Refused } from '../refusal.ts'
import { freedBy } from './freed.ts'
import { perEvent, positionsOf, rangesAt } from './uid-ranges.ts'

/** Without events there is nothing to do, and that is done. */
export interface Plan<A> {
  readonly is: 'append'
  readonly events: readonly JournalEvent[]
  readonly addsBytes: number
  readonly addsMessages: number
  readonly answer: A
}

const plan = <A>(events: readonly JournalEvent[], answer: A): Plan<A> =>
  ({ is: 'append', events, addsBytes: 0, addsMessages: 0, answer })

const secondsOf = (nowMs: number): number => Math.floor(nowMs / 1_000)

/** A mailbox and the levels above it that are missing (RFC 9051 section 6.3.4). */
const creations = (state: FoldedAccount, name: string, made: MailboxId, specialUse: SpecialUse | null, nowMs: number): readonly JournalEvent[] => {
  const missing = superiorsOf(name).filter((superior) => state.byName(superior) === undefined)
  const uidValidity = secondsOf(nowMs)
  return [
    ...missing.map((superior): JournalEvent =>
      ({ kind: 'mailboxCreated', mailbox: newMailboxId(), name: superior, uidValidity, specialUse: null })),
    { kind: 'mailboxCreated', mailbox: made, name, uidValidity, specialUse },
  ]
}

export const planCreate = (state: FoldedAccount, text: string, specialUse: SpecialUse | null, nowMs: number):
  Plan<MailboxId> | Refused<'mailboxExists' | 'badMailboxName' | 'tooManyMailboxes'> => {
  const name = mailboxName(text)
  if (name === undefined) return refuse('badMailboxName')
  if (state.byName(name) !== undefined) return refuse('mailboxExists')
  const mailbox = newMailboxId()
  const events = creations(state, name, mailbox, specialUse, nowMs)
  return state.mailboxes.size + events.length > mailboxesMax ? refuse('tooManyMailboxes') : plan(events, mailbox)
}

const hasInferiors = (state: FoldedAccount, name: string): boolean =>
  [...state.mailboxes.values()].some((other) => other.name.startsWith(`${name}/`))

const everyPosition = ({ messages }: FoldedMailbox): readonly number[] => Array.from({ length: messages.count }, (_, at) => at)

const deletedIn = ({ messages }: FoldedMailbox): readonly number[] => {
  const found: number[] = []
  for (let at = 0; at < messages.count; at += 1) if (messages.hasFlag(at, '\\Deleted')) found.push(at)
  return found
}

export const planDelete = (state: FoldedAccount, name: string):
  Plan<undefined> | Refused<'noSuchMailbox' | 'inboxStays' | 'hasChildren'> => {
  const mailbox = state.byName(name)
  if (mailbox === undefined) return refuse('noSuchMailbox')
  if (mailbox === state.inbox) return refuse('inboxStays')
  if (hasInferiors(state, mailbox.name)) return refuse('hasChildren')
  const freed = freedBy(state, mailbox.id, everyPosition(mailbox))
  const deletion = plan([{ kind: 'mailboxDeleted', mailbox: mailbox.id }], undefined)
  return { ...deletion, addsBytes: -freed.bytes, addsMessages: -freed.messages }
}

/** RFC 9051 section 6.3.6: the INBOX itself stays; its messages go to a new mailbox, its inferiors stay. */
const planRenameInbox = (state: FoldedAccount, name: string, nowMs: number): Plan<undefined> | Refused<'tooManyMailboxes'> => {
  const mailbox = newMailboxId()
  const made = creations(state, name, mailbox, null, nowMs)
  if (state.mailboxes.size + made.length > mailboxesMax) return refuse('tooManyMailboxes')
  const all = rangesAt(state.inbox.messages, everyPosition(state.inbox))
  const moves = perEvent(all).map((uids): JournalEvent => ({ kind: 'moved', from: state.inbox.id, uids, to: mailbox, atMs: nowMs }))
  return plan([...made, ...moves], undefined)
}

const inferiorFits = (state: FoldedAccount, from: string, to: string): boolean =>
  [...state.mailboxes.values()].every(({ name }) =>
    !name.startsWith(`${from}/`) || mailboxName(`${to}${name.slice(from.length)}`) !== undefined)

export const planRename = (state: FoldedAccount, from: string, to: string, nowMs: number):
  Plan<undefined> | Refused<'noSuchMailbox' | 'mailboxExists' | 'badMailboxName' | 'tooManyMailboxes'> => {
  const name = mailboxName(to)
  const mailbox = state.byName(from)
  if (mailbox === undefined) return refuse('noSuchMailbox')
  if (name === undefined) return refuse('badMailboxName')
  if (state.byName(name) !== undefined) return refuse('mailboxExists')
  if (mailbox.name === inboxName) return planRenameInbox(state, name, nowMs)
  if (name.startsWith(`${mailbox.name}/`) || !inferiorFits(state, mailbox.name, name)) return refuse('badMailboxName')
  const superiors = creations(state, name, newMailboxId(), null, nowMs).slice(0, -1)
  if (state.mailboxes.size + superiors.length > mailboxesMax) return refuse('tooManyMailboxes')
  return plan([...superiors, { kind: 'mailboxRenamed', mailbox: mailbox.id, name }], undefined)
}

export const planExpunge = (state: FoldedAccount, id: MailboxId, uids: UidRanges | null, which: 'deleted' | 'always'):
  Plan<undefined> | Refused<'noSuchMailbox'> => {
  const mailbox = state.mailboxes.get(id)
  if (mailbox === undefined) return refuse('noSuchMailbox')
  const { messages } = mailbox
  const candidates = uids !== null ? positionsOf(messages, uids) : which === 'always' ? everyPosition(mailbox) : deletedIn(mailbox)
  const positions = which === 'always' || uids === null ? candidates : candidates.filter((at) => messages.hasFlag(at, '\\Deleted'))
  const freed = freedBy(state, id, positions)
  const events = perEvent(rangesAt(messages, positions)).map((gone): JournalEvent =>
    ({ kind: 'expunged', mailbox: id, uids: gone }))
  return { ...plan(events, undefined), addsBytes: -freed.bytes, addsMessages: -freed.messages }
}

/** RFC 8508: the arrival, and the expunge of what it replaces. */
export const planReplace = (state: FoldedAccount, from: MailboxId, uid: Uid, to: MailboxId, arrival: Plan<undefined>):
  Plan<undefined> | Refused<'noSuchMailbox' | 'expunged'> => {
  const source = state.mailboxes.get(from)
  if (source === undefined || !state.mailboxes.has(to)) return refuse('noSuchMailbox')
  const at = source.messages.indexOf(uid)
  if (at < 0) return refuse('expunged')
  const freed = freedBy(state, from, [at])
  return {
    ...arrival,
    events: [...arrival.events, { kind: 'expunged', mailbox: from, uids: [[uid, uid]] }],
    addsBytes: arrival.addsBytes - freed.bytes,
    addsMessages: arrival.addsMessages - freed.messages,
  }
}

/** RFC 5464: all entries or none. */
export const planAnnotate = (state: FoldedAccount, id: MailboxId | null, entries: readonly Annotation[]):
  Plan<undefined> | Refused<'noSuchMailbox' | 'tooManyAnnotations' | 'annotationTooLarge'> => {
  const target = id === null ? state : state.mailboxes.get(id)
  if (target === undefined) return refuse('noSuchMailbox')
  if (entries.length > annotationsPerEventMax) return refuse('tooManyAnnotations')
  let used = bytesOf(state.annotations)
  for (const { annotations } of state.mailboxes.values()) used += bytesOf(annotations)
  let { annotations } = target
  const others = used - bytesOf(annotations)
  for (const one of entries) {
    const bytesLeft = annotationsBytesMax - others - bytesOf(annotations)
    const why = isEntryName(one.entry) ? excess(annotations, one, bytesLeft) : 'tooLarge'
    if (why !== undefined) return refuse(why === 'tooLarge' ? 'annotationTooLarge' : 'tooManyAnnotations')
    annotations = annotated(annotations, [one], bytesLeft)
  }
  return plan(entries.length === 0 ? [] : [{ kind: 'annotated', mailbox: id, entries }], undefined)
}

/** All or none. */
export const planObjects = (state: FoldedAccount, changes: readonly ObjectChange[], ifUnchangedSince: ModSeq | undefined):
  Plan<undefined> | Refused<'overQuota' | 'tooLarge' | 'conflict'> => {
  const isNewer = ({ kind }: ObjectChange): boolean => ifUnchangedSince !== undefined && state.objects(kind).seq > ifUnchangedSince
  if (changes.some(isNewer)) return refuse('conflict')
  const why = objectExcess(state.objectLists, changes)
  return why === undefined ? plan(objectEvents(changes).map((some) => ({ kind: 'objectsSet', changes: some })), undefined) : refuse(why)
}

/** What an account finds at its first session (RFC 6154), subscribed, since many clients show nothing else. */
const furniture: readonly (readonly [name: string, use: SpecialUse])[] = [
  ['Drafts', '\\Drafts'],
  ['Sent', '\\Sent'],
  ['Junk', '\\Junk'],
  ['Trash', '\\Trash'],
  ['Archive', '\\Archive'],
]

/**
 * Only where no person ever made a mailbox (what filing made before is numbered from one): whoever deletes one of these
 * does not find it again.
 */
export const planFurniture = (state: FoldedAccount, nowMs: number): Plan<undefined> => {
  if (state.uidValidityLast > mailboxesMax) return plan([], undefined)
  const absent = furniture.filter(([name]) => state.byName(name) === undefined)
  return plan(
    [
      ...absent.map(([name, specialUse]): JournalEvent =>
        ({ kind: 'mailboxCreated', mailbox: newMailboxId(), name, uidValidity: secondsOf(nowMs), specialUse })),
      ...furniture.map(([name]): JournalEvent => ({ kind: 'subscribed', name, on: true })),
    ],
    undefined,
  )
}
