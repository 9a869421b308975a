/**
 * The whole result of an Email/query (RFC 8621 section 4.4) as entries in their order. What memory decides takes a pass over the
 * columns; texts are searched as IMAP searches them. The last results of an account are kept as long as nothing changes, for the
 * windows that a client asks for one after the other.
 */
import type { MessageId } from '@bulkhead/base/ids.ts'
import type { Comparator } from '@bulkhead/wire/jmap/filter.ts'
import type { EmailFilter, EmailSort } from '@bulkhead/wire/jmap/mail/email-filter.ts'
import type { SortKey } from '@bulkhead/wire/imap/sort-grammar.ts'
import { idBytes, lowAt } from '../journal/columns.ts'
import type { FoldedAccount } from '../journal/fold.ts'
import { deletedBit, type KeywordTable } from '../journal/keywords.ts'
import { byNumber } from '../search/radix.ts'
import type { Ranks } from '../search/ranks.ts'
import { searchList, type SearchPorts } from '../search/search-list.ts'
import { byRank, chosenRanks, ranksBy, type Sortable } from '../search/sort.ts'
import { takingTurns } from '../search/turn.ts'
import { emailsIn, type Emails } from './emails.ts'
import { flagOfKeyword } from './keywords.ts'
import { mailboxWanted, matching } from './matching.ts'
import { threadKeyword } from './thread-keywords.ts'

export interface EmailQuestion {
  readonly filter: EmailFilter | null
  readonly sort: readonly Comparator<EmailSort>[]
  readonly collapseThreads: boolean
}

export interface EmailsFound {
  readonly emails: Emails
  /** In order; one for each Email, of each thread the first where they are collapsed. */
  readonly entries: Uint32Array
}

/** Mailboxes that are looked through: the one the filter names, or all. */
const scopeOf = (emails: Emails, filter: EmailFilter | null): readonly number[] => {
  const wanted = mailboxWanted(filter)
  const all = [...emails.mailboxes.keys()]
  return wanted === null ? all : all.filter((number) => emails.mailboxes[number]?.id === wanted)
}

/** Whether an entry stands for its Email among the mailboxes looked through: of one mailbox the first there, else the first of all. */
const standing = (emails: Emails, number: number, isAlone: boolean): ((at: number) => boolean) => {
  const { copies } = emails
  const base = emails.bases[number] ?? 0
  const columns = emails.mailboxes[number]?.messages.columns ?? emails.state.inbox.messages.columns
  const isVisible = (at: number): boolean => (lowAt(columns, at) & deletedBit) === 0
  if (copies.size === 0) return isVisible
  return (at) => {
    const entries = isVisible(at) ? copies.get(base + at) : []
    if (entries === undefined) return true
    return (isAlone ? entries.find((entry) => entry >= base) : entries[0]) === base + at
  }
}

/** Messages that are looked at before the clock is. */
const messagesPerLook = 4_096

function* standingPositions(count: number, stands: (at: number) => boolean): Generator<number, void, void> {
  for (let at = 0; at < count; at += 1) if (stands(at)) yield at
}

/** Entries that match, ascending. */
const matches = async (ports: SearchPorts, emails: Emails, filter: EmailFilter | null): Promise<Uint32Array> => {
  const scope = scopeOf(emails, filter)
  const room = new Uint32Array(scope.reduce((sum, number) => sum + (emails.mailboxes[number]?.messages.count ?? 0), 0))
  let found = 0
  const turn = takingTurns()
  for (const number of scope) {
    const list = emails.mailboxes[number]?.messages
    if (list === undefined || list.count === 0 || ports.gone.aborted) continue
    const base = emails.bases[number] ?? 0
    const stands = standing(emails, number, scope.length === 1)
    const compiled = matching(filter, emails, number)
    if (compiled.is === 'read') {
      for (const at of await searchList(ports, list, compiled.test, standingPositions(list.count, stands))) room[found++] = base + at
      continue
    }
    for (let at = 0; at < list.count; at += 1) {
      if (stands(at) && compiled.holds(at)) room[found++] = base + at
      if (at % messagesPerLook === messagesPerLook - 1) await turn()
    }
  }
  return room.subarray(0, found)
}

/** Places in one mailbox, where all entries are in one. */
const alone = (emails: Emails, entries: Uint32Array): number | undefined => {
  const [first] = entries
  const last = entries.at(-1)
  if (first === undefined || last === undefined) return undefined
  const number = emails.mailboxNumberOf(first)
  return emails.mailboxNumberOf(last) === number ? number : undefined
}

const eachPlace = (emails: Emails, entries: Uint32Array, take: (place: number, number: number, at: number) => void): void => {
  let number = 0
  for (let place = 0; place < entries.length; place += 1) {
    const entry = entries[place] ?? 0
    while (entry >= (emails.bases[number + 1] ?? 0)) number += 1
    take(place, number, entry - (emails.bases[number] ?? 0))
  }
}

