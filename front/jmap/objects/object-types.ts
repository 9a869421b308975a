/**
 * Types whose objects are JSON kept in the journal (`mail/journal/objects.ts`): what get, changes and set have in common. The state is
 * that of the account; what of a kind changed since, the journal knows.
 */
import { randomBytes } from 'node:crypto'
import type { MailAccount } from '@bulkhead/mail/account/mail-account.ts'
import { objectBytesMax, type ObjectChange, type ObjectKind, type StoredObject } from '@bulkhead/mail/journal/objects.ts'
import { changesAnswer, changesArguments } from '@bulkhead/wire/jmap/changes.ts'
import { setError, type SetError } from '@bulkhead/wire/jmap/errors.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '@bulkhead/wire/jmap/json.ts'
import { patched } from '@bulkhead/wire/jmap/pointer.ts'
import { requireState, resolvedId, setAnswer, setOutcome, type SetArguments, type SetOutcome } from '@bulkhead/wire/jmap/set.ts'
import { sinceOf, stateText } from '@bulkhead/wire/jmap/state.ts'
import { answer, methodError, type MethodAnswer, type MethodContext } from '../method.ts'

const idBytes = 9

/** Objects are read again and again while they do not change. */
const read = new WeakMap<StoredObject, JsonObject>()

/** The JSON of an object; what is none (a writer gone bad) reads as an empty one. */
export const jsonOf = (stored: StoredObject): JsonObject => {
  const known = read.get(stored)
  if (known !== undefined) return known
  let value: JsonObject = {}
  try {
    const parsed: JsonValue = JSON.parse(stored.value.toString('utf8'))
    if (isJsonObject(parsed)) value = parsed
  } catch {
    // Stays empty: its owner can still remove it.
  }
  read.set(stored, value)
  return value
}

export const newObjectId = (letter: string): string => `${letter}${randomBytes(idBytes).toString('base64url')}`

export const objectState = (account: MailAccount): string => stateText(account.state().own.seq)

export const objectChanges = (kind: ObjectKind, args: JsonObject, { account }: MethodContext): MethodAnswer => {
  const { accountId, sinceState, maxChanges } = changesArguments(args)
  const state = account.state().own
  const changed = state.objects(kind).changesSince(sinceOf(sinceState, state.seq))
  if (changed === undefined) return methodError('cannotCalculateChanges')
  const { created, updated, destroyed } = changed
  // There is no state in between: a client that takes fewer asks anew.
  if (created.length + updated.length + destroyed.length > maxChanges) return methodError('cannotCalculateChanges')
  return answer(changesAnswer(accountId, { oldState: sinceState, newState: stateText(state.seq), hasMoreChanges: false, created, updated, destroyed }))
}

/** What a type makes of a wish. */
export type Wish =
  /** `told`: properties that the server set, for the answer. */
  | { readonly is: 'value'; readonly value: JsonObject; readonly told: JsonObject | null }
  | { readonly is: 'error'; readonly error: SetError }

export interface ObjectType {
  readonly kind: ObjectKind
  /** Of its ids. */
  readonly letter: string
  create(wanted: JsonObject): Wish
  /** `now`: the object as `Foo/get` gives it, without its id. */
  update(now: JsonObject, wanted: JsonObject): Wish
  /** Why it can't be destroyed. */
  destroy?(id: string): SetError | undefined
  /** There without being stored: its value. */
  implied?(id: string): JsonObject | undefined
}

const bytesOf = (value: JsonObject): Buffer => Buffer.from(JSON.stringify(value), 'utf8')
const refusals = { overQuota: 'overQuota', tooLarge: 'tooLarge', conflict: 'stateMismatch' } as const

interface Wished {
  readonly change: ObjectChange
  readonly done: (outcome: SetOutcome) => void
  readonly refused: (outcome: SetOutcome, error: SetError) => void
}

/** One pass over create, update and destroy; each wish stands for itself. */
class SetPass {
  readonly outcome = setOutcome()
  readonly #type: ObjectType
  readonly #context: MethodContext
  readonly #values = new Map<string, JsonObject | null>()
  readonly #wished: Wished[] = []

