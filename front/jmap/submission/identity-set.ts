/** `Identity/set` (RFC 8621 section 6.3). */
import { randomUUID } from 'node:crypto'
import { canonicalAddress } from '@bulkhead/mail/address/address.ts'
import type { ObjectChange } from '@bulkhead/mail/journal/objects.ts'
import { isRefused } from '@bulkhead/mail/refusal.ts'
import { capabilities } from '@bulkhead/wire/jmap/capabilities.ts'
import { invalidProperties, setError, type SetError } from '@bulkhead/wire/jmap/errors.ts'
import type { JsonObject } from '@bulkhead/wire/jmap/json.ts'
import { patched } from '@bulkhead/wire/jmap/pointer.ts'
import { BadValue, listOf, optional, orNull, readProperties, shaped, text, type Reader } from '@bulkhead/wire/jmap/readers.ts'
import { requireState, resolvedId, setAnswer, setArguments, setOutcome, type SetArguments, type SetOutcome } from '@bulkhead/wire/jmap/set.ts'
import { stateText } from '@bulkhead/wire/jmap/state.ts'
import { safeText } from '../mail/composing/header-fields.ts'
import { isSetError } from '../mail/writing/filing.ts'
import { answer, type Method, type MethodContext } from '../method.ts'
import { agreeingIdentities, identityJson, identityValue, type Identity, type IdentityAddress } from './identities.ts'
import { senderOf } from './jmap-sending.ts'

const nameCharsMax = 200
const addressesMax = 20
const textCharsMax = 10_000
/** A signature may show a logo inside itself (`data:`). */
const htmlCharsMax = 60_000

const email: Reader<string> = (value, path) => {
  const read = canonicalAddress(text(1_000)(value, path))
  if (read === undefined) throw new BadValue(path, 'an address is wanted')
  return read
}
const addresses: Reader<readonly IdentityAddress[] | null> = orNull(listOf(shaped({ name: orNull(safeText(nameCharsMax)), email }), addressesMax))

const written = {
  name: optional(safeText(nameCharsMax), ''),
  replyTo: addresses,
  bcc: addresses,
  textSignature: optional(text(textCharsMax), ''),
  htmlSignature: optional(text(htmlCharsMax), ''),
} as const

const created = async (wanted: JsonObject, context: MethodContext): Promise<Identity | SetError> => {
  const read = readProperties(wanted, { ...written, email })
  if (read.is === 'bad') return invalidProperties(read.properties, read.description)
  if (!(await senderOf(context).identity.owns(read.value.email))) return setError('forbiddenFrom', 'Only addresses of yours can be sent from')
  return { ...read.value, id: `J${randomUUID()}`, mayDelete: true }
}

const updated = (identity: Identity | undefined, patch: JsonObject): Identity | SetError => {
  if (identity === undefined) return setError('notFound')
  const { id, email: address, mayDelete, ...before } = identityJson(identity)
  const own: JsonObject = { id: id ?? null, email: address ?? null, mayDelete: mayDelete ?? null }
  const foreign = Object.keys(patch).filter((name) => name in own && patch[name] !== own[name])
  if (foreign.length > 0) return invalidProperties(foreign, 'can not be changed')
  const result = patched(before, Object.fromEntries(Object.entries(patch).filter(([name]) => !(name in own))))
  if (result.is === 'bad') return setError('invalidPatch', result.path.slice(0, 200))
  const read = readProperties(result.value, written)
  return read.is === 'bad' ? invalidProperties(read.properties, read.description) : { ...identity, ...read.value }
}

const undestroyable = (identity: Identity | undefined): SetError | undefined => {
  if (identity === undefined) return setError('notFound')
  return identity.mayDelete ? undefined : setError('forbidden', 'It comes and goes with its address')
}

const stored = async ({ account }: MethodContext, change: ObjectChange): Promise<SetError | undefined> => {
  const set = await account.setObjects([change])
  if (!isRefused(set)) return undefined
  return set.why === 'conflict' ? setError('serverFail') : setError(set.why)
}

interface Setting {
  readonly context: MethodContext
  /** As they are while the set goes on. */
  readonly all: Map<string, Identity>
}

const keep = async ({ context, all }: Setting, identity: Identity | SetError): Promise<SetError | undefined> => {
  if (isSetError(identity)) return identity
  const refused = await stored(context, { kind: 'identity', id: identity.id, value: identityValue(identity) })
  if (refused === undefined) all.set(identity.id, identity)
  return refused
}

const createAll = async (setting: Setting, create: SetArguments['create'], outcome: SetOutcome): Promise<void> => {
  for (const [creation, wanted] of create) {
    const identity = await created(wanted, setting.context)
    const refused = await keep(setting, identity)
    if (refused !== undefined || isSetError(identity)) outcome.notCreated.set(creation, refused ?? setError('serverFail'))
    else {
      setting.context.createdIds.set(creation, identity.id)
      outcome.created.set(creation, identityJson(identity))
    }
  }
}

const updateAll = async (setting: Setting, update: SetArguments['update'], outcome: SetOutcome): Promise<void> => {
  for (const [given, patch] of update) {
    const id = resolvedId(given, setting.context.createdIds) ?? ''
    const refused = await keep(setting, updated(setting.all.get(id), patch))
    if (refused === undefined) outcome.updated.set(id, null)
    else outcome.notUpdated.set(given, refused)
  }
}

const destroyAll = async ({ context, all }: Setting, destroy: readonly string[], outcome: SetOutcome): Promise<void> => {
  for (const given of destroy) {
    const id = resolvedId(given, context.createdIds) ?? ''
    const refused = undestroyable(all.get(id)) ?? (await stored(context, { kind: 'identity', id, value: null }))
    if (refused !== undefined) {
      outcome.notDestroyed.set(given, refused)
      continue
    }
    all.delete(id)
    outcome.destroyed.push(id)
  }
}

export const identitySet: Method = {
  name: 'Identity/set',
  capability: capabilities.submission,
  async run(args, context) {
    const asked = setArguments(args, context.limits)
    await context.account.refresh()
    const setting: Setting = { context, all: new Map(await agreeingIdentities(context)) }
    const oldState = stateText(context.account.state().own.seq)
    requireState(asked.ifInState, oldState)
    const outcome = setOutcome()
    await createAll(setting, asked.create, outcome)
    await updateAll(setting, asked.update, outcome)
    await destroyAll(setting, asked.destroy, outcome)
    return answer(setAnswer(asked.accountId, oldState, stateText(context.account.state().own.seq), outcome))
  },
}
