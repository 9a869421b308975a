/** Long work in turns: when one is over, the other sessions of the process have theirs. */
import type { Steps } from '../threading/steps.ts'

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

/** Work that is done in steps, as many in a turn as fit. */
export const inTurns = async <T>(steps: Steps<T>, turn: Turn): Promise<T> => {
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
    const over = turn()
    if (over !== undefined) await over
  }
}