const numbersBy = (emails: Emails, entries: Uint32Array, property: 'receivedAt' | 'size'): Float64Array => {
  const keys = new Float64Array(entries.length)
  eachPlace(emails, entries, (place, number, at) => {
    const list = emails.mailboxes[number]?.messages
    keys[place] = Math.max(0, (property === 'size' ? list?.sizes[at] : list?.internalDates[at]) ?? 0)
  })
  return keys
}

const sortableOf = (emails: Emails, entries: Uint32Array): Sortable => ({
  count: entries.length,
  ids() {
    const ids = new Uint8Array(entries.length * idBytes)
    eachPlace(emails, entries, (place, number, at) => {
      const columns = emails.mailboxes[number]?.messages.columns
      if (columns !== undefined) ids.set(columns.ids.subarray(at * idBytes, (at + 1) * idBytes), place * idBytes)
    })
    return ids
  },
  dateMs: (place) => emails.receivedMsOf(entries[place] ?? 0),
  sizeBytes: () => 0,
})

const sortKeys = { from: 'DISPLAYFROM', to: 'DISPLAYTO', subject: 'SUBJECT', sentAt: 'DATE' } as const satisfies Partial<Record<EmailSort, SortKey>>

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
  if (property === 'hasKeyword') return Uint32Array.from(entries, (entry) => (flag !== undefined && emails.hasFlag(entry, flag) ? 1 : 0))
  const marks = threadKeyword(emails, flag)
  const which = property === 'allInThreadHaveKeyword' ? 'all' : 'some'
  return Uint32Array.from(entries, (entry) => (marks[which](emails.threadOf(entry)) ? 1 : 0))
}

const newestFirst: Comparator<EmailSort> = { property: 'receivedAt', isAscending: false, collation: null, keyword: null }

const sorted = async (ports: SearchPorts, emails: Emails, entries: Uint32Array, sort: readonly Comparator<EmailSort>[]): Promise<Uint32Array> => {
  let order: Uint32Array = Uint32Array.from(entries, (_, place) => place)
  for (const comparator of (sort.length === 0 ? [newestFirst] : sort).toReversed()) {
    const { property, isAscending } = comparator
    if (property === 'receivedAt' || property === 'size') {
      order = byNumber(order, numbersBy(emails, entries, property), !isAscending)
    } else if (property === 'from' || property === 'to' || property === 'subject' || property === 'sentAt') {
      const ranks = await readRanks(ports, emails, entries, sortKeys[property])
      if (ranks !== undefined) order = byRank(order, ranks, !isAscending)
    } else order = byRank(order, keywordRanks(emails, entries, comparator), !isAscending)
  }
  return order.map((place) => entries[place] ?? 0)
}

/** Of each thread the first. */
const collapsed = (emails: Emails, entries: Uint32Array): Uint32Array => {
  const met = new Uint8Array(emails.threadNumbers.count + 1)
  return entries.filter((entry) => {
    const thread = emails.threadOf(entry)
    if (met[thread] === 1) return false
    met[thread] = 1
    return true
  })
}

/** Results kept of one account, and the entries of the largest that is. */
const keptMax = 8
const keptEntriesMax = 250_000

const keptByAccount = new WeakMap<KeywordTable, { state: FoldedAccount; results: Map<string, EmailsFound> }>()

/** What was found in this very state. */
const keptFor = (state: FoldedAccount): Map<string, EmailsFound> => {
  const account = state.inbox.messages.keywordTable
  const known = keptByAccount.get(account)
  if (known?.state === state) return known.results
  const results = new Map<string, EmailsFound>()
  keptByAccount.set(account, { state, results })
  return results
}

/** JSON has no infinity. */
const nameOf = (question: EmailQuestion): string =>
  JSON.stringify(question, (_, value: unknown) => (typeof value === 'number' && !Number.isFinite(value) ? String(value) : value))

export const findEmails = async (ports: SearchPorts, state: FoldedAccount, { filter, sort, collapseThreads }: EmailQuestion): Promise<EmailsFound> => {
  const kept = keptFor(state)
  const name = nameOf({ filter, sort, collapseThreads })
  const known = kept.get(name)
  if (known !== undefined) return known
  const emails = emailsIn(state)
  const order = await sorted(ports, emails, await matches(ports, emails, filter), sort)
  const found = { emails, entries: collapseThreads ? collapsed(emails, order) : order }
  if (ports.gone.aborted || found.entries.length > keptEntriesMax) return found
  for (const oldest of kept.keys()) {
    if (kept.size < keptMax) break
    kept.delete(oldest)
  }
  kept.set(name, found)
  return found
}

/** Place of an Email in a result, or -1. */
export const placeIn = ({ emails, entries }: EmailsFound, message: MessageId): number => {
  const wanted = new Set(emails.entriesOf(message))
  return wanted.size === 0 ? -1 : entries.findIndex((entry) => wanted.has(entry))
}
