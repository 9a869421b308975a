/** `SieveScript/set` (RFC 9661 section 2.4). Changes are decided one after the other and made at once. */
import type { ObjectChange } from '@bulkhead/mail/journal/objects.ts'
import { objectsMax } from '@bulkhead/mail/journal/objects.ts'
import { isScriptName, newScriptId, scriptChange, scriptsOf, type Script } from '@bulkhead/mail/rules/own-rules.ts'
import { capabilities } from '@bulkhead/wire/jmap/capabilities.ts'
import { invalidProperties, setError, type SetError } from '@bulkhead/wire/jmap/errors.ts'
import type { JsonObject } from '@bulkhead/wire/jmap/json.ts'
import { boolean, idOrCreation, optional, orNull, type Read } from '@bulkhead/wire/jmap/readers.ts'
import { requireState, resolvedId, setAnswer, setArguments, setOutcome, type SetOutcome } from '@bulkhead/wire/jmap/set.ts'
import { stateText } from '@bulkhead/wire/jmap/state.ts'
import { tellOfScript } from '../../rules/tell-of-script.ts'
import { answer, type Method, type MethodContext } from '../method.ts'
import { publishRules, setRuleObjects } from './change-rules.ts'
import { readScript } from './checked-script.ts'
import { scriptBlob } from './script-json.ts'

const activation = { onSuccessActivateScript: orNull(idOrCreation), onSuccessDeactivateScript: optional(boolean, false) }

interface Wish {
  readonly name: string | null
  /** Null: as it is. */
  readonly blobId: string | null
}

const settable = ['name', 'blobId', 'id', 'isActive']

/** What the server sets may be said as it is. */
const wishOf = (from: JsonObject, present: Script | undefined): Wish | SetError => {
  const { name, blobId, id, isActive } = from
  const wrong = [
    ...Object.keys(from).filter((property) => !settable.includes(property)),
    ...(name === undefined || name === null || (typeof name === 'string' && isScriptName(name)) ? [] : ['name']),
    ...(typeof blobId === 'string' || (blobId === undefined && present !== undefined) ? [] : ['blobId']),
    ...(id === undefined || id === present?.id ? [] : ['id']),
    ...(isActive === undefined || isActive === (present?.isActive ?? false) ? [] : ['isActive']),
  ]
  if (wrong.length > 0) return invalidProperties(wrong)
  return { name: typeof name === 'string' ? name : null, blobId: typeof blobId === 'string' ? blobId : null }
}

const freeName = (scripts: ReadonlyMap<string, Script>): string => {
  const taken = new Set([...scripts.values()].map(({ name }) => name))
  for (let number = 1; ; number += 1) if (!taken.has(`script ${number}`)) return `script ${number}`
}

interface Work {
  readonly context: MethodContext
  readonly scripts: Map<string, Script>
  readonly outcome: SetOutcome
}

/** The script as it will be, or why it can't. */
const wished = async ({ context, scripts }: Work, from: JsonObject, present: Script | undefined): Promise<Script | SetError> => {
  const wish = wishOf(from, present)
  if ('type' in wish) return wish
  const name = wish.name ?? present?.name ?? freeName(scripts)
  const namesake = [...scripts.values()].find((other) => other.name === name && other.id !== present?.id)
  if (namesake !== undefined) return { ...setError('alreadyExists', 'another script has this name'), extra: { existingId: namesake.id } }
  const unchanged = present !== undefined && (wish.blobId === null || wish.blobId === scriptBlob(context.account.state(), present.id))
  const text = unchanged ? present.text : await readScript(context, wish.blobId ?? '')
  if (typeof text !== 'string') return text
  return { id: present?.id ?? newScriptId(), name, text, isActive: present?.isActive ?? false }
}

const createAll = async (work: Work, create: ReadonlyMap<string, JsonObject>): Promise<void> => {
  const { context, scripts, outcome } = work
  for (const [creation, from] of create) {
    const full = scripts.size >= objectsMax.script
    const script = full ? setError('overQuota', `at most ${objectsMax.script} scripts`) : await wished(work, from, undefined)
    if ('type' in script) outcome.notCreated.set(creation, script)
    else {
      scripts.set(script.id, script)
      context.createdIds.set(creation, script.id)
      outcome.created.set(creation, { id: script.id, name: script.name, isActive: false })
    }
  }
}

