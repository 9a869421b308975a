/** Threads as trees over the places of messages, `0` to `count - 1`. Numbers from `count` on are groups: roots without a message. */
export interface Forest {
  readonly count: number
  /** Threads in their order: places and groups. */
  readonly roots: Uint32Array
  /** In their order. */
  childrenOf(node: number): Uint32Array
}

/** No parent: the root of a thread. */
export const top = -1

/**
 * `parents`: of every place, then of every group, which has none; a group without children is left out. Siblings, and
 * threads, stand in the order of `order`, which names every place once; a group stands where its first child does.
 */
export const forestOf = (count: number, parents: readonly number[], order: Iterable<number>): Forest => {
  const starts = new Uint32Array(parents.length + 1)
  for (let place = 0; place < count; place += 1) {
    const parent = parents[place] ?? top
    if (parent !== top) starts[parent + 1] = (starts[parent + 1] ?? 0) + 1
  }
  for (let node = 0; node < parents.length; node += 1) starts[node + 1] = (starts[node + 1] ?? 0) + (starts[node] ?? 0)
  const children = new Uint32Array(starts[parents.length] ?? 0)
  const filled = starts.slice()
  const roots: number[] = []
  for (const place of order) {
    const parent = parents[place] ?? top
    if (parent === top) {
      roots.push(place)
      continue
    }
    const at = filled[parent] ?? 0
    if (parent >= count && at === starts[parent]) roots.push(parent)
    children[at] = place
    filled[parent] = at + 1
  }
  return { count, roots: Uint32Array.from(roots), childrenOf: (node) => children.subarray(starts[node], starts[node + 1]) }
}
