/**
 * The result of an Email/query (RFC 8621 section 4.4) as entries in their order: what memory decides takes a pass over the columns, what is
 * read is read in the order of the result, and no further than was asked for. The last results of an account are kept as long as nothing
 * changes, for the windows that a client asks for one after the other.
 */
import type { MessageId } from '@bulkhead/base/ids.ts'
import type { Comparator } from '@bulkhead/wire/jmap/filter.ts'
import type { EmailFilter, EmailSort } from '@bulkhead/wire/jmap/mail/email-filter.ts'
import { lowAt } from '../journal/columns.ts'
import type { FoldedAccount } from '../journal/fold.ts'
import { deletedBit, type KeywordTable } from '../journal/keywords.ts'
import { searchList } from '../search/search-list.ts'
import type { SearchPorts } from '../search/ports.ts'
import { takingTurns } from '../search/turn.ts'
import { emailsIn, type Emails } from './emails.ts'
import { mailboxWanted, matching } from './matching.ts'
import { inOrder, readsIndexes } from './order.ts'
import { judgeBy, nameOf, splitFilter, type SplitFilter } from './verdicts.ts'

export interface EmailQuestion {
  readonly filter: EmailFilter | null
  readonly sort: readonly Comparator<EmailSort>[]
  readonly collapseThreads: boolean
}

export interface EmailsFound {
  readonly emails: Emails
  /** In order; one for each Email, of each thread the first where they are collapsed. */
  readonly entries: Uint32Array
  /** Nothing comes behind them. */
  readonly isWhole: boolean
}

/** Mailboxes that are looked through: the one the filter names, or all. */
interface Scope {
  readonly numbers: readonly number[]
  readonly only: string | null
}

const scopeOf = (emails: Emails, filter: EmailFilter | null): Scope => {
  const only = mailboxWanted(filter)
  const numbers = [...emails.mailboxes.keys()]
  return { only, numbers: only === null ? numbers : numbers.filter((number) => emails.mailboxes[number]?.id === only) }
}

/** Whether an entry stands for its Email among the mailboxes looked through: of one mailbox the first there, else the first of all. */
const standing = (emails: Emails, number: number, isAlone: boolean): ((at: number) => boolean) => {
  const { copies } = emails
  const base = emails.bases[number] ?? 0
  const { columns } = (emails.mailboxes[number] ?? emails.state.inbox).messages
  const isVisible = (at: number): boolean => (lowAt(columns, at) & deletedBit) === 0
  if (copies.size === 0) return isVisible
  return (at) => {
    const entries = isVisible(at) ? copies.get(base + at) : []
    if (entries === undefined) return true
    return (isAlone ? entries.find((entry) => entry >= base) : entries[0]) === base + at
  }
}

/** Messages that are looked at before the clock is. */
const messagesPerLook = 16_384

function* positionsThat(count: number, stands: (at: number) => boolean): Generator<number, void, void> {
  for (let at = 0; at < count; at += 1) if (stands(at)) yield at
}

/** Entries that meet a filter, ascending. */
const meeting = async (ports: SearchPorts, emails: Emails, { numbers, only }: Scope, filter: EmailFilter | null): Promise<Uint32Array> => {
  const room = new Uint32Array(numbers.reduce((sum, number) => sum + (emails.mailboxes[number]?.messages.count ?? 0), 0))
  let found = 0
  const turn = takingTurns()
  for (const number of numbers) {
    const { messages, deleted } = emails.mailboxes[number] ?? emails.state.inbox
    const base = emails.bases[number] ?? 0
    const compiled = matching(filter, emails, number)
    const always = compiled.is === 'memory' ? compiled.always : undefined
    if (always === false) continue
    if (always === true && deleted === 0 && emails.copies.size === 0) {
      for (let at = 0; at < messages.count; at += 1) room[found++] = base + at
      continue
    }
    const stands = standing(emails, number, only !== null)
    if (compiled.is === 'read') {
      for (const at of await searchList(ports, messages, compiled.test, positionsThat(messages.count, stands))) room[found++] = base + at
      continue
    }
    for (let at = 0; at < messages.count; at += 1) {
      if (stands(at) && compiled.holds(at)) room[found++] = base + at
      if (at % messagesPerLook === messagesPerLook - 1) await turn()
    }
  }
  return room.subarray(0, found)
}

/** Keeps the first of each thread, over several calls. */
const collapsing = (emails: Emails): ((entries: Uint32Array) => Uint32Array) => {
  const met = new Uint8Array(emails.threadNumbers.count + 1)
  let [base, end] = [0, 0]
  let threads = emails.threadsIn(0)
  return (entries) => {
    const kept = new Uint32Array(entries.length)
    let count = 0
    for (let place = 0; place < entries.length; place += 1) {
      const entry = entries[place] ?? 0
      if (entry < base || entry >= end) {
        const number = emails.mailboxNumberOf(entry)
        threads = emails.threadsIn(number)
        base = emails.bases[number] ?? 0
        end = emails.bases[number + 1] ?? 0
      }
      const thread = threads[entry - base] ?? 0
      if (met[thread] === 1) continue
      met[thread] = 1
      kept[count++] = entry
    }
    return kept.subarray(0, count)
  }
}

const same = (entries: Uint32Array): Uint32Array => entries

