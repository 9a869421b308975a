/**
 * Strict readers of JSON values: each takes what stands under a name and gives the value or throws `BadValue`. Nothing is converted: a
 * number is not text, 1.0 is an integer, 1.5 is not (RFC 8620 section 1.3).
 */
import { isJsonObject, propertyOf, type JsonObject, type JsonValue } from './json.ts'
import { MethodFailure } from './errors.ts'

export class BadValue extends Error {
  override readonly name = 'BadValue'
  /** Where: `ids/3`, `filter/conditions/0/text`. */
  readonly path: string

  constructor(path: string, wanted: string) {
    super(`${path}: ${wanted}`)
    this.path = path
  }
}

/** `value` is undefined where the property is absent. */
export type Reader<T> = (value: JsonValue | undefined, path: string) => T

/** RFC 8620 section 1.2. */
const idPattern = /^[A-Za-z0-9_-]{1,255}$/
export const isId = (text: string): boolean => idPattern.test(text)

const intMax = Number.MAX_SAFE_INTEGER
/** Longest text of an argument where its reader says nothing else. */
export const textLengthMax = 65_536
/** RFC 3339 as RFC 8620 section 1.4 narrows it. */
const datePattern =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60)(?:\.\d*[1-9])?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/

export const id: Reader<string> = (value, path) => {
  if (typeof value !== 'string' || !isId(value)) throw new BadValue(path, 'an id is wanted')
  return value
}

/** An id, or `#` and a creation id (RFC 8620 section 5.3). */
export const idOrCreation: Reader<string> = (value, path) => {
  if (typeof value !== 'string' || !isId(value.startsWith('#') ? value.slice(1) : value)) throw new BadValue(path, 'an id is wanted')
  return value
}

export const boolean: Reader<boolean> = (value, path) => {
  if (typeof value !== 'boolean') throw new BadValue(path, 'true or false is wanted')
  return value
}

export const whole =
  (min: number, max: number): Reader<number> =>
  (value, path) => {
    if (typeof value !== 'number' || !Number.isInteger(value) || value < min || value > max) {
      throw new BadValue(path, `an integer from ${min} to ${max} is wanted`)
    }
    return value
  }
export const int: Reader<number> = whole(-intMax, intMax)
export const unsignedInt: Reader<number> = whole(0, intMax)

export const text =
  (lengthMax = textLengthMax): Reader<string> =>
  (value, path) => {
    if (typeof value !== 'string') throw new BadValue(path, 'text is wanted')
    if (value.length > lengthMax) throw new BadValue(path, `at most ${lengthMax} characters are taken`)
    return value
  }

/** Milliseconds since the epoch. A leap second is the last millisecond before it. */
const momentOf = (value: string): number => Date.parse(value.replace(/:60(?=\.|Z|[+-])/, ':59'))

/** `Date` of RFC 8620 section 1.4: any offset; milliseconds since the epoch. */
export const date: Reader<number> = (value, path) => {
  if (typeof value !== 'string' || !datePattern.test(value)) throw new BadValue(path, 'a Date is wanted')
  const ms = momentOf(value)
  if (Number.isNaN(ms)) throw new BadValue(path, 'a Date is wanted')
  return ms
}

/** `UTCDate`: ends in Z. */
export const utcDate: Reader<number> = (value, path) => {
  if (typeof value !== 'string' || !value.endsWith('Z')) throw new BadValue(path, 'a UTCDate is wanted')
  return date(value, path)
}

export const oneOf =
  <const T extends string>(allowed: readonly T[]): Reader<T> =>
  (value, path) => {
    const found = allowed.find((candidate) => candidate === value)
    if (found === undefined) throw new BadValue(path, `one of ${allowed.join(', ')} is wanted`)
    return found
  }

export const nullable =
  <T>(read: Reader<T>): Reader<T | null> =>
  (value, path) =>
    value === null ? null : read(value, path)

/** `otherwise` where the property is absent. */
export const optional =
  <T, D>(read: Reader<T>, otherwise: D): Reader<T | D> =>
  (value, path) =>
    value === undefined ? otherwise : read(value, path)

/** Absent and null are the same. */
export const orNull = <T>(read: Reader<T>): Reader<T | null> => optional(nullable(read), null)