const updateAll = async (work: Work, update: ReadonlyMap<string, JsonObject>): Promise<void> => {
  const { context, scripts, outcome } = work
  for (const [written, from] of update) {
    const present = scripts.get(resolvedId(written, context.createdIds) ?? '')
    const script = present === undefined ? setError('notFound') : await wished(work, from, present)
    if ('type' in script) outcome.notUpdated.set(written, script)
    else {
      scripts.set(script.id, script)
      outcome.updated.set(script.id, null)
    }
  }
}

const destroyAll = ({ context, scripts, outcome }: Work, destroy: readonly string[]): void => {
  for (const written of destroy) {
    const script = scripts.get(resolvedId(written, context.createdIds) ?? '')
    if (script === undefined) outcome.notDestroyed.set(written, setError('notFound'))
    else if (script.isActive) outcome.notDestroyed.set(written, setError('sieveIsActive'))
    else {
      scripts.delete(script.id)
      outcome.destroyed.push(script.id)
    }
  }
}

/** RFC 9661 section 2.4: only where everything before went well. What changed is told in `updated`. */
const activate = ({ context, scripts, outcome }: Work, { onSuccessActivateScript: wanted, onSuccessDeactivateScript: none }: Read<typeof activation>): void => {
  const failed = outcome.notCreated.size + outcome.notUpdated.size + outcome.notDestroyed.size > 0
  const chosen = wanted === null ? undefined : resolvedId(wanted, context.createdIds)
  if (failed || (chosen === undefined && !none) || (chosen !== undefined && !scripts.has(chosen))) return
  for (const script of scripts.values()) {
    const isActive = script.id === chosen
    if (isActive === script.isActive) continue
    scripts.set(script.id, { ...script, isActive })
    const creation = [...outcome.created].find(([, { id }]) => id === script.id)?.[0]
    if (creation === undefined) outcome.updated.set(script.id, { isActive })
    else outcome.created.set(creation, { ...outcome.created.get(creation), isActive })
  }
}

const changesOf = (before: ReadonlyMap<string, Script>, after: ReadonlyMap<string, Script>): readonly ObjectChange[] => [
  ...[...before.keys()].filter((id) => !after.has(id)).map((id): ObjectChange => ({ kind: 'script', id, value: null })),
  ...[...after.values()].filter((script) => before.get(script.id) !== script).map(scriptChange),
]

/** Blob ids are known once the scripts are stored. */
const withBlobs = ({ context, outcome }: Work): void => {
  const state = context.account.state()
  for (const [creation, created] of outcome.created) outcome.created.set(creation, { ...created, blobId: scriptBlob(state, String(created['id'])) })
  for (const [id, changed] of outcome.updated) outcome.updated.set(id, { ...changed, blobId: scriptBlob(state, id) })
}

export const scriptSet: Method = {
  name: 'SieveScript/set',
  capability: capabilities.sieve,
  async run(args, context) {
    const { more, ...asked } = setArguments(args, context.limits, activation)
    const state = await context.account.refresh()
    requireState(asked.ifInState, stateText(state.own.seq))
    const before = new Map(scriptsOf(state).map((script) => [script.id, script]))
    const work: Work = { context, scripts: new Map(before), outcome: setOutcome() }
    await createAll(work, asked.create)
    await updateAll(work, asked.update)
    destroyAll(work, asked.destroy)
    activate(work, more)
    const changes = changesOf(before, work.scripts)
    const refused = await setRuleObjects(context, changes)
    if (refused !== undefined) return { is: 'error', type: refused.type === 'overQuota' ? 'requestTooLarge' : 'serverFail' }
    if (changes.length > 0) tellOfScript(context.services.sending.ports.tell, context.account)
    withBlobs(work)
    await publishRules(context)
    return answer(setAnswer(asked.accountId, stateText(state.own.seq), stateText(context.account.state().own.seq), work.outcome))
  },
}
