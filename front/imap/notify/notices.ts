/** What NOTIFY tells of mailboxes that are not selected, and of the account (RFC 5465 section 5): two states of it compared. */
import type { MailboxId } from '@bulkhead/base/ids.ts'
import type { MailLimits } from '@bulkhead/door/contracts/start.ts'
import type { AccountState, MailboxState, MessageList } from '@bulkhead/mail/account/mail-account.ts'
import { superiorOf } from '@bulkhead/mail/journal/mailbox-name.ts'
import type { NotifyEvent } from '@bulkhead/wire/imap/notify-grammar.ts'
import { encodeUntagged, mailbox as mailboxText, string, untagged, untaggedOk } from '@bulkhead/wire/imap/response.ts'
import type { StatusItem } from '@bulkhead/wire/imap/list-grammar.ts'
import { listLines, type ListedLine } from '../listing/list.ts'
import { statusText } from '../listing/status-text.ts'
import { selectedMailbox, speaksUtf8, tellsModSeq, type Session } from '../session.ts'
import { changesOf } from '../view.ts'
import { ownArrivals, ownEntries, ownNames, ownSubscriptions } from './deeds.ts'
import { nameChanges, type NameChange } from './name-changes.ts'
import { eventsOf } from './watch.ts'
import type { Notifying } from './notifying.ts'

/** Notices told at once; more is an overflow (section 5.8). */
export const noticesMax = 1_000

interface Comparison {
  readonly session: Session
  readonly notify: Notifying
  readonly then: AccountState
  readonly now: AccountState
}

type Asked = (mailbox: MailboxState) => ReadonlySet<NotifyEvent>

const isBelowShared = (name: string): boolean => name.startsWith('Shared/')

/** Events asked for of a mailbox, by its name and by subscriptions in either state. */
const asking = ({ notify, then, now }: Comparison): { readonly of: Asked; readonly ofName: (name: string) => ReadonlySet<NotifyEvent> } => {
  const subscriptions = then.subscriptions === now.subscriptions ? now.subscriptions : new Set([...then.subscriptions, ...now.subscriptions])
  const whole = (name: string, isOwn: boolean): ReadonlySet<NotifyEvent> => eventsOf(notify.others, { name, isOwn }, subscriptions)
  return { of: ({ name, owner }) => whole(name, owner === null), ofName: (name) => whole(name, !isBelowShared(name)) }
}

/** Lines of LIST: what names became, then those above and those subscribed to otherwise. */
const namesToList = (comparison: Comparison, changes: readonly NameChange[]): readonly ListedLine[] => {
  const { session: { deeds }, then, now } = comparison
  const { ofName } = asking(comparison)
  const own = ownNames(deeds)
  const isAsked = (name: string): boolean => ofName(name).has('MailboxName')
  const told = changes.filter((change) => !own.has(change.name) && (isAsked(change.name) || (change.is === 'renamed' && isAsked(change.before))))
  const names: ListedLine[] = told.map((change) => ({
    name: change.name, oldName: change.is === 'renamed' ? change.before : null, isGone: change.is === 'gone',
  }))
  const listed = new Set(names.map(({ name }) => name))
  const add = (name: string): void => {
    if (listed.has(name)) return
    listed.add(name)
    names.push({ name, oldName: null })
  }
  for (const change of changes) {
    const above = change.is === 'renamed' || own.has(change.name) ? undefined : superiorOf(change.name)
    if (above !== undefined && !own.has(above) && isAsked(above)) add(above)
  }
  if (then.subscriptions === now.subscriptions) return names
  const mine = ownSubscriptions(deeds)
  for (const name of new Set([...then.subscriptions, ...now.subscriptions])) {
    if (then.subscriptions.has(name) === now.subscriptions.has(name) || mine.has(name)) continue
    if (ofName(name).has('SubscriptionChange')) add(name)
  }
  return names
}

/** Mailboxes the client takes for new ones, though they were there. */
const takenForNew = ({ session: { deeds }, then }: Comparison, changes: readonly NameChange[]): ReadonlySet<MailboxId> => {
  const own = ownNames(deeds)
  return new Set(changes.flatMap((change) => (change.is === 'came' && then.mailboxes.has(change.mailbox) && !own.has(change.name) ? [change.mailbox] : [])))
}

const changedEntries = (then: ReadonlyMap<string, Buffer>, now: ReadonlyMap<string, Buffer>, own: ReadonlySet<string>): readonly string[] =>
  then === now ? [] : [...new Set([...then.keys(), ...now.keys()])].filter((entry) => {
    const [before, after] = [then.get(entry), now.get(entry)]
    return !own.has(entry) && (before === undefined || after === undefined ? before !== after : !before.equals(after))
  })

/** RFC 5464 section 4.4.2 */
const metadataLine = (mailbox: string, entries: readonly string[]): string =>
  encodeUntagged(untagged(`METADATA ${mailbox} ${entries.map(string).join(' ')}`))

const noEntries: ReadonlyMap<string, Buffer> = new Map()

