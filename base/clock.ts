/** Time as a port: nothing but `run/` and the clock itself asks the machine. */
export interface Clock {
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  now(): number
}

export const systemClock: Clock = { now: () => Date.now() }

/** For tests and simulation: stands still until moved. */
export const manualClock = (startMs: number): Clock & { advance(ms: number): void } => {
  let nowMs = startMs
  return {
    now: () => nowMs,
    advance(ms) {
      nowMs += ms
    },
  }
}
