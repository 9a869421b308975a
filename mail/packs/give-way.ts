/**
 * What a process does behind its sessions gives way to what people wait for: each slice of it waits until nobody has asked for anything
 * for a while. Where somebody always asks it goes on all the same, a slice at a time, so that it comes to its end.
 */

/** A page asks for the next thing sooner than this after an answer, a person does not. */
const quietMs = 250
/** A slice waits no longer, where nothing else is said. */
const patienceMs = 500
/** While one waits it is seen whether it is wanted still. */
const lookMs = 50

export interface GiveWay {
  /** Somebody waits for an answer. */
  asked(): void
  /** Waited for before each slice, at most so many milliseconds. Early where `stopped` says so. */
  turn(stopped?: () => boolean, mostMs?: number): Promise<void>
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms))
const breath = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

export const givingWay = (now: () => number = () => performance.now()): GiveWay => {
  let askedMs = Number.NEGATIVE_INFINITY
  return {
    asked() {
      askedMs = now()
    },
    async turn(stopped = () => false, mostMs = patienceMs) {
      const endsMs = now() + mostMs
      for (let leftMs = 0; !stopped(); await sleep(Math.min(leftMs, lookMs))) {
        leftMs = Math.ceil(Math.min(askedMs + quietMs, endsMs) - now())
        if (leftMs <= 0) break
      }
      await breath()
    },
  }
}
