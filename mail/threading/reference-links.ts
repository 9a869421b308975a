/**
 * Who answers whom, by Message-ID and References: RFC 5256 section 3, REFERENCES, steps 1 to 3. Linear in the references but
 * where mail was made to be costly, which `stepsPerMessage` bounds.
 */
import { top } from './forest.ts'
import { stepItems, type Steps } from './steps.ts'
import type { ThreadColumns } from './thread-columns.ts'

/** Steps spent on finding loops, on average; beyond, a link that might close one is not made. */
const stepsPerMessage = 200

export interface Links {
  readonly count: number
  /** Parents of the places given, then of the groups: messages whose parent, the same one, is missing (`top`). */
  readonly parents: number[]
}

const none = -1

/** A node is an id, with or without its message, or a message without an id of its own. */
interface Nodes {
  readonly parents: number[]
  readonly childCounts: number[]
  /** Place of the message; `none`: it is missing. */
  readonly places: number[]
}

const newNode = ({ parents, childCounts, places }: Nodes): number => {
  parents.push(none)
  childCounts.push(0)
  return places.push(none) - 1
}

const setParent = ({ parents, childCounts }: Nodes, child: number, parent: number): void => {
  const before = parents[child] ?? none
  if (before !== none) childCounts[before] = (childCounts[before] ?? 0) - 1
  if (parent !== none) childCounts[parent] = (childCounts[parent] ?? 0) + 1
  parents[child] = parent
}

/** The nearest node above a missing message that is not missing, or the missing one on top. */
const anchors = ({ parents, places }: Nodes) => {
  const known = new Int32Array(parents.length).fill(none)
  return (missing: number): number => {
    const path: number[] = []
    let at = missing
    while (places[at] === none && parents[at] !== none && known[at] === none) {
      path.push(at)
      at = parents[at] ?? none
    }
    const anchor = known[at] === none ? at : (known[at] ?? none)
    for (const node of path) known[node] = anchor
    return anchor
  }
}

/** Step 3: missing messages go, but where one holds several threads together. */
const pruned = (nodes: Nodes, nodeOfPlace: readonly number[]): Links => {
  const count = nodeOfPlace.length
  const anchorOf = anchors(nodes)
  const above = nodeOfPlace.map((node) => {
    const parent = nodes.parents[node] ?? none
    return parent === none || nodes.places[parent] !== none ? parent : anchorOf(parent)
  })
  const held = new Map<number, number>()
  for (const node of above) if (node !== none && nodes.places[node] === none) held.set(node, (held.get(node) ?? 0) + 1)
  const groups = new Map([...held].filter(([, children]) => children > 1).map(([node], number) => [node, count + number]))
  const parents = above.map((node) => {
    const place = node === none ? none : (nodes.places[node] ?? none)
    return place === none ? (groups.get(node) ?? top) : place
  })
  for (const _ of groups) parents.push(top)
  return { count, parents }
}

export function* linksOf({ count, idMax, ids, starts, references }: ThreadColumns): Steps<Links> {
  const nodes: Nodes = { parents: [], childCounts: [], places: [] }
  const byId = new Int32Array(idMax + 1).fill(none)
  const nodeOfPlace: number[] = []
  let stepsLeft = 0

  const nodeOf = (id: number): number => {
    const known = byId[id] ?? none
    return known === none ? (byId[id] = newNode(nodes)) : known
  }
  /** An id is its first message's alone (step 1). */
  const ownNode = (id: number): number => {
    const node = id === 0 ? none : nodeOf(id)
    return node === none || nodes.places[node] !== none ? newNode(nodes) : node
  }
  const wouldLoop = (child: number, parent: number): boolean => {
    if (child === parent) return true
    if (nodes.childCounts[child] === 0) return false
    for (let at = parent; at !== none; at = nodes.parents[at] ?? none) {
      if (at === child || (stepsLeft -= 1) < 0) return true
    }
    return false
  }
  for (let place = 0; place < count; place += 1) {
    if (place % stepItems === 0) yield
    stepsLeft += stepsPerMessage
    const own = ownNode(ids[place] ?? 0)
    nodes.places[own] = nodeOfPlace.push(own) - 1
    let last = none
    for (let at = starts[place] ?? 0, end = starts[place + 1] ?? 0; at < end; at += 1) {
      const node = nodeOf(references[at] ?? 0)
      if (last !== none && nodes.parents[node] === none && !wouldLoop(node, last)) setParent(nodes, node, last)
      last = node
    }
    setParent(nodes, own, none)
    if (last !== none && !wouldLoop(own, last)) setParent(nodes, own, last)
  }
  return pruned(nodes, nodeOfPlace)
}