export const listOf =
  <T>(read: Reader<T>, countMax: number): Reader<readonly T[]> =>
  (value, path) => {
    if (!Array.isArray(value)) throw new BadValue(path, 'an array is wanted')
    const items: readonly JsonValue[] = value
    if (items.length > countMax) throw new BadValue(path, `at most ${countMax} are taken`)
    return items.map((item, at) => read(item, `${path}/${at}`))
  }

export const object: Reader<JsonObject> = (value, path) => {
  if (!isJsonObject(value)) throw new BadValue(path, 'an object is wanted')
  return value
}

export const any: Reader<JsonValue> = (value, path) => {
  if (value === undefined) throw new BadValue(path, 'is missing')
  return value
}

/** An object used as a map, in the order given. */
export const mapOf =
  <T>(read: Reader<T>, countMax: number): Reader<ReadonlyMap<string, T>> =>
  (value, path) => {
    const entries = Object.entries(object(value, path))
    if (entries.length > countMax) throw new BadValue(path, `at most ${countMax} are taken`)
    return new Map(entries.map(([name, item]) => [name, read(item, `${path}/${name}`)]))
  }

/** `String[Boolean]` where every value has to be true, as mailboxIds and keywords are. */
export const setOf =
  (readName: Reader<string>, countMax: number): Reader<ReadonlySet<string>> =>
  (value, path) => {
    const entries = Object.entries(object(value, path))
    if (entries.length > countMax) throw new BadValue(path, `at most ${countMax} are taken`)
    return new Set(
      entries.map(([name, item]) => {
        if (item !== true) throw new BadValue(`${path}/${name}`, 'true is wanted')
        return readName(name, `${path}/${name}`)
      }),
    )
  }

export type Shape = Readonly<Record<string, Reader<unknown>>>
export type Read<S extends Shape> = { readonly [K in keyof S]: ReturnType<S[K]> }

const readEach = (from: JsonObject, shape: Shape, path: string): Record<string, unknown> =>
  Object.fromEntries(Object.entries(shape).map(([name, read]) => [name, read(propertyOf(from, name), `${path}${name}`)]))

/** An object with these properties and no other. */
export const shaped =
  <S extends Shape>(shape: S): Reader<Read<S>> =>
  (value, path) => {
    const from = object(value, path)
    for (const name of Object.keys(from)) {
      if (!Object.hasOwn(shape, name)) throw new BadValue(`${path}/${name}`, 'is not known')
    }
    return readEach(from, shape, `${path}/`) as Read<S>
  }

/** A method's arguments: these and no other. Fails the method with `invalidArguments`. */
export const readArguments = <S extends Shape>(args: JsonObject, shape: S): Read<S> => {
  try {
    for (const name of Object.keys(args)) {
      if (!Object.hasOwn(shape, name)) throw new BadValue(name, 'is not an argument of this method')
    }
    return readEach(args, shape, '') as Read<S>
  } catch (error) {
    if (error instanceof BadValue) throw new MethodFailure('invalidArguments', error.message)
    throw error
  }
}

export type ReadProperties<T> =
  | { readonly is: 'read'; readonly value: T }
  /** Every property that is wrong: what `invalidProperties` lists. */
  | { readonly is: 'bad'; readonly properties: readonly string[]; readonly description: string }

/** An object that a client wants to create or has patched: all of its wrong and unknown properties at once. */
export const readProperties = <S extends Shape>(from: JsonObject, shape: S): ReadProperties<Read<S>> => {
  const values: Record<string, unknown> = {}
  const bad = Object.keys(from).filter((name) => !Object.hasOwn(shape, name))
  let [description] = bad.map((name) => `${name}: is not known`)
  for (const [name, read] of Object.entries(shape)) {
    try {
      values[name] = read(propertyOf(from, name), name)
    } catch (error) {
      if (!(error instanceof BadValue)) throw error
      description ??= error.message
      bad.push(name)
    }
  }
  if (description !== undefined) return { is: 'bad', properties: bad, description }
  return { is: 'read', value: values as Read<S> }
}

/** UTCDate text of a moment; no fraction where it is zero (RFC 8620 section 1.4). */
export const utcDateText = (ms: number): string => new Date(ms).toISOString().replace(/\.?0*Z$/, 'Z')
