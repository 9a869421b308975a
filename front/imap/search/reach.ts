/** How far a search must go: what is asked for of its result may be known before all of it is. */
import type { ReturnOptions } from '@bulkhead/wire/imap/search-return.ts'

/** So many matches from one end. */
export interface Reach {
  readonly end: 'first' | 'last'
  readonly count: number
}

/** Null: to the other end. */
export const reachOf = (returns: ReturnOptions | null): Reach | null => {
  if (returns === null) return null
  const { options, partial } = returns
  if (options.has('ALL') || options.has('COUNT') || options.has('UPDATE') || (options.has('RELEVANCY') && partial === null)) return null
  const wanted: readonly Reach[] = [
    ...(options.has('MIN') ? [{ end: 'first', count: 1 } as const] : []),
    ...(options.has('MAX') ? [{ end: 'last', count: 1 } as const] : []),
    ...(partial === null ? [] : [{ end: partial.from > 0 ? 'first' : 'last', count: Math.max(Math.abs(partial.from), Math.abs(partial.to)) } as const]),
  ]
  const [one] = wanted
  if (one === undefined || wanted.some(({ end }) => end !== one.end)) return null
  return { end: one.end, count: Math.max(...wanted.map(({ count }) => count)) }
}

/** Whether the matches up to `at`, those found by reading and those known before, are as many as are wanted. */
export const isReached = (reach: Reach | null, known: readonly number[], read: readonly number[], at: number): boolean => {
  if (reach === null) return false
  const isBefore = (match: number): boolean => (reach.end === 'first' ? match <= at : match >= at)
  return known.filter(isBefore).length + read.length >= reach.count
}
