/**
 * The ids of a long list as far as they are known: an array of the list's length with holes. Pure; changes of the server's
 * query (RFC 8620 section 5.6) are applied to it, so that nothing known is asked for again.
 */
import type { Id, QueryChangesAnswer } from '../jmap/types.ts'

export type Sparse = readonly (Id | undefined)[]

export const holes = (length: number): Sparse => Array.from<undefined>({ length }).fill(undefined)

const resized = (ids: Sparse, length: number): Sparse => (ids.length >= length ? ids.slice(0, length) : [...ids, ...holes(length - ids.length)])

/** Ids of one window at its place. Where the length changed since, what lies behind the window may have moved and is forgotten. */
export const withWindow = (ids: Sparse, position: number, found: readonly Id[], total: number): Sparse => {
  const same = ids.length === total
  const here = new Set(found)
  const before = resized(ids, Math.min(position, total)).map((id) => (id !== undefined && here.has(id) ? undefined : id))
  const behind = same ? ids.slice(position + found.length).map((id) => (id !== undefined && here.has(id) ? undefined : id)) : []
  return resized([...resized(before, position), ...found, ...behind], total)
}

export const without = (ids: Sparse, gone: ReadonlySet<Id>): Sparse => ids.filter((id) => id === undefined || !gone.has(id))

/** Known from the start on without a hole. */
const prefixOf = (ids: Sparse): Sparse => {
  const hole = ids.indexOf(undefined)
  return hole < 0 ? ids : ids.slice(0, hole)
}

/**
 * `takenOut`: ids that were taken out here before the server said so. One that left from where we know nothing may have
 * moved all behind the first hole, so that is forgotten.
 */
export const withChanges = (ids: Sparse, { removed, added, total }: QueryChangesAnswer, takenOut: ReadonlySet<Id>): Sparse => {
  const known = new Set(ids)
  const isCertain = removed.every((id) => known.has(id) || takenOut.has(id))
  const out = [...without(isCertain ? ids : prefixOf(ids), new Set(removed))]
  // Ids that come again are theirs now, wherever they stood.
  const places = added.toSorted((a, b) => a.index - b.index)
  const coming = new Set(places.map(({ id }) => id))
  const rest = out.filter((id) => id === undefined || !coming.has(id))
  for (const { id, index } of places) {
    while (rest.length < index) rest.push(undefined)
    rest.splice(index, 0, id)
  }
  return total === undefined ? rest : resized(rest, total)
}
