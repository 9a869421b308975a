/** Conversations with one scanner at the same time. The others wait in order, but not longer than a conversation may take. */
import { Fault } from '@bulkhead/base/fault.ts'

export const atOnce = (name: string, max: number, waitMs: number) => {
  let running = 0
  /** In the order in which they came. */
  const waiting = new Set<() => void>()

  const turn = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const begin = (): void => {
        clearTimeout(timer)
        resolve()
      }
      const timer = setTimeout(() => {
        waiting.delete(begin)
        reject(new Fault('scannerAway', `${name}: too much to do`))
      }, waitMs)
      waiting.add(begin)
    })

  return async <T>(act: () => Promise<T>): Promise<T> => {
    // Whoever ends hands its place on, so that it is never free in between.
    if (running >= max) await turn()
    else running += 1
    try {
      return await act()
    } finally {
      const [next] = waiting
      if (next === undefined) running -= 1
      else {
        waiting.delete(next)
        next()
      }
    }
  }
}