  constructor(type: ObjectType, context: MethodContext) {
    this.#type = type
    this.#context = context
  }

  #now(id: string): JsonObject | undefined {
    const changed = this.#values.get(id)
    if (changed !== undefined) return changed ?? undefined
    const stored = this.#context.account.state().own.objects(this.#type.kind).get(id)
    return stored === undefined ? this.#type.implied?.(id) : jsonOf(stored)
  }

  #wish(id: string, value: JsonObject | null, done: Wished['done'], refused: Wished['refused']): void {
    const bytes = value === null ? null : bytesOf(value)
    if (bytes !== null && bytes.length > objectBytesMax) return refused(this.outcome, setError('tooLarge'))
    this.#values.set(id, value)
    this.#wished.push({ change: { kind: this.#type.kind, id, value: bytes }, done, refused })
  }

  create(name: string, wanted: JsonObject): void {
    const wish = this.#type.create(wanted)
    if (wish.is === 'error') return void this.outcome.notCreated.set(name, wish.error)
    const id = newObjectId(this.#type.letter)
    this.#wish(id, wish.value, ({ created }) => {
      created.set(name, { id, ...wish.told })
      this.#context.createdIds.set(name, id)
    }, ({ notCreated }, error) => notCreated.set(name, error))
  }

  update(given: string, patch: JsonObject, destroyed: ReadonlySet<string>): void {
    const id = resolvedId(given, this.#context.createdIds)
    const now = id === undefined ? undefined : this.#now(id)
    const refuse = (error: SetError): void => void this.outcome.notUpdated.set(given, error)
    if (id === undefined || now === undefined) return refuse(setError('notFound'))
    if (destroyed.has(id)) return refuse(setError('willDestroy'))
    const next = patched({ ...now, id }, patch)
    if (next.is === 'bad') return refuse(setError('invalidPatch', next.path))
    const { id: after, ...wanted } = next.value
    if (after !== id) return refuse({ ...setError('invalidProperties'), properties: ['id'] })
    const wish = this.#type.update(now, wanted)
    if (wish.is === 'error') return refuse(wish.error)
    this.#wish(id, wish.value, ({ updated }) => updated.set(given, wish.told), ({ notUpdated }, error) => notUpdated.set(given, error))
  }

  destroy(given: string): void {
    const id = resolvedId(given, this.#context.createdIds)
    const refuse = (error: SetError): void => void this.outcome.notDestroyed.set(given, error)
    if (id === undefined || this.#now(id) === undefined) return refuse(setError('notFound'))
    const why = this.#type.destroy?.(id)
    if (why !== undefined) return refuse(why)
    this.#wish(id, null, ({ destroyed }) => destroyed.push(id), ({ notDestroyed }, error) => notDestroyed.set(given, error))
  }

  /** Further changes that go along, whatever their kind. */
  async end(more: readonly ObjectChange[]): Promise<void> {
    const changes = [...this.#wished.map(({ change }) => change), ...more]
    if (changes.length === 0) return
    const set = await this.#context.account.setObjects(changes)
    for (const wished of this.#wished) {
      if (set.is === 'done') wished.done(this.outcome)
      else wished.refused(this.outcome, setError(refusals[set.why]))
    }
  }
}

/** `more`: changes that follow from what was asked, given what is destroyed. */
export const setObjects = async (
  type: ObjectType,
  asked: SetArguments,
  context: MethodContext,
  more: (destroyed: ReadonlySet<string>) => readonly ObjectChange[] = () => [],
): Promise<MethodAnswer> => {
  await context.account.refresh()
  const oldState = objectState(context.account)
  requireState(asked.ifInState, oldState)
  const pass = new SetPass(type, context)
  const destroyed = new Set(asked.destroy.flatMap((given) => resolvedId(given, context.createdIds) ?? []))
  for (const [name, wanted] of asked.create) pass.create(name, wanted)
  for (const [given, patch] of asked.update) pass.update(given, patch, destroyed)
  for (const given of asked.destroy) pass.destroy(given)
  await pass.end(more(destroyed))
  return answer(setAnswer(asked.accountId, oldState, objectState(context.account), pass.outcome))
}
