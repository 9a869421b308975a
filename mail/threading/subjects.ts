/** Threads by subject: step 5 of REFERENCES, and ORDEREDSUBJECT (RFC 5256 section 3). */
import { forestOf, placesBy, top, type Forest } from './forest.ts'
import type { Links } from './reference-links.ts'

/** Columns over the places. */
export interface Subjects {
  /** Sent date, or the date of arrival where there is none (RFC 5256 section 2.2). */
  readonly sentMs: Float64Array
  /** Collation keys. */
  readonly baseSubjects: readonly string[]
  /** 1: the subject says that it is a reply or a forward. */
  readonly isReply: Uint8Array
}

/** Threads with the message that stands first in each, in order. */
function* threadsOf({ count, parents }: Links, order: Uint32Array): Generator<readonly [root: number, first: number]> {
  const seen = new Set<number>()
  for (const place of order) {
    const parent = parents[place] ?? top
    if (parent === top) yield [place, place]
    else if (parent >= count && !seen.has(parent)) {
      seen.add(parent)
      yield [parent, place]
    }
  }
}

/** Joins threads of one subject: changes the parents. */
const gather = (links: Links, { baseSubjects, isReply }: Subjects, order: Uint32Array): void => {
  const { count, parents } = links
  const isGroup = (root: number): boolean => root >= count
  const threads = [...threadsOf(links, order)].filter(([, first]) => baseSubjects[first] !== '')
  const table = new Map<string, number>()
  for (const [root, first] of threads) {
    const subject = baseSubjects[first] ?? ''
    const known = table.get(subject)
    const isBetter = known === undefined || (!isGroup(known) && (isGroup(root) || (isReply[known] === 1 && isReply[root] === 0)))
    if (isBetter) table.set(subject, root)
  }
  const into = new Map<number, number>()
  for (const [root, first] of threads) {
    const subject = baseSubjects[first] ?? ''
    const known = table.get(subject) ?? root
    if (known === root) continue
    if (isGroup(root)) into.set(root, known)
    else if (isGroup(known) || (isReply[root] === 1 && isReply[known] === 0)) parents[root] = known
    else {
      const group = parents.push(top) - 1
      parents[root] = group
      parents[known] = group
      table.set(subject, group)
    }
  }
  if (into.size > 0) for (let place = 0; place < count; place += 1) parents[place] = into.get(parents[place] ?? top) ?? parents[place] ?? top
}

/** THREAD=REFERENCES. */
export const referencesForest = (links: Links, subjects: Subjects): Forest => {
  const order = placesBy(subjects.sentMs)
  const joined: Links = { count: links.count, parents: [...links.parents] }
  gather(joined, subjects, order)
  return forestOf(joined.count, joined.parents, order)
}

/** THREAD=ORDEREDSUBJECT: the first of a subject, and the others below it. */
export const orderedSubjectForest = ({ sentMs, baseSubjects }: Subjects): Forest => {
  const order = placesBy(sentMs)
  const firsts = new Map<string, number>()
  const parents = new Array<number>(order.length).fill(top)
  for (const place of order) {
    const subject = baseSubjects[place] ?? ''
    const first = firsts.get(subject)
    if (first === undefined) firsts.set(subject, place)
    else parents[place] = first
  }
  return forestOf(order.length, parents, order)
}
