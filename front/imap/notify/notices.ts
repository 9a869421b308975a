/** What NOTIFY tells of mailboxes that are not selected, and of the account (RFC 5465 section 5): two states of it compared. */
import type { MailboxId } from '@bulkhead/base/ids.ts'
import type { MailLimits } from '@bulkhead/door/contracts/start.ts'
import type { AccountState, MailboxState, MessageList } from '@bulkhead/mail/account/mail-account.ts'
import { superiorOf } from '@bulkhead/mail/journal/mailbox-name.ts'
import type { NotifyEvent } from '@bulkhead/wire/imap/notify-grammar.ts'
import { encodeUntagged, mailbox as mailboxText, string, untagged, untaggedOk } from '@bulkhead/wire/imap/response.ts'
import type { StatusItem } from '@bulkhead/wire/imap/list-grammar.ts'
import { listLines } from '../listing/list.ts'
import { statusText } from '../listing/status-text.ts'
import { selectedMailbox, speaksUtf8, tellsModSeq, type Session } from '../session.ts'
import { changesOf } from '../view.ts'
import { ownArrivals, ownEntries, ownNames, ownSubscriptions } from './deeds.ts'
import { eventsOf, type Notifying } from './watch.ts'

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

/** Mailboxes renamed since, those that went along with one above them left out (section 5.4). */
const renamed = ({ then, now }: Comparison): ReadonlyMap<string, string> => {
  const all = new Map<string, string>()
  for (const [id, { name }] of now.mailboxes) {
    const before = then.mailboxes.get(id)?.name
    if (before !== undefined && before !== name) all.set(name, before)
  }
  const wentAlong = (name: string, before: string): boolean => {
    const [above, aboveBefore] = [superiorOf(name), superiorOf(before)]
    return above !== undefined && aboveBefore !== undefined && all.get(above) === aboveBefore && name.slice(above.length) === before.slice(aboveBefore.length)
  }
  return new Map([...all].filter(([name, before]) => !wentAlong(name, before)))
}

/** Names to list, with the name before where it is another (null: the same). */
const namesToList = (comparison: Comparison): ReadonlyMap<string, string | null> => {
  const { notify, then, now } = comparison
  const asked = asking(comparison)
  const own = ownNames(notify.deeds)
  const names = new Map<string, string | null>()
  const came = [...now.mailboxes.values()].filter(({ id }) => !then.mailboxes.has(id))
  const went = [...then.mailboxes.values()].filter(({ id }) => !now.mailboxes.has(id))
  for (const mailbox of [...went, ...came]) {
    if (own.has(mailbox.name)) continue
    if (asked.of(mailbox).has('MailboxName')) names.set(mailbox.name, null)
    const above = superiorOf(mailbox.name)
    if (above !== undefined && !own.has(above) && asked.ofName(above).has('MailboxName')) names.set(above, null)
  }
  for (const [name, before] of renamed(comparison)) {
    if (own.has(name)) continue
    if (asked.ofName(name).has('MailboxName') || asked.ofName(before).has('MailboxName')) names.set(name, before)
  }
  if (then.subscriptions === now.subscriptions) return names
  const mine = ownSubscriptions(notify.deeds)
  for (const name of new Set([...then.subscriptions, ...now.subscriptions])) {
    if (then.subscriptions.has(name) === now.subscriptions.has(name) || mine.has(name) || names.has(name)) continue
    if (asked.ofName(name).has('SubscriptionChange')) names.set(name, null)
  }
  return names
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
  const { session, notify, then } = comparison
  const before = listThen(comparison, mailbox.id)
  const { messages, uidNext } = mailbox
  if (before === messages) return false
  const own = ownArrivals(notify.deeds, mailbox.id)
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
  for (const line of listLines(now, namesToList(comparison), utf8)) yield encodeUntagged(line)
  const server = changedEntries(then.annotations, now.annotations, ownEntries(notify.deeds, null))
  if (server.length > 0 && notify.others.some(({ events }) => events.has('ServerMetadataChange'))) yield metadataLine('""', server)
  const asked = asking(comparison)
  for (const [id, mailbox] of now.mailboxes) {
    const before = then.mailboxes.get(id)
    if (before === mailbox && notify.lagging?.mailbox !== id) continue
    const events = asked.of(mailbox)
    if (events.has('MailboxMetadataChange')) {
      const entries = changedEntries(before?.annotations ?? noEntries, mailbox.annotations, ownEntries(notify.deeds, id))
      if (entries.length > 0) yield metadataLine(mailboxText(mailbox.name, utf8), entries)
    }
    if (id !== session.selected?.mailbox && events.has('MessageNew') && hasNews(comparison, mailbox, events)) {
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
  if (isKnown && notify.deeds.length === 0) return { lines: [], session }
  const after: Notifying = { ...notify, told: now, lagging: lags, deeds: [] }
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
