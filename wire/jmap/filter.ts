/** Filters and sorts of /query (RFC 8620 section 5.5). */
import { MethodFailure } from './errors.ts'
import { isJsonObject, propertyOf, type JsonObject, type JsonValue } from './json.ts'
import { BadValue, type Reader } from './readers.ts'

export type Filter<C> =
  | { readonly is: 'condition'; readonly condition: C }
  | { readonly is: 'AND' | 'OR' | 'NOT'; readonly of: readonly Filter<C>[] }

export const filterDepthMax = 16
/** Operators and conditions together. */
export const filterNodesMax = 1_000

/**
 * `readCondition` throws `BadValue`, or `MethodFailure('unsupportedFilter')` for what it knows and can't do. Null: everything.
 */
export const filterOf = <C>(readCondition: (condition: JsonObject, path: string) => C): Reader<Filter<C> | null> => {
  let nodes = 0
  const read = (value: JsonValue, path: string, depth: number): Filter<C> => {
    nodes += 1
    if (depth > filterDepthMax || nodes > filterNodesMax) throw new MethodFailure('unsupportedFilter', 'the filter is too large')
    if (!isJsonObject(value)) throw new BadValue(path, 'an object is wanted')
    const operator = propertyOf(value, 'operator')
    if (operator === undefined) return { is: 'condition', condition: readCondition(value, path) }
    if (operator !== 'AND' && operator !== 'OR' && operator !== 'NOT') throw new BadValue(`${path}/operator`, 'AND, OR or NOT is wanted')
    for (const name of Object.keys(value)) {
      if (name !== 'operator' && name !== 'conditions') throw new BadValue(`${path}/${name}`, 'is not known')
    }
    const conditions = propertyOf(value, 'conditions')
    if (!Array.isArray(conditions)) throw new BadValue(`${path}/conditions`, 'an array is wanted')
    const given: readonly JsonValue[] = conditions
    return { is: operator, of: given.map((condition, at) => read(condition, `${path}/conditions/${at}`, depth + 1)) }
  }
  return (value, path) => {
    nodes = 0
    return value === undefined || value === null ? null : read(value, path, 1)
  }
}

/** Whether it holds. An empty AND or NOT does, an empty OR does not. */
export const holds = <C>(filter: Filter<C> | null, meets: (condition: C) => boolean): boolean => {
  if (filter === null) return true
  if (filter.is === 'condition') return meets(filter.condition)
  if (filter.is === 'AND') return filter.of.every((one) => holds(one, meets))
  const some = filter.of.some((one) => holds(one, meets))
  return filter.is === 'OR' ? some : !some
}

/** `keyword`: of Email's sorts by keyword (RFC 8621 section 4.4.2). */
export interface Comparator<P extends string> {
  readonly property: P
  readonly isAscending: boolean
  readonly collation: string | null
  readonly keyword: string | null
}

const comparatorsMax = 16
const comparatorNames = ['property', 'isAscending', 'collation', 'keyword']
/** RFC 4790, 5051. */
export const collations = ['i;ascii-numeric', 'i;ascii-casemap', 'i;unicode-casemap', 'i;octet'] as const

const comparatorOf = <P extends string>(properties: readonly P[], value: JsonValue, path: string): Comparator<P> => {
  if (!isJsonObject(value)) throw new BadValue(path, 'an object is wanted')
  const unknown = Object.keys(value).find((name) => !comparatorNames.includes(name))
  if (unknown !== undefined) throw new BadValue(`${path}/${unknown}`, 'is not known')
  const [property, isAscending, collation, keyword] = comparatorNames.map((name) => propertyOf(value, name))
  if (typeof property !== 'string') throw new BadValue(`${path}/property`, 'text is wanted')
  if (isAscending !== undefined && typeof isAscending !== 'boolean') throw new BadValue(`${path}/isAscending`, 'true or false is wanted')
  if (collation !== undefined && typeof collation !== 'string') throw new BadValue(`${path}/collation`, 'text is wanted')
  if (keyword !== undefined && typeof keyword !== 'string') throw new BadValue(`${path}/keyword`, 'text is wanted')
  const known = properties.find((candidate) => candidate === property)
  if (known === undefined) throw new MethodFailure('unsupportedSort', `${path}: can't be sorted by`)
  if (collation !== undefined && !collations.some((name) => name === collation)) throw new MethodFailure('unsupportedSort', `${path}: collation`)
  return { property: known, isAscending: isAscending ?? true, collation: collation ?? null, keyword: keyword ?? null }
}

/** Null, absent and empty: the order is the server's. */
export const sortOf =
  <const P extends string>(properties: readonly P[]): Reader<readonly Comparator<P>[]> =>
  (value, path) => {
    if (value === undefined || value === null) return []
    if (!Array.isArray(value)) throw new BadValue(path, 'an array is wanted')
    const given: readonly JsonValue[] = value
    if (given.length > comparatorsMax) throw new MethodFailure('unsupportedSort', 'too many comparators')
    return given.map((one, at) => comparatorOf(properties, one, `${path}/${at}`))
  }
