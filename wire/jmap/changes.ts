/** `Foo/changes` (RFC 8620 section 5.2). */
import type { JsonObject } from './json.ts'
import { id, orNull, readArguments, whole } from './readers.ts'
import { state } from './state.ts'

/** Ids told at once where the client sets no limit. */
export const changesMax = 5_000

export interface ChangesArguments {
  readonly accountId: string
  readonly sinceState: string
  /** 1 … `changesMax`. */
  readonly maxChanges: number
}

export const changesArguments = (args: JsonObject): ChangesArguments => {
  const { accountId, sinceState, maxChanges } = readArguments(args, {
    accountId: id,
    sinceState: state,
    maxChanges: orNull(whole(1, Number.MAX_SAFE_INTEGER)),
  })
  return { accountId, sinceState, maxChanges: Math.min(maxChanges ?? changesMax, changesMax) }
}

export interface Changes {
  readonly oldState: string
  readonly newState: string
  readonly hasMoreChanges: boolean
  readonly created: readonly string[]
  readonly updated: readonly string[]
  readonly destroyed: readonly string[]
}

export const changesAnswer = (accountId: string, changes: Changes): JsonObject => ({ accountId, ...changes })
