/** `Foo/set` (RFC 8620 section 5.3). */
import { MethodFailure, setErrorJson, type SetError } from './errors.ts'
import type { JsonObject } from './json.ts'
import type { JmapLimits } from './limits.ts'
import { id, idOrCreation, listOf, mapOf, object, optional, orNull, readArguments, type Read, type Reader, type Shape } from './readers.ts'
import { state } from './state.ts'

export interface SetArguments {
  readonly accountId: string
  readonly ifInState: string | null
  /** By creation id. */
  readonly create: ReadonlyMap<string, JsonObject>
  /** Patches by id, which may be `#creationId`. */
  readonly update: ReadonlyMap<string, JsonObject>
  readonly destroy: readonly string[]
}

const unlimited = Number.POSITIVE_INFINITY

/** Objects by names of a form. */
const keyed = (readName: Reader<string>): Reader<ReadonlyMap<string, JsonObject>> => (value, path) => {
  const objects = mapOf(object, unlimited)(value, path)
  for (const name of objects.keys()) readName(name, path)
  return objects
}

/** `more`: further arguments of this method. Too many objects fail with `requestTooLarge`. */
export const setArguments = <S extends Shape = Record<never, never>>(
  args: JsonObject,
  limits: Pick<JmapLimits, 'maxObjectsInSet'>,
  more?: S,
): SetArguments & { readonly more: Read<S> } => {
  const { accountId, ifInState, create, update, destroy, ...rest } = readArguments(args, {
    ...more,
    accountId: id,
    ifInState: orNull(state),
    create: orNull(keyed(id)),
    update: orNull(keyed(idOrCreation)),
    destroy: orNull(listOf(idOrCreation, unlimited)),
  })
  const count = (create?.size ?? 0) + (update?.size ?? 0) + (destroy?.length ?? 0)
  if (count > limits.maxObjectsInSet) throw new MethodFailure('requestTooLarge')
  return {
    accountId,
    ifInState,
    create: create ?? new Map(),
    update: update ?? new Map(),
    destroy: [...new Set(destroy ?? [])],
    more: rest as unknown as Read<S>,
  }
}

/** What `ifInState` is about, before anything is done. */
export const requireState = (ifInState: string | null, now: string): void => {
  if (ifInState !== null && ifInState !== now) throw new MethodFailure('stateMismatch')
}

/** Outcomes while a set goes on. Empty maps become null in the answer. */
export interface SetOutcome {
  /** By creation id: `id` and every property the server set or changed. */
  readonly created: Map<string, JsonObject>
  /** By id: null, or properties that changed otherwise than asked. */
  readonly updated: Map<string, JsonObject | null>
  readonly destroyed: string[]
  readonly notCreated: Map<string, SetError>
  readonly notUpdated: Map<string, SetError>
  readonly notDestroyed: Map<string, SetError>
}

export const setOutcome = (): SetOutcome => ({
  created: new Map(),
  updated: new Map(),
  destroyed: [],
  notCreated: new Map(),
  notUpdated: new Map(),
  notDestroyed: new Map(),
})

const orNothing = <T>(map: ReadonlyMap<string, T>, json: (value: T) => JsonObject | null): JsonObject | null =>
  map.size === 0 ? null : Object.fromEntries([...map].map(([name, value]) => [name, json(value)]))

export const setAnswer = (accountId: string, oldState: string | null, newState: string, outcome: SetOutcome): JsonObject => ({
  accountId,
  oldState,
  newState,
  created: orNothing(outcome.created, (value) => value),
  updated: orNothing(outcome.updated, (value) => value),
  destroyed: outcome.destroyed.length === 0 ? null : outcome.destroyed,
  notCreated: orNothing(outcome.notCreated, setErrorJson),
  notUpdated: orNothing(outcome.notUpdated, setErrorJson),
  notDestroyed: orNothing(outcome.notDestroyed, setErrorJson),
})

/** An id, or the one that `#creationId` stands for; undefined where that was not created. */
export const resolvedId = (given: string, createdIds: ReadonlyMap<string, string>): string | undefined =>
  given.startsWith('#') ? createdIds.get(given.slice(1)) : given

/** `Foo/copy` (RFC 8620 section 5.4). */
export const copyShape = {
  fromAccountId: id,
  ifFromInState: orNull(state),
  accountId: id,
  ifInState: orNull(state),
  create: mapOf(object, unlimited),
  onSuccessDestroyOriginal: optional((value: unknown) => value === true, false),
  destroyFromIfInState: orNull(state),
} as const satisfies Shape
