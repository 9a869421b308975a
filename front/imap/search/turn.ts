/** Long work in turns: when one is over, the other sessions of the process have theirs. */

/** What a session that waits meanwhile may notice at most. */
const turnMs = 8

/** A promise to wait for where the turn is over; undefined where work may go on. */
export type Turn = () => Promise<void> | undefined

export const takingTurns = (): Turn => {
  let beganMs = performance.now()
  return () => {
    if (performance.now() - beganMs < turnMs) return undefined
    return new Promise((resolve) => setImmediate(() => {
      beganMs = performance.now()
      resolve()
    }))
  }
}
