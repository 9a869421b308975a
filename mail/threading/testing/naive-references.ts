/** THREAD=REFERENCES as RFC 5256 section 3 tells it, step by step, on objects: what the quick one must equal. */
import type { Threadable } from '../thread-columns.ts'

export type Plain = Threadable & { readonly sentMs: number }

export interface Tree {
  /** Null: a dummy. */
  readonly place: number | null
  readonly children: readonly Tree[]
}

interface Node {
  place: number | null
  parent: Node | null
  children: Node[]
}

const newNode = (place: number | null): Node => ({ place, parent: null, children: [] })

const isAbove = (node: Node, of: Node | null): boolean => of !== null && (of === node || isAbove(node, of.parent))

const setParent = (child: Node, parent: Node | null): void => {
  if (child.parent !== null) child.parent.children = child.parent.children.filter((one) => one !== child)
  child.parent = parent
  parent?.children.push(child)
}

/** Steps 1 and 2. */
const linked = (messages: readonly Plain[]): Node => {
  const byId = new Map<string, Node>()
  const own = messages.map(({ messageId }, place) => {
    const isFirst = messageId !== '' && messages.findIndex((other) => other.messageId === messageId) === place
    const node = newNode(place)
    if (isFirst) byId.set(messageId, node)
    return node
  })
  const nodeOf = (id: string): Node => {
    const node = byId.get(id) ?? newNode(null)
    byId.set(id, node)
    return node
  }
  for (const [place, { references }] of messages.entries()) {
    const chain = references.map(nodeOf)
    for (const [at, node] of chain.entries()) {
      const parent = chain[at - 1]
      if (parent !== undefined && node.parent === null && !isAbove(node, parent)) setParent(node, parent)
    }
    const node = own[place] ?? newNode(null)
    const last = chain.at(-1) ?? null
    setParent(node, null)
    if (last !== null && !isAbove(node, last)) setParent(node, last)
  }
  const root = newNode(null)
  for (const node of new Set([...own, ...byId.values()])) if (node.parent === null) setParent(node, root)
  return root
}

/** Step 3, from below. */
const prune = (node: Node, root: Node): void => {
  for (const child of node.children) prune(child, root)
  if (node === root || node.place !== null) return
  const above = node.parent ?? root
  if (above === root && node.children.length > 1) return
  for (const child of node.children) setParent(child, above)
  setParent(node, null)
}

const sortBelow = (node: Node, messages: readonly Plain[]): void => {
  for (const child of node.children) sortBelow(child, messages)
  const placeOf = ({ place, children }: Node): number => place ?? children[0]?.place ?? -1
  const sentOf = (one: Node): number => messages[placeOf(one)]?.sentMs ?? 0
  node.children.sort((left, right) => sentOf(left) - sentOf(right) || placeOf(left) - placeOf(right))
}

/** Step 5. */
const gather = (root: Node, messages: readonly Plain[]): void => {
  const placeOf = ({ place, children }: Node): number => place ?? children[0]?.place ?? -1
  const subjectOf = (node: Node): string => messages[placeOf(node)]?.baseSubject ?? ''
  const isReply = ({ place }: Node): boolean => place !== null && messages[place]?.isReply === true
  const table = new Map<string, Node>()
  for (const node of root.children) {
    const known = table.get(subjectOf(node))
    if (subjectOf(node) === '') continue
    if (known === undefined || (known.place !== null && (node.place === null || (isReply(known) && !isReply(node))))) table.set(subjectOf(node), node)
  }
  for (const node of root.children) {
    const known = table.get(subjectOf(node))
    if (subjectOf(node) === '' || known === undefined || known === node) continue
    if (known.place === null && node.place === null) {
      for (const child of node.children) setParent(child, known)
      setParent(node, null)
    } else if (known.place === null || (isReply(node) && !isReply(known))) setParent(node, known)
    else {
      const dummy = newNode(null)
      table.set(subjectOf(node), dummy)
      setParent(dummy, root)
      setParent(node, dummy)
      setParent(known, dummy)
    }
  }
}

const treeOf = ({ place, children }: Node): Tree => ({ place, children: children.map(treeOf) })

export const naiveReferences = (messages: readonly Plain[]): readonly Tree[] => {
  const root = linked(messages)
  prune(root, root)
  sortBelow(root, messages)
  gather(root, messages)
  sortBelow(root, messages)
  return root.children.map(treeOf)
}
