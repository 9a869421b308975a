/** Emails in the order of a sort (RFC 8621 section 4.4.2). Equal ones stay as their entries stand. */
import type { SortKey } from '@bulkhead/wire/imap/sort-grammar.ts'
import type { Comparator } from '@bulkhead/wire/jmap/filter.ts'
import type { EmailSort } from '@bulkhead/wire/jmap/mail/email-filter.ts'
import { idBytes } from '../journal/columns.ts'
import { byNumber } from '../search/radix.ts'
import type { Ranks } from '../search/ranks.ts'
import type { SearchPorts } from '../search/ports.ts'
import { byRank, chosenRanks, ranksBy, type Sortable } from '../search/sort.ts'
import type { Emails } from './emails.ts'
import { flagOfKeyword } from './keywords.ts'
import { threadKeyword } from './thread-keywords.ts'

type Comparators = readonly Comparator<EmailSort>[]

const sortKeys = { from: 'DISPLAYFROM', to: 'DISPLAYTO', subject: 'SUBJECT', sentAt: 'DATE' } as const satisfies Partial<Record<EmailSort, SortKey>>
const isRead = (property: EmailSort): property is keyof typeof sortKeys => Object.hasOwn(sortKeys, property)

/** Whether messages' indexes have to be read for it. */
export const readsIndexes = (sort: Comparators): boolean => sort.some(({ property }) => isRead(property))

/** Runs of ascending entries that are in one mailbox: `from` up to `to`, and what to take off an entry for its position. */
const eachRun = (emails: Emails, entries: Uint32Array, take: (from: number, to: number, number: number, base: number) => void): void => {
  for (let from = 0; from < entries.length; ) {
    const number = emails.mailboxNumberOf(entries[from] ?? 0)
    const end = emails.bases[number + 1] ?? 0
    let to = from + 1
    while (to < entries.length && (entries[to] ?? 0) < end) to += 1
    take(from, to, number, emails.bases[number] ?? 0)
    from = to
  }
}

const numbersBy = (emails: Emails, entries: Uint32Array, property: 'receivedAt' | 'size'): Float64Array => {
  const keys = new Float64Array(entries.length)
  eachRun(emails, entries, (from, to, number, base) => {
    const { messages } = emails.mailboxes[number] ?? emails.state.inbox
    const column = property === 'size' ? messages.sizes : messages.internalDates
    for (let place = from; place < to; place += 1) keys[place] = Math.max(0, column[(entries[place] ?? 0) - base] ?? 0)
  })
  return keys
}

const sortableOf = (emails: Emails, entries: Uint32Array): Sortable => ({
  count: entries.length,
  ids() {
    const ids = new Uint8Array(entries.length * idBytes)
    eachRun(emails, entries, (from, to, number, base) => {
      const { columns } = (emails.mailboxes[number] ?? emails.state.inbox).messages
      for (let place = from; place < to; place += 1) {
        const at = (entries[place] ?? 0) - base
        ids.set(columns.ids.subarray(at * idBytes, (at + 1) * idBytes), place * idBytes)
      }
    })
    return ids
  },
  dateMs: (place) => emails.receivedMsOf(entries[place] ?? 0),
  sizeBytes: () => 0,
})

/** The one mailbox in which all entries are; undefined where they are in several, or there are none. */
const alone = (emails: Emails, entries: Uint32Array): number | undefined => {
  const [first] = entries
  const last = entries.at(-1)
  if (first === undefined || last === undefined) return undefined
  const number = emails.mailboxNumberOf(first)
  return emails.mailboxNumberOf(last) === number ? number : undefined
}

/** Of one mailbox the ranks are remembered as long as its messages are the same. Undefined where the client is gone. */
const readRanks = async (ports: SearchPorts, emails: Emails, entries: Uint32Array, key: SortKey): Promise<Ranks | undefined> => {
  const number = alone(emails, entries)
  const list = number === undefined ? undefined : emails.mailboxes[number]?.messages
  const base = emails.bases[number ?? 0] ?? 0
  const ranks = list === undefined
    ? await ranksBy(ports, sortableOf(emails, entries), [key])
    : await chosenRanks(ports, list, Array.from(entries, (entry) => entry - base), [key])
  return ranks?.[0]
}

const keywordRanks = (emails: Emails, entries: Uint32Array, { property, keyword }: Comparator<EmailSort>): Ranks => {
  const flag = flagOfKeyword(keyword ?? '')
  const ranks = new Uint32Array(entries.length)
  const marks = property === 'hasKeyword' ? undefined : threadKeyword(emails, flag)
  const which = property === 'allInThreadHaveKeyword' ? 'all' : 'some'
  for (let place = 0; place < entries.length; place += 1) {
    const entry = entries[place] ?? 0
    const holds = marks === undefined ? flag !== undefined && emails.hasFlag(entry, flag) : marks[which](emails.threadOf(entry))
    ranks[place] = holds ? 1 : 0
  }
  return ranks
}

const newestFirst: Comparator<EmailSort> = { property: 'receivedAt', isAscending: false, collation: null, keyword: null }

/** `entries`: ascending. */
export const inOrder = async (ports: SearchPorts, emails: Emails, entries: Uint32Array, sort: Comparators): Promise<Uint32Array> => {
  let order: Uint32Array = new Uint32Array(entries.length)
  for (let place = 0; place < order.length; place += 1) order[place] = place
  for (const comparator of (sort.length === 0 ? [newestFirst] : sort).toReversed()) {
    const { property, isAscending } = comparator
    if (property === 'receivedAt' || property === 'size') {
      order = byNumber(order, numbersBy(emails, entries, property), !isAscending)
    } else if (isRead(property)) {
      const ranks = await readRanks(ports, emails, entries, sortKeys[property])
      if (ranks !== undefined) order = byRank(order, ranks, !isAscending)
    } else order = byRank(order, keywordRanks(emails, entries, comparator), !isAscending)
  }
  const sorted = new Uint32Array(order.length)
  for (let place = 0; place < order.length; place += 1) sorted[place] = entries[order[place] ?? 0] ?? 0
  return sorted
}
