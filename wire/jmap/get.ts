/** `Foo/get` (RFC 8620 section 5.1). */
import { MethodFailure } from './errors.ts'
import type { JsonObject } from './json.ts'
import type { JmapLimits } from './limits.ts'
import { id, listOf, orNull, readArguments, text, type Read, type Shape } from './readers.ts'

const propertiesMax = 1_000

export interface GetShape {
  /** Every property that can be asked for; `null` where more are computed (Email's header forms): the method checks itself. */
  readonly properties: readonly string[] | null
  /** Given where the client names none; all of `properties` where not said. */
  readonly defaults?: readonly string[]
}

export interface GetArguments {
  readonly accountId: string
  /** Null: all. Each id once, in the order first named. */
  readonly ids: readonly string[] | null
  /** `id` is always among them. */
  readonly properties: readonly string[]
}

/** `more`: further arguments of this method. */
export const getArguments = <S extends Shape = Record<never, never>>(
  args: JsonObject,
  limits: Pick<JmapLimits, 'maxObjectsInGet'>,
  { properties, defaults }: GetShape,
  more?: S,
): GetArguments & { readonly more: Read<S> } => {
  const { accountId, ids, properties: wanted, ...rest } = readArguments(args, {
    ...more,
    accountId: id,
    ids: orNull(listOf(id, Number.POSITIVE_INFINITY)),
    properties: orNull(listOf(text(1_024), propertiesMax)),
  })
  if (ids !== null && ids.length > limits.maxObjectsInGet) throw new MethodFailure('requestTooLarge')
  const unknown = properties === null ? undefined : wanted?.find((name) => name !== 'id' && !properties.includes(name))
  if (unknown !== undefined) throw new MethodFailure('invalidArguments', `properties: ${unknown.slice(0, 100)} is not known`)
  return {
    accountId,
    ids: ids === null ? null : [...new Set(ids)],
    properties: [...new Set(['id', ...(wanted ?? defaults ?? properties ?? [])])],
    more: rest as unknown as Read<S>,
  }
}

/** An object with only these of its properties. */
export const picked = (object: JsonObject, properties: readonly string[]): JsonObject =>
  Object.fromEntries(
    properties.flatMap((name) => {
      const value = Object.hasOwn(object, name) ? object[name] : undefined
      return value === undefined ? [] : [[name, value]]
    }),
  )

export const getAnswer = (accountId: string, state: string, list: readonly JsonObject[], notFound: readonly string[]): JsonObject => ({
  accountId,
  state,
  list,
  notFound,
})
