/** `Foo/query` and `Foo/queryChanges` (RFC 8620 sections 5.5, 5.6). */
import { MethodFailure } from './errors.ts'
import { filterOf, sortOf, type Comparator, type Filter } from './filter.ts'
import type { JsonObject } from './json.ts'
import { boolean, id, int, optional, orNull, readArguments, unsignedInt, type Read, type Shape } from './readers.ts'
import { state } from './state.ts'

/** Ids given at once where the client sets no limit, or a higher one. */
export const queryLimitMax = 5_000

export interface QueryKind<C, P extends string, S extends Shape> {
  readonly condition: (condition: JsonObject, path: string) => C
  readonly sort: readonly P[]
  /** Further arguments. */
  readonly more?: S
}

interface Asked<C, P extends string> {
  readonly accountId: string
  readonly filter: Filter<C> | null
  readonly sort: readonly Comparator<P>[]
  readonly calculateTotal: boolean
}

export interface QueryArguments<C, P extends string> extends Asked<C, P> {
  readonly position: number
  readonly anchor: string | null
  readonly anchorOffset: number
  /** At most `queryLimitMax`. */
  readonly limit: number
  /** The client asked for more, or for all: the answer tells the limit. */
  readonly limited: boolean
}

export const queryArguments = <C, const P extends string, S extends Shape = Record<never, never>>(
  args: JsonObject,
  kind: QueryKind<C, P, S>,
): QueryArguments<C, P> & { readonly more: Read<S> } => {
  const { accountId, filter, sort, position, anchor, anchorOffset, limit, calculateTotal, ...rest } = readArguments(args, {
    ...kind.more,
    accountId: id,
    filter: filterOf(kind.condition),
    sort: sortOf(kind.sort),
    position: optional(int, 0),
    anchor: orNull(id),
    anchorOffset: optional(int, 0),
    limit: orNull(unsignedInt),
    calculateTotal: optional(boolean, false),
  })
  return {
    accountId,
    filter,
    sort,
    position,
    anchor,
    anchorOffset,
    limit: Math.min(limit ?? queryLimitMax, queryLimitMax),
    limited: limit === null || limit > queryLimitMax,
    calculateTotal,
    more: rest as unknown as Read<S>,
  }
}

/**
 * Where a window of the whole list begins (0 … `total`). `indexOf`: position of an id in the list, or -1. Fails with
 * `anchorNotFound`. The anchor wins over the position.
 */
export const windowStart = (
  { position, anchor, anchorOffset }: Pick<QueryArguments<unknown, string>, 'position' | 'anchor' | 'anchorOffset'>,
  total: number,
  indexOf: (id: string) => number,
): number => {
  if (anchor === null) return Math.min(total, position < 0 ? Math.max(0, total + position) : position)
  const at = indexOf(anchor)
  if (at < 0) throw new MethodFailure('anchorNotFound')
  return Math.min(total, Math.max(0, at + anchorOffset))
}

export interface QueryFound {
  readonly queryState: string
  readonly canCalculateChanges: boolean
  readonly position: number
  readonly ids: readonly string[]
  /** Told where it was asked for. */
  readonly total: number
}

export const queryAnswer = (asked: QueryArguments<unknown, string>, { total, ...found }: QueryFound): JsonObject => ({
  accountId: asked.accountId,
  ...found,
  ...(asked.calculateTotal ? { total } : {}),
  ...(asked.limited ? { limit: queryLimitMax } : {}),
})

export interface QueryChangesArguments<C, P extends string> extends Asked<C, P> {
  readonly sinceQueryState: string
  /** Infinite where the client sets none. */
  readonly maxChanges: number
  readonly upToId: string | null
}

export const queryChangesArguments = <C, const P extends string, S extends Shape = Record<never, never>>(
  args: JsonObject,
  kind: QueryKind<C, P, S>,
): QueryChangesArguments<C, P> & { readonly more: Read<S> } => {
  const { accountId, filter, sort, sinceQueryState, maxChanges, upToId, calculateTotal, ...rest } = readArguments(args, {
    ...kind.more,
    accountId: id,
    filter: filterOf(kind.condition),
    sort: sortOf(kind.sort),
    sinceQueryState: state,
    maxChanges: orNull(unsignedInt),
    upToId: orNull(id),
    calculateTotal: optional(boolean, false),
  })
  return {
    accountId,
    filter,
    sort,
    sinceQueryState,
    maxChanges: maxChanges ?? Number.POSITIVE_INFINITY,
    upToId,
    calculateTotal,
    more: rest as unknown as Read<S>,
  }
}

export interface QueryChanges {
  readonly oldQueryState: string
  readonly newQueryState: string
  readonly removed: readonly string[]
  readonly added: readonly { readonly id: string; readonly index: number }[]
  readonly total: number
}

/** Fails with `tooManyChanges` where there are more than the client takes. */
export const queryChangesAnswer = (asked: QueryChangesArguments<unknown, string>, { total, ...changes }: QueryChanges): JsonObject => {
  if (changes.removed.length + changes.added.length > asked.maxChanges) throw new MethodFailure('tooManyChanges')
  return {
    accountId: asked.accountId,
    ...changes,
    added: changes.added.map(({ id: one, index }) => ({ id: one, index })),
    ...(asked.calculateTotal ? { total } : {}),
  }
}
