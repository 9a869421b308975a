/** Headings of days in the list, as far as its rows are known. */
import type { Heading } from '../../kit/virtual-rows.ts'
import { knownRow } from '../store/emails.ts'
import type { Sparse } from '../store/sparse.ts'
import { dateGroup, type DateGroup } from './dates.ts'
import { words } from './words.ts'

const labelOf = (group: DateGroup): string => {
  const text = words()
  return group.is === 'month' ? text.month(group.year, group.month, group.sameYear) : text[group.is]
}

/** More than these do not help to find a day. */
const headingsMax = 40

/** A heading stands where two neighbours that are known are of different groups, and before the first. */
export const headingsOf = (ids: Sparse, now: Date): readonly Heading[] => {
  const found: Heading[] = []
  let last: string | undefined
  ids.forEach((id, at) => {
    const row = id === undefined ? undefined : knownRow(id)
    if (row === undefined) return
    const label = labelOf(dateGroup(new Date(row.receivedAt), now))
    if (label !== last && found.length < headingsMax && !found.some((heading) => heading.label === label)) found.push({ at, label })
    last = label
  })
  return found
}
