/**
 * How the result of a query changed since a state (RFC 8620 section 5.6), without knowing the old result: whatever may have left or moved
 * is told as removed, and as added where it is found now. An Email that did not change keeps its place among the others that did
 * not, unless what is asked of it lies in its thread: then all Emails of threads in which something changed count as changed.
 */
import type { MessageId } from '@bulkhead/base/ids.ts'
import { isImmutableFilter, looksAtThreads, type EmailFilter, type EmailSort } from '@bulkhead/wire/jmap/mail/email-filter.ts'
import { touchedSince, type Since } from './changes.ts'
import { placeIn, type EmailQuestion, type EmailsFound } from './query.ts'

export interface ChangedResult {
  readonly removed: readonly string[]
  /** By ascending index. */
  readonly added: readonly { readonly id: string; readonly index: number }[]
}

const threadSorts: readonly EmailSort[] = ['allInThreadHaveKeyword', 'someInThreadHaveKeyword']
const mutableSorts: readonly EmailSort[] = ['hasKeyword', ...threadSorts]

const dependsOnThreads = ({ filter, sort, collapseThreads }: EmailQuestion): boolean =>
  collapseThreads || looksAtThreads(filter) || sort.some(({ property }) => threadSorts.includes(property))

/** Where what a client has seen ends, it need not hear of what comes behind, as long as nothing can have moved there (`upToId`). */
const lastIndexOf = (found: EmailsFound, filter: EmailFilter | null, { sort, collapseThreads }: EmailQuestion, upTo: MessageId | null): number => {
  const isFixed = isImmutableFilter(filter) && !collapseThreads && !sort.some(({ property }) => mutableSorts.includes(property))
  const at = upTo === null || !isFixed ? -1 : placeIn(found, upTo)
  return at < 0 ? Number.POSITIVE_INFINITY : at
}

/** Undefined where the state is too long ago. */
export const changedResult = (found: EmailsFound, question: EmailQuestion, since: Since, upTo: MessageId | null): ChangedResult | undefined => {
  const { emails, entries } = found
  const touched = touchedSince(emails, since)
  if (touched === undefined) return undefined
  const changed = new Set(touched.changes.map(({ id }) => id))
  if (dependsOnThreads(question)) {
    for (const members of emails.emailsOfThreads(touched.threads).values()) for (const entry of members) changed.add(emails.idOf(entry))
  }
  if (changed.size === 0) return { removed: [], added: [] }
  const isChanged = new Set([...changed].flatMap((id) => emails.entriesOf(id as MessageId)))
  const last = lastIndexOf(found, question.filter, question, upTo)
  const added: { id: string; index: number }[] = []
  for (let index = 0; index < entries.length && index <= last; index += 1) {
    const entry = entries[index] ?? 0
    if (isChanged.has(entry)) added.push({ id: emails.idOf(entry), index })
  }
  return { removed: [...changed], added }
}