const joined = (parts: readonly Uint32Array[]): Uint32Array => {
  const whole = new Uint32Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

/** Messages read before it is seen whether they are enough; twice as many each time, as long as that does not take long. */
const readFirst = 64
const readMost = 16_384
const readLongMs = 150

const readNext = (size: number, tookMs: number): number =>
  tookMs > readLongMs ? Math.max(readFirst, size >> 1) : Math.min(2 * size, readMost)

interface Search {
  readonly emails: Emails
  readonly scope: Scope
  readonly question: EmailQuestion
  readonly split: SplitFilter
}

/** How far a search goes. */
export interface QueryReach {
  /** The first of the result that have to be known, where there are so many. */
  readonly wanted: number
  /** Asked between messages that are read: whoever asked has waited for long enough, and is told the `found` ones so far. */
  readonly isOver: (found: number) => boolean
}

const allTheWay: QueryReach = { wanted: Number.POSITIVE_INFINITY, isOver: () => false }

/** Results kept of one account, and entries in all of them together. */
const keptMax = 16
const keptEntriesMax = 500_000

interface Ordered {
  readonly name: string
  readonly order: Uint32Array
}

/** Of an account the last: a search goes through it word after word, and again where it goes on. */
const orderedByAccount = new WeakMap<KeywordTable, Ordered>()

/** What memory decides, in the order of the result. */
const ordered = async (ports: SearchPorts, { emails, scope, question: { sort }, split: { memory } }: Search): Promise<Uint32Array> => {
  const account = emails.state.inbox.messages.keywordTable
  const name = `${emails.state.seq} ${nameOf({ only: scope.only, memory, sort })}`
  const known = orderedByAccount.get(account)
  if (known?.name === name) return known.order
  const order = await inOrder(ports, emails, await meeting(ports, emails, scope, memory), sort)
  if (!ports.gone.aborted && order.length <= keptEntriesMax) orderedByAccount.set(account, { name, order })
  return order
}

/** What is read comes in the order of the result, as far as it has to. */
const streamed = async (ports: SearchPorts, search: Search, { wanted, isOver }: QueryReach): Promise<EmailsFound> => {
  const { emails, question, split } = search
  const order = await ordered(ports, search)
  const collapse = question.collapseThreads ? collapsing(emails) : same
  if (split.read === null) return { emails, entries: collapse(order), isWhole: true }
  const judge = judgeBy(ports, emails, split.read)
  const parts: Uint32Array[] = []
  let [count, next] = [0, 0]
  for (let size = readFirst; next < order.length && count < wanted && !ports.gone.aborted; ) {
    const began = performance.now()
    const part = collapse(await judge.judged(order.subarray(next, next + size)))
    parts.push(part)
    count += part.length
    next += size
    size = readNext(size, performance.now() - began)
    // Each time it is asked it comes further.
    if (judge.hasRead && isOver(count)) break
  }
  return { emails, entries: joined(parts), isWhole: next >= order.length }
}

/** All of it at once: where what is read decides the order too, or hangs together with what may change. */
const atOnce = async (ports: SearchPorts, { emails, scope, question }: Omit<Search, 'split'>, split: SplitFilter | undefined): Promise<EmailsFound> => {
  const met = await meeting(ports, emails, scope, split === undefined ? question.filter : split.memory)
  const read = split?.read ?? null
  const judged = read === null ? met : await judgeBy(ports, emails, read).judged(met)
  const order = await inOrder(ports, emails, judged, question.sort)
  return { emails, entries: question.collapseThreads ? collapsing(emails)(order) : order, isWhole: true }
}

/** Of the last states: the windows of one are asked for one after the other, and what changed since another is told best from it. */
const keptByAccount = new WeakMap<KeywordTable, Map<string, EmailsFound>>()

const keptOf = (state: FoldedAccount): Map<string, EmailsFound> => {
  const account = state.inbox.messages.keywordTable
  const known = keptByAccount.get(account) ?? new Map<string, EmailsFound>()
  keptByAccount.set(account, known)
  return known
}

const keptName = (question: EmailQuestion, seq: number): string => `${seq} ${nameOf(question)}`

const keep = (state: FoldedAccount, name: string, found: EmailsFound): void => {
  const kept = keptOf(state)
  kept.delete(name)
  kept.set(name, found)
  let entries = kept.values().reduce((sum, one) => sum + one.entries.length, 0)
  for (const [oldest, one] of kept) {
    if (kept.size <= keptMax && entries <= keptEntriesMax) break
    entries -= one.entries.length
    kept.delete(oldest)
  }
}

/** The whole result as it was in an earlier state of the account, where that is still known. */
export const foundBefore = (state: FoldedAccount, question: EmailQuestion, seq: number): EmailsFound | undefined => {
  const known = keptOf(state).get(keptName(question, seq))
  return known?.isWhole === true ? known : undefined
}

/** At least the first that are wanted, where there are so many and the time was enough: what was read until then is remembered. */
export const findEmails = async (
  ports: SearchPorts, state: FoldedAccount, question: EmailQuestion, reach: QueryReach = allTheWay,
): Promise<EmailsFound> => {
  const name = keptName(question, state.seq)
  const known = keptOf(state).get(name)
  if (known !== undefined && (known.isWhole || known.entries.length >= reach.wanted)) return known
  const emails = emailsIn(state)
  const scope = scopeOf(emails, question.filter)
  const split = splitFilter(question.filter, scope.only)
  const search = { emails, scope, question }
  const found = split === undefined || (split.read !== null && readsIndexes(question.sort))
    ? await atOnce(ports, search, split)
    : await streamed(ports, { ...search, split }, reach)
  if (!ports.gone.aborted) keep(state, name, found)
  return found
}

/** Place of an Email in a result, or -1. */
export const placeIn = ({ emails, entries }: EmailsFound, message: MessageId): number => {
  const wanted = new Set(emails.entriesOf(message))
  return wanted.size === 0 ? -1 : entries.findIndex((entry) => wanted.has(entry))
}
