/** Arguments of NOTIFY (RFC 5465 section 8). */
import { fetchAttribute, type FetchAttribute } from './fetch-grammar.ts'
import { mailboxName } from './mailbox-name.ts'
import { atom, bad, end, isAtEnd, keyword, list, need, peek, skipped, space, type Parser, type Scan } from './scan.ts'

/** Events there are to be told of, as BADEVENT lists them. */
export const notifyEvents = [
  'MessageNew', 'MessageExpunge', 'FlagChange', 'MailboxName', 'SubscriptionChange', 'MailboxMetadataChange', 'ServerMetadataChange',
] as const
export type NotifyEvent = (typeof notifyEvents)[number]

/** Events of messages, the only ones the selected mailbox is asked for. */
const messageEvents: ReadonlySet<string> = new Set(['MessageNew', 'MessageExpunge', 'FlagChange'])

export type MailboxFilter =
  | { readonly is: 'inboxes' | 'personal' | 'subscribed' }
  | { readonly is: 'subtree' | 'mailboxes'; readonly names: readonly string[] }

export type EventGroup = {
  /** Empty: NONE. */
  readonly events: ReadonlySet<NotifyEvent>
} & (
  | { readonly of: 'selected' | 'selected-delayed'; readonly fetches: readonly FetchAttribute[] }
  | { readonly of: 'others'; readonly filter: MailboxFilter }
)

export type NotifyArguments =
  | { readonly is: 'none' }
  | { readonly is: 'set'; readonly status: boolean; readonly groups: readonly EventGroup[] }
  /** Some event is unknown, and the whole command is refused for it (section 3.1). */
  | { readonly is: 'unknownEvent' }

const selectors = ['selected', 'selected-delayed'] as const
const namedFilters = ['subtree', 'mailboxes'] as const
const plainFilters = ['inboxes', 'personal', 'subscribed'] as const

/** `one-or-more-mailbox = mailbox / "(" mailbox *(SP mailbox) ")"` */
const mailboxes: Parser<readonly string[]> = (scan) => {
  if (peek(scan) !== 0x28) return [mailboxName(scan)]
  const names = list(mailboxName)(scan)
  return names.length > 0 ? names : bad('Missing mailbox')
}

type Selector = { readonly of: (typeof selectors)[number] } | { readonly of: 'others'; readonly filter: MailboxFilter }

/** `filter-mailboxes` */
const selector: Parser<Selector> = (scan) => {
  const word = atom(scan).toLowerCase()
  const selected = selectors.find((one) => one === word)
  if (selected !== undefined) return { of: selected }
  const plain = plainFilters.find((one) => one === word)
  if (plain !== undefined) return { of: 'others', filter: { is: plain } }
  const named = namedFilters.find((one) => one === word) ?? bad('Unknown choice of mailboxes')
  space(scan)
  return { of: 'others', filter: { is: named, names: mailboxes(scan) } }
}

interface Events {
  readonly known: Set<NotifyEvent>
  readonly fetches: readonly FetchAttribute[] | null
  readonly hasUnknown: boolean
}

/** `SP "(" fetch-att *(SP fetch-att) ")"`, where it follows. */
const fetchesAfter = (scan: Scan): readonly FetchAttribute[] | null => {
  if (scan.bytes[scan.at] !== 0x20 || scan.bytes[scan.at + 1] !== 0x28) return null
  space(scan)
  const attributes = list(fetchAttribute)(scan)
  return attributes.length > 0 ? attributes : bad('Missing FETCH attribute')
}

const eventsMax = 20

/** `events = "(" event *(SP event) ")" / "NONE"` */
const eventList: Parser<Events> = (scan) => {
  const known = new Set<NotifyEvent>()
  if (peek(scan) !== 0x28) {
    if (keyword(scan) !== 'NONE') bad('Missing events')
    return { known, fetches: null, hasUnknown: false }
  }
  let fetches: readonly FetchAttribute[] | null = null
  const all = list((inner) => {
    const word = atom(inner).toLowerCase()
    const event = notifyEvents.find((one) => one.toLowerCase() === word)
    if (event !== undefined) known.add(event)
    if (event === 'MessageNew') fetches = fetchesAfter(inner)
    return event
  }, eventsMax)(scan)
  if (all.length === 0) bad('Missing event')
  return { known, fetches, hasUnknown: all.includes(undefined) }
}

/** Section 5: what must be asked for together. */
const checked = ({ known, hasUnknown }: Events): void => {
  if (hasUnknown) return
  if (known.has('MessageNew') !== known.has('MessageExpunge')) bad('MessageNew and MessageExpunge go together')
  if (known.has('FlagChange') && !known.has('MessageNew')) bad('FlagChange needs MessageNew and MessageExpunge')
}

interface ReadGroup {
  readonly group: EventGroup
  readonly hasUnknown: boolean
}

/** `event-group = "(" filter-mailboxes SP events ")"` */
const eventGroup: Parser<ReadGroup> = (scan) => {
  need(scan, '(')
  const of = selector(scan)
  space(scan)
  const events = eventList(scan)
  need(scan, ')')
  checked(events)
  const { known, fetches, hasUnknown } = events
  if (of.of === 'others') {
    if (fetches !== null) bad('FETCH attributes are for the selected mailbox alone')
    return { group: { ...of, events: known }, hasUnknown }
  }
  if ([...known].some((event) => !messageEvents.has(event))) bad('The selected mailbox has events of messages alone')
  return { group: { ...of, events: known, fetches: fetches ?? [] }, hasUnknown }
}

const groupsMax = 100

/** `notify = "NOTIFY" SP ("SET" [SP "STATUS"] SP event-groups / "NONE")` */
export const notifyArguments: Parser<NotifyArguments> = (scan) => {
  const word = keyword(scan)
  if (word === 'NONE') return { is: 'none' }
  if (word !== 'SET') bad('Neither SET nor NONE')
  space(scan)
  const status = peek(scan) !== 0x28
  if (status) {
    if (keyword(scan) !== 'STATUS') bad('Missing event group')
    space(scan)
  }
  const read: ReadGroup[] = [eventGroup(scan)]
  while (skipped(scan, ' ')) {
    if (isAtEnd(scan)) break
    if (read.length >= groupsMax) bad('Too many event groups')
    read.push(eventGroup(scan))
  }
  end(scan)
  if (read.filter(({ group }) => group.of !== 'others').length > 1) bad('The selected mailbox is chosen twice')
  return read.some(({ hasUnknown }) => hasUnknown) ? { is: 'unknownEvent' } : { is: 'set', status, groups: read.map(({ group }) => group) }
}
