/**
 * A question about keys, asked by many at once: what comes while one is under way goes together in the next, as one statement. No answer is
 * older than its asker. A fault is everybody's who asked with it.
 */
const keysMax = 1_000

type Ask<K, V> = (keys: readonly K[]) => Promise<ReadonlyMap<K, V>>

interface Turn<K, V> {
  readonly keys: Set<K>
  readonly answer: Promise<ReadonlyMap<K, V>>
}

/** The answer may hold more than what was asked for. */
export const askedTogether = <K, V>(ask: Ask<K, V>): Ask<K, V> => {
  let next: Turn<K, V> | undefined
  let last: Promise<unknown> = Promise.resolve()

  const begin = (): Turn<K, V> => {
    const keys = new Set<K>()
    const answer = last.then(() => {
      if (next === turn) next = undefined
      return ask([...keys])
    })
    const turn: Turn<K, V> = { keys, answer }
    last = answer.catch(() => undefined)
    return turn
  }
  return (keys) => {
    const turn = next === undefined || next.keys.size + keys.length > keysMax ? begin() : next
    next = turn
    for (const key of keys) turn.keys.add(key)
    return turn.answer
  }
}
