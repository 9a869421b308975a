/** How far a search must go: what is asked for of its result may be known before all of it is. */

/** So many matches from one end. */
export interface Reach {
  readonly end: 'first' | 'last'
  readonly count: number
}

/** Whether the matches up to `at`, those found by reading and those known before, are as many as are wanted. */
export const isReached = (reach: Reach | null, known: readonly number[], read: readonly number[], at: number): boolean => {
  if (reach === null) return false
  const isBefore = (match: number): boolean => (reach.end === 'first' ? match <= at : match >= at)
  return known.filter(isBefore).length + read.length >= reach.count
}
