/** `/set` of an object there is one of (RFC 8620 section 5.3): it is only ever updated. */
import type { ObjectChange } from '@bulkhead/mail/journal/objects.ts'
import { invalidProperties, setError, type SetError } from '@bulkhead/wire/jmap/errors.ts'
import type { JsonObject } from '@bulkhead/wire/jmap/json.ts'
import { patched } from '@bulkhead/wire/jmap/pointer.ts'
import { readProperties, type Read, type Shape } from '@bulkhead/wire/jmap/readers.ts'
import { requireState, setAnswer, setArguments, setOutcome } from '@bulkhead/wire/jmap/set.ts'
import { stateText } from '@bulkhead/wire/jmap/state.ts'
import { answer, type MethodAnswer, type MethodContext } from '../method.ts'
import { publishRules, setRuleObjects } from './change-rules.ts'

export interface Singleton<S extends Shape> {
  readonly id: string
  /** Of everything but `id`. */
  readonly shape: S
  /** As it is now, without `id`. */
  readonly present: (context: MethodContext) => JsonObject
  /** What is stored for it, or why it can't be. */
  readonly change: (value: Read<S>, context: MethodContext) => ObjectChange | SetError
  /** Told once it is stored. */
  readonly changed?: (value: Read<S>, context: MethodContext) => void
}

const updated = async <S extends Shape>(singleton: Singleton<S>, patch: JsonObject, context: MethodContext): Promise<SetError | undefined> => {
  const { id, ...own } = patch
  if (id !== undefined && id !== singleton.id) return invalidProperties(['id'])
  const result = patched(singleton.present(context), own)
  if (result.is !== 'patched') return setError('invalidPatch')
  const read = readProperties(result.value, singleton.shape)
  if (read.is === 'bad') return invalidProperties(read.properties, read.description)
  const change = singleton.change(read.value, context)
  if ('type' in change) return change
  const refused = await setRuleObjects(context, [change])
  if (refused === undefined) singleton.changed?.(read.value, context)
  return refused
}

export const setSingleton = async <S extends Shape>(singleton: Singleton<S>, args: JsonObject, context: MethodContext): Promise<MethodAnswer> => {
  const asked = setArguments(args, context.limits)
  const before = await context.account.refresh()
  requireState(asked.ifInState, stateText(before.own.seq))
  const outcome = setOutcome()
  for (const creation of asked.create.keys()) outcome.notCreated.set(creation, setError('singleton'))
  for (const id of asked.destroy) outcome.notDestroyed.set(id, setError(id === singleton.id ? 'singleton' : 'notFound'))
  for (const [id, patch] of asked.update) {
    const error = id === singleton.id ? await updated(singleton, patch, context) : setError('notFound')
    if (error === undefined) outcome.updated.set(id, null)
    else outcome.notUpdated.set(id, error)
  }
  if (outcome.updated.size > 0) await publishRules(context)
  return answer(setAnswer(asked.accountId, stateText(before.own.seq), stateText(context.account.state().own.seq), outcome))
}
