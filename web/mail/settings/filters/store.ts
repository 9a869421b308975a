/** Filters as the server has them: scripts of which at most one is active, one of them made of rules. */
import { signal } from '@preact/signals'
import { batch, call } from '../../jmap/client.ts'
import { JmapError } from '../../jmap/errors.ts'
import type { GetAnswer, Id } from '../../jmap/types.ts'
import type { Rule } from './rule.ts'
import { rulesOf, scriptOf } from './rules-script.ts'

interface ScriptObject {
  readonly id: Id
  readonly name: string
  readonly blobId: Id
  readonly isActive: boolean
}

export interface OpenScript extends ScriptObject {
  readonly text: string
}

export interface Filters {
  readonly rules: readonly Rule[]
  /** The script that holds them; undefined before there were any. */
  readonly rulesScript: OpenScript | undefined
  /** One that somebody wrote. */
  readonly ownScript: OpenScript | undefined
}

/** Where a script is wrong; `offset` counts characters. */
export interface ScriptMistake {
  readonly line: number
  readonly column: number
  readonly offset: number
  readonly message: string
}

export type Saved = { readonly is: 'saved' } | { readonly is: 'wrong'; readonly mistakes: readonly ScriptMistake[] } | { readonly is: 'failed' }

export const filters = signal<Filters | undefined>(undefined)
export const filtersFailed = signal(false)

const rulesName = 'Webmail rules'
const ownName = 'Own script'
const rulesAgain = /^Webmail rules(?: \d+)?$/

const textOf = async (script: ScriptObject): Promise<OpenScript> => {
  const asked = { ids: [script.blobId], properties: ['data:asText'] }
  const { list } = await call<GetAnswer<{ readonly id: Id; readonly 'data:asText': string | null }>>('Blob/get', asked)
  return { ...script, text: list[0]?.['data:asText'] ?? '' }
}

/** The active one counts before others of the same kind. */
const looked = async (): Promise<Filters> => {
  const { list } = await call<GetAnswer<ScriptObject>>('SieveScript/get', { ids: null })
  const wanted = list.filter(({ name, isActive }) => isActive || rulesAgain.test(name) || name === ownName)
  const opened = await Promise.all(wanted.map(textOf))
  const byActive = opened.toSorted((one, other) => Number(other.isActive) - Number(one.isActive))
  const rulesScript = byActive.find(({ text }) => rulesOf(text) !== undefined)
  const ownScript = byActive.find((script) => script !== rulesScript && (script.isActive || script.name === ownName))
  return { rulesScript, ownScript, rules: rulesScript === undefined ? [] : rulesOf(rulesScript.text) ?? [] }
}

/** As the server had them last, whatever is shown meanwhile. */
let known: Filters | undefined

export const loadFilters = async (): Promise<void> => {
  filtersFailed.value = false
  const turn = turns
  try {
    const found = await looked()
    // What was changed meanwhile is shown, and looks by itself when it is kept.
    if (turn === turns) filters.value = known = found
  } catch {
    filtersFailed.value = true
  }
}

interface SetError {
  readonly type: string
  readonly mistakes?: readonly ScriptMistake[]
}

interface ScriptSet {
  readonly notCreated: Readonly<Record<string, SetError>> | null
  readonly notUpdated: Readonly<Record<string, SetError>> | null
}

/** A free name, where another program took the one we give. */
const freeName = async (name: string): Promise<string> => {
  const { list } = await call<GetAnswer<ScriptObject>>('SieveScript/get', { ids: null, properties: ['name'] })
  const taken = new Set(list.map((script) => script.name))
  for (let number = 2, candidate = name; ; number += 1) {
    if (!taken.has(candidate)) return candidate
    candidate = `${name} ${number}`
  }
}

const store = async (text: string, name: string, present: ScriptObject | undefined): Promise<Saved> => {
  const upload = { create: { b: { data: [{ 'data:asText': text }], type: 'application/sieve' } } }
  const set = present === undefined
    ? { create: { s: { name: await freeName(name), blobId: '#b' } }, onSuccessActivateScript: '#s' }
    : { update: { [present.id]: { blobId: '#b' } }, onSuccessActivateScript: present.id }
  try {
    const [, answer] = await batch<readonly [unknown, ScriptSet]>([['Blob/upload', upload], ['SieveScript/set', set]], { repeat: present !== undefined })
    const error = Object.values({ ...answer.notCreated, ...answer.notUpdated })[0]
    if (error !== undefined) return error.mistakes === undefined ? { is: 'failed' } : { is: 'wrong', mistakes: error.mistakes }
    known = await looked()
    return { is: 'saved' }
  } catch (error) {
    if (error instanceof JmapError) known = await looked().catch(() => known)
    return { is: 'failed' }
  }
}

let turns = 0
let turnBefore: Promise<unknown> = Promise.resolve()

/** One after the other: each knows the script that the one before it made, and only the last shows what the server has. */
const inTurn = (save: () => Promise<Saved>): Promise<Saved> => {
  const turn = (turns += 1)
  const saved = turnBefore.then(save).then((outcome) => {
    if (turn === turns) filters.value = known
    return outcome
  })
  turnBefore = saved
  return saved
}

/** Rules are shown as they will be at once, and as they were where they can't be saved. */
export const saveRules = async (rules: readonly Rule[]): Promise<Saved> => {
  if (filters.value === undefined) return { is: 'failed' }
  filters.value = { ...filters.value, rules }
  return inTurn(() => store(scriptOf(rules), rulesName, known?.rulesScript))
}

export const saveOwn = (text: string): Promise<Saved> => inTurn(() => store(text, ownName, known?.ownScript))
