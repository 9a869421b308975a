/**
 * Which messages meet what a search reads of them: texts, header fields, attachments. That never changes, so it is remembered for the
 * last searches of an account, one byte a message, while the columns lie in their memory: the next window, or a message more, costs
 * what is new.
 */
import { isImmutableFilter, type EmailFilter } from '@bulkhead/wire/jmap/mail/email-filter.ts'
import type { KeywordTable } from '../journal/keywords.ts'
import { searchList } from '../search/search-list.ts'
import type { SearchPorts } from '../search/ports.ts'
import type { Emails } from './emails.ts'
import { matching } from './matching.ts'

const yes = 1
const no = 2

/** Searches remembered of one account. */
const searchesMax = 8

type Verdicts = WeakMap<ArrayBufferLike, Uint8Array>

const byAccount = new WeakMap<KeywordTable, Map<string, Verdicts>>()

const verdictsFor = (account: KeywordTable, name: string): Verdicts => {
  const searches = byAccount.get(account) ?? new Map<string, Verdicts>()
  byAccount.set(account, searches)
  const verdicts: Verdicts = searches.get(name) ?? new WeakMap()
  searches.delete(name)
  searches.set(name, verdicts)
  for (const oldest of searches.keys()) {
    if (searches.size <= searchesMax) break
    searches.delete(oldest)
  }
  return verdicts
}

/** JSON has no infinity. */
export const nameOf = (asked: unknown): string =>
  JSON.stringify(asked, (_, value: unknown) => (typeof value === 'number' && !Number.isFinite(value) ? String(value) : value))

/** The filter in two: what memory decides, and what is read and never changes. Undefined where one condition holds both. */
export interface SplitFilter {
  readonly memory: EmailFilter | null
  readonly read: EmailFilter | null
}

const readTerms = new Set(['hasAttachment', 'text', 'body', 'field'])

const reads = (filter: EmailFilter): boolean =>
  filter.is === 'condition' ? filter.condition.some(({ is }) => readTerms.has(is)) : filter.of.some(reads)

/** What has to hold all of it. */
const conjuncts = (filter: EmailFilter): readonly EmailFilter[] => {
  if (filter.is === 'condition') return filter.condition.map((term): EmailFilter => ({ is: 'condition', condition: [term] }))
  return filter.is === 'AND' ? filter.of.flatMap(conjuncts) : [filter]
}

const together = (filters: readonly EmailFilter[]): EmailFilter | null => (filters.length === 0 ? null : { is: 'AND', of: filters })

/** `within`: the one mailbox that is looked through, where it need not be asked for again. */
export const splitFilter = (filter: EmailFilter | null, within: string | null): SplitFilter | undefined => {
  const asked = filter === null ? [] : conjuncts(filter).filter((one) => {
    const [term] = one.is === 'condition' ? one.condition : []
    return !(term?.is === 'inMailbox' && term.mailbox === within)
  })
  const read = asked.filter(reads)
  return read.every(isImmutableFilter) ? { memory: together(asked.filter((one) => !reads(one))), read: together(read) } : undefined
}

export interface Judge {
  /** Those of `entries`, which come in any order, that meet it; in that order. */
  judged(entries: Uint32Array): Promise<Uint32Array>
  /** Whether any of them was looked at now: of the others it was known. */
  readonly hasRead: boolean
}

const roomFor = (verdicts: Verdicts, memory: ArrayBufferLike, count: number): Uint8Array => {
  const known = verdicts.get(memory)
  if (known !== undefined && known.length >= count) return known
  const larger = new Uint8Array(count)
  if (known !== undefined) larger.set(known)
  verdicts.set(memory, larger)
  return larger
}

export const judgeBy = (ports: SearchPorts, emails: Emails, read: EmailFilter): Judge => {
  const verdicts = verdictsFor(emails.state.inbox.messages.keywordTable, nameOf(read))
  const known = emails.mailboxes.map(({ messages }) => roomFor(verdicts, messages.columns.ids.buffer, messages.count))

  const learn = async (number: number, positions: readonly number[]): Promise<void> => {
    const list = (emails.mailboxes[number] ?? emails.state.inbox).messages
    const compiled = matching(read, emails, number)
    const meeting = compiled.is === 'memory' ? positions.filter(compiled.holds) : await searchList(ports, list, compiled.test, positions)
    const verdict = known[number]
    if (ports.gone.aborted || verdict === undefined) return
    for (const at of positions) verdict[at] = no
    for (const at of meeting) verdict[at] = yes
  }

  let hasRead = false
  return {
    get hasRead() {
      return hasRead
    },
    async judged(entries) {
      const unknown = new Map<number, number[]>()
      // Entries of one mailbox mostly come together.
      let [number, base, end] = [0, 0, 0]
      const placeOf = (entry: number): number => {
        if (entry < base || entry >= end) {
          number = emails.mailboxNumberOf(entry)
          base = emails.bases[number] ?? 0
          end = base + (emails.mailboxes[number]?.messages.count ?? 0)
        }
        return entry - base
      }
      for (const entry of entries) {
        const at = placeOf(entry)
        if (known[number]?.[at] !== 0) continue
        const positions = unknown.get(number)
        if (positions === undefined) unknown.set(number, [at])
        else positions.push(at)
      }
      hasRead ||= unknown.size > 0
      for (const [mailbox, positions] of unknown) await learn(mailbox, positions.sort((one, other) => one - other))
      return entries.filter((entry) => {
        const at = placeOf(entry)
        return known[number]?.[at] === yes
      })
    },
  }
}
