/** Mailboxes that meet a filter, in an order (RFC 8621 section 2.3): there are few, so all are looked at. */
import { holds, type Comparator, type Filter } from '@bulkhead/wire/jmap/filter.ts'
import type { MailboxCondition, MailboxSort } from '@bulkhead/wire/jmap/mail/mailbox-filter.ts'
import { casemapKey } from '@bulkhead/wire/text/casemap.ts'
import { folded } from '@bulkhead/wire/text/folded.ts'
import type { JmapMailbox } from './mailboxes.ts'

export interface MailboxQuestion {
  readonly filter: Filter<MailboxCondition> | null
  readonly sort: readonly Comparator<MailboxSort>[]
  readonly sortAsTree: boolean
  readonly filterAsTree: boolean
}

const meets = ({ name, parentId, role, isSubscribed }: JmapMailbox, condition: MailboxCondition): boolean =>
  (condition.parentId === undefined || condition.parentId === parentId)
  && (condition.name === undefined || folded(name).includes(folded(condition.name)))
  && (condition.role === undefined || condition.role === role)
  && (condition.hasAnyRole === undefined || condition.hasAnyRole === (role !== null))
  && (condition.isSubscribed === undefined || condition.isSubscribed === isSubscribed)

type Key = string | number

const keyOf: Readonly<Record<MailboxSort, (mailbox: JmapMailbox) => Key>> = {
  sortOrder: ({ sortOrder }) => sortOrder,
  name: ({ name }) => casemapKey(name),
  parentId: ({ parentId }) => parentId ?? '',
}

const ascending = (property: MailboxSort): Comparator<MailboxSort> => ({ property, isAscending: true, collation: null, keyword: null })
const usual = [ascending('sortOrder'), ascending('name')]

type Compare = (one: JmapMailbox, other: JmapMailbox) => number

/** Those of the same keys stand in the order of their ids. */
const comparing = (sort: readonly Comparator<MailboxSort>[]): Compare => (one, other) => {
  for (const { property, isAscending } of sort) {
    const [left, right] = [keyOf[property](one), keyOf[property](other)]
    if (left !== right) return left < right === isAscending ? -1 : 1
  }
  return one.mailbox.id < other.mailbox.id ? -1 : 1
}

/** Below its parent each, whether that is in the result or not. */
const asTree = (all: readonly JmapMailbox[], compare: Compare): readonly JmapMailbox[] => {
  const below = new Map<string | null, JmapMailbox[]>()
  for (const one of all) below.set(one.parentId, [...(below.get(one.parentId) ?? []), one])
  const ordered: JmapMailbox[] = []
  const add = (parent: string | null): void => {
    for (const one of (below.get(parent) ?? []).toSorted(compare)) {
      ordered.push(one)
      add(one.mailbox.id)
    }
  }
  add(null)
  return ordered
}

export const findMailboxes = (all: readonly JmapMailbox[], { filter, sort, sortAsTree, filterAsTree }: MailboxQuestion): readonly JmapMailbox[] => {
  const compare = comparing(sort.length === 0 ? usual : sort)
  const ordered = sortAsTree ? asTree(all, compare) : all.toSorted(compare)
  const byId = new Map<string, JmapMailbox>(all.map((one) => [one.mailbox.id, one]))
  const isMet = new Map(all.map((one) => [one, holds(filter, (condition) => meets(one, condition))]))
  const isIn = (one: JmapMailbox | undefined): boolean =>
    one === undefined || (isMet.get(one) === true && (!filterAsTree || isIn(byId.get(one.parentId ?? ''))))
  return ordered.filter(isIn)
}
