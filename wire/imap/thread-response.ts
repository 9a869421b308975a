/** `thread-data = "THREAD" [SP 1*thread-list]` (RFC 5256 section 5). */

/** Trees of message numbers by any names for their nodes. */
export interface Threads {
  readonly roots: Iterable<number>
  childrenOf(node: number): ArrayLike<number>
  /** Message number or UID; undefined: the message that holds its children together is missing. */
  numberOf(node: number): number | undefined
}

/**
 * `thread-list = "(" (thread-members / thread-nested) ")"`: an only child follows its parent, several stand in lists of their
 * own. Written without recursion: a thread may be as deep as the mailbox is long.
 */
const writeThread = (root: number, { childrenOf, numberOf }: Threads, into: string[]): void => {
  const open: (number | ')')[] = [root]
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (node === ')') {
      into.push(')')
      continue
    }
    into.push('(')
    open.push(')')
    let children: ArrayLike<number> = [node]
    for (let separator = ''; children.length === 1; separator = ' ') {
      const only = children[0] ?? node
      const number = numberOf(only)
      if (number !== undefined) into.push(`${separator}${number}`)
      children = childrenOf(only)
      if (children.length > 1 && number !== undefined) into.push(' ')
    }
    for (let at = children.length - 1; at >= 0; at -= 1) open.push(children[at] ?? node)
  }
}

export const threadData = (threads: Threads): string => {
  const pieces: string[] = []
  for (const root of threads.roots) writeThread(root, threads, pieces)
  return pieces.length === 0 ? 'THREAD' : `THREAD ${pieces.join('')}`
}