const statusItems = (session: Session, events: ReadonlySet<NotifyEvent>): readonly StatusItem[] => [
  'MESSAGES', 'UIDNEXT', 'UIDVALIDITY',
  ...(events.has('FlagChange') ? ['UNSEEN' as const] : []),
  ...(tellsModSeq(session) ? ['HIGHESTMODSEQ' as const] : []),
]

/** The STATUS of a mailbox somebody listens to. */
export const statusNotice = (session: Session, mailbox: MailboxState, events: ReadonlySet<NotifyEvent>, limits: MailLimits): string =>
  encodeUntagged(untagged(statusText(mailbox, statusItems(session, events), limits, speaksUtf8(session))))

/** Whether something came, went or was flagged that the session did not do itself. Without MODSEQs flags are told by UNSEEN alone (section 5.1). */
const hasNews = (comparison: Comparison, mailbox: MailboxState, events: ReadonlySet<NotifyEvent>): boolean => {
  const { session, then } = comparison
  const before = listThen(comparison, mailbox.id)
  const { messages, uidNext } = mailbox
  if (before === messages) return false
  const own = ownArrivals(session.deeds, mailbox.id)
  // Also of messages that have come and gone.
  for (let uid = uidNextThen(comparison, mailbox.id), left = own.size; uid < uidNext; uid += 1, left -= 1) if (left === 0 || !own.has(uid)) return true
  if (before === undefined) return false
  const { gone, flagged } = changesOf(before, messages)
  if (gone.length > 0) return true
  if (flagged.length === 0 || !events.has('FlagChange')) return false
  return tellsModSeq(session) || then.mailboxes.get(mailbox.id)?.unseen !== mailbox.unseen
}

/** Messages as the client was told of them last. */
const listThen = ({ notify: { lagging }, then }: Comparison, id: MailboxId): MessageList | undefined =>
  lagging?.mailbox === id ? lagging.messages : then.mailboxes.get(id)?.messages

const uidNextThen = ({ notify: { lagging }, then }: Comparison, id: MailboxId): number =>
  lagging?.mailbox === id ? (lagging.messages.uids[lagging.messages.count - 1] ?? 0) + 1 : then.mailboxes.get(id)?.uidNext ?? 1

function* lines(comparison: Comparison, limits: MailLimits): Generator<string> {
  const { session, notify, then, now } = comparison
  const utf8 = speaksUtf8(session)
  const changes = nameChanges(then, now)
  for (const line of listLines(now, namesToList(comparison, changes), utf8)) yield encodeUntagged(line)
  const server = changedEntries(then.annotations, now.annotations, ownEntries(session.deeds, null))
  if (server.length > 0 && notify.others.some(({ events }) => events.has('ServerMetadataChange'))) yield metadataLine('""', server)
  const asked = asking(comparison)
  const again = takenForNew(comparison, changes)
  for (const [id, mailbox] of now.mailboxes) {
    const before = again.has(id) ? undefined : then.mailboxes.get(id)
    if (before === mailbox && notify.lagging?.mailbox !== id) continue
    const events = asked.of(mailbox)
    if (events.has('MailboxMetadataChange')) {
      const entries = changedEntries(before?.annotations ?? noEntries, mailbox.annotations, ownEntries(session.deeds, id))
      if (entries.length > 0) yield metadataLine(mailboxText(mailbox.name, utf8), entries)
    }
    const isNews = again.has(id) ? mailbox.uidNext > 1 : hasNews(comparison, mailbox, events)
    if (id !== session.selected?.mailbox && events.has('MessageNew') && isNews) {
      yield statusNotice(session, mailbox, events, limits)
    }
  }
}

const overflow = untaggedOk('NOTIFICATIONOVERFLOW', 'Too much happens at once, nothing more is told')

const laggingIn = ({ selected }: Session, now: AccountState): Notifying['lagging'] => {
  const current = selected === null ? undefined : selectedMailbox(selected, now)?.messages
  return selected === null || current === selected.shown ? null : { mailbox: selected.mailbox, messages: selected.shown }
}

/** The session after its selected mailbox was told of, and what else there is to tell. */
export const notices = (session: Session, now: AccountState, limits: MailLimits): { readonly lines: readonly string[]; readonly session: Session } => {
  const { notify } = session
  if (notify === null) return { lines: [], session }
  const { told: then, lagging } = notify
  const lags = laggingIn(session, now)
  const isKnown = then === now && lagging?.messages === lags?.messages
  if (isKnown) return { lines: [], session }
  const after: Notifying = { ...notify, told: now, lagging: lags }
  if (notify.others.length === 0) return { lines: [], session: { ...session, notify: after } }
  const told: string[] = []
  for (const line of lines({ session, notify, then, now }, limits)) {
    if (told.push(line) > noticesMax) return overflowing(session, after)
  }
  return { lines: told, session: { ...session, notify: after } }
}

/** As after NOTIFY NONE (section 5.8). */
export const overflowing = (session: Session, notify: Notifying): { readonly lines: readonly string[]; readonly session: Session } =>
  ({ lines: [encodeUntagged(overflow, session.language)], session: { ...session, notify: { ...notify, selected: null, others: [] } } })
