/**
 * How the result of a query changed since a state (RFC 8620 section 5.6): whatever may have left or moved is told as removed, and as added
 * where it is found now. Where the old result is still known, only what was in it is removed; else all that may have been. An Email that
 * did not change keeps its place among the others that did not, unless what is asked of it lies in its thread: then all Emails of
 * threads in which something changed count as changed.
 */
import type { MessageId, ModSeq } from '@bulkhead/base/ids.ts'
import { isImmutableFilter, looksAtThreads, type EmailFilter, type EmailSort } from '@bulkhead/wire/jmap/mail/email-filter.ts'
import { lowAt, modSeqAt } from '../journal/columns.ts'
import { deletedBit } from '../journal/keywords.ts'
import type { FoldedMailbox } from '../journal/mailbox-fold.ts'
import { touchedSince, type Since } from './changes.ts'
import type { Emails } from './emails.ts'
import { mailboxWanted } from './matching.ts'
import { foundBefore, placeIn, type EmailQuestion, type EmailsFound } from './query.ts'

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

/** Whether anything was expunged from a mailbox since, or hidden there for being \Deleted. */
const hasLost = (mailbox: FoldedMailbox, seq: number): boolean => {
  if (mailbox.vanishedSince(seq as ModSeq).length > 0) return true
  if (mailbox.deleted === 0) return false
  const { columns, count } = mailbox.messages
  for (let at = 0; at < count; at += 1) if ((lowAt(columns, at) & deletedBit) !== 0 && modSeqAt(columns, at) >= seq) return true
  return false
}

/** Whether an Email was in the old result, or may have been: what came since was not, nor what is not in a mailbox that nothing left. */
const wasPerhapsIn = (emails: Emails, question: EmailQuestion, since: Since, came: ReadonlySet<string>): ((id: string) => boolean) => {
  const old = foundBefore(emails.state, question, since.seq)
  if (old !== undefined) {
    const isIn = new Uint8Array(old.emails.bases.at(-1) ?? 0)
    for (const entry of old.entries) isIn[entry] = 1
    return (id) => old.emails.entriesOf(id as MessageId).some((entry) => isIn[entry] === 1)
  }
  const only = mailboxWanted(question.filter)
  const mailbox = emails.mailboxes.find(({ id }) => id === only)
  const leftNothing = mailbox !== undefined && !hasLost(mailbox, since.seq)
  return (id) => !came.has(id) && !(leftNothing && emails.placesOf(id as MessageId).every((place) => place.mailbox !== mailbox))
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
  const came = new Set(touched.changes.flatMap(({ kind, id }) => (kind === 'created' ? id : [])))
  return { removed: [...changed].filter(wasPerhapsIn(emails, question, since, came)), added }
}
