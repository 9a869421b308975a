/**
 * So many at once, the others in the order they came: opening accounts is the dearest thing a mailroom does, and when
 * thousands of clients come back together those who are in already must not feel it. Who waits is bounded by the sessions
 * a mailroom takes.
 */
export type Turns = <T>(work: () => Promise<T>) => Promise<T>

export const turns = (atOnceMax: number): Turns => {
  const waiting: (() => void)[] = []
  let running = 0
  return async (work) => {
    if (running < atOnceMax) running += 1
    else await new Promise<void>((resolve) => void waiting.push(resolve))
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next === undefined) running -= 1
      else next()
    }
  }
}
