/** THREAD=REFS (draft-ietf-morg-inthread section 4): by references alone; a thread stands where its latest message came. */
import { forestOf, top, type Forest } from './forest.ts'
import { placesInOrder } from './places.ts'
import { linksOf } from './reference-links.ts'
import type { Steps } from './steps.ts'
import type { ThreadColumns } from './thread-columns.ts'

/** Every place behind its ancestors. */
const downwards = ({ count, roots, childrenOf }: Forest): readonly number[] => {
  const found = [...roots]
  for (let at = 0; at < found.length; at += 1) for (const child of childrenOf(found[at] ?? 0)) found.push(child)
  return found.filter((node) => node < count)
}

export function* refsForest(columns: ThreadColumns, arrivedMs: Float64Array): Steps<Forest> {
  const { count, parents } = yield* linksOf(columns)
  const arrivals = yield* placesInOrder(arrivedMs)
  /** Of a node: how late the latest message in its tree came. */
  const latest = new Float64Array(parents.length)
  for (const [rank, place] of arrivals.entries()) latest[place] = rank
  yield
  for (const place of downwards(forestOf(count, parents, arrivals)).toReversed()) {
    const parent = parents[place] ?? top
    if (parent !== top) latest[parent] = Math.max(latest[parent] ?? 0, latest[place] ?? 0)
  }
  const order = yield* placesInOrder(latest.subarray(0, count))
  const forest = forestOf(count, parents, order)
  return { ...forest, roots: forest.roots.toSorted((left, right) => (latest[left] ?? 0) - (latest[right] ?? 0)) }
}
