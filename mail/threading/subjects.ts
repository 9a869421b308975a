/** Threads by subject: step 5 of REFERENCES, and ORDEREDSUBJECT (RFC 5256 section 3). */
import { forestOf, top, type Forest } from './forest.ts'
import { placesInOrder } from './places.ts'
import { linksOf, type Links } from './reference-links.ts'
import type { Steps } from './steps.ts'
import type { ThreadColumns } from './thread-columns.ts'

type Subjects = Pick<ThreadColumns, 'subjects' | 'isReply'>


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
function* gather(links: Links, { subjects, isReply }: Subjects, order: Uint32Array): Steps<void> {
  const { count, parents } = links
  const isGroup = (root: number): boolean => root >= count
  const threads = [...threadsOf(links, order)].filter(([, first]) => subjects[first] !== 0)
  yield
  const table = new Map<number, number>()
  for (const [root, first] of threads) {
    const subject = subjects[first] ?? 0
    const known = table.get(subject)
    const isBetter = known === undefined || (!isGroup(known) && (isGroup(root) || (isReply[known] === 1 && isReply[root] === 0)))
    if (isBetter) table.set(subject, root)
  }
  yield
  const into = new Map<number, number>()
  for (const [root, first] of threads) {
    const subject = subjects[first] ?? 0
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
  yield
  if (into.size > 0) for (let place = 0; place < count; place += 1) parents[place] = into.get(parents[place] ?? top) ?? parents[place] ?? top
}

/** THREAD=REFERENCES. */
export function* referencesForest(columns: ThreadColumns): Steps<Forest> {
  const order = yield* placesInOrder(columns.sentMs)
  const links = yield* linksOf(columns)
  yield* gather(links, columns, order)
  yield
  return forestOf(links.count, links.parents, order)
}

/** THREAD=ORDEREDSUBJECT: the first of a subject, and the others below it. */
export function* orderedSubjectForest({ count, sentMs, subjects }: ThreadColumns): Steps<Forest> {
  const order = yield* placesInOrder(sentMs)
  const firsts = new Map<number, number>()
  const parents = new Array<number>(count).fill(top)
  for (const place of order) {
    const subject = subjects[place] ?? 0
    const first = firsts.get(subject)
    if (first === undefined) firsts.set(subject, place)
    else parents[place] = first
  }
  yield
  return forestOf(count, parents, order)
}
