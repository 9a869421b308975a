/** How far a SEARCH must go for what it returns. */
import type { Reach } from '@bulkhead/mail/search/reach.ts'
import type { ReturnOptions } from '@bulkhead/wire/imap/search-return.ts'

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
