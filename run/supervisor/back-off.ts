/** How long to wait before a process that ended is started again. Pure. */

export interface Tries {
  /** Ends in a row without a good run between them. */
  readonly failures: number
}

export const firstWaitMs = 100
export const longestWaitMs = 5_000
/** A run this long counts as good: the next failure is a first one again. */
export const goodRunMs = 10_000
/** A process that has never been ready by then stops the whole start, with its reason. */
export const startFailuresMax = 3

export const noFailures: Tries = { failures: 0 }

export const afterEnd = (tries: Tries, ranMs: number): { readonly tries: Tries; readonly waitMs: number } => {
  const failures = ranMs >= goodRunMs ? 1 : tries.failures + 1
  return { tries: { failures }, waitMs: Math.min(longestWaitMs, firstWaitMs * 2 ** Math.min(failures - 1, 10)) }
}
