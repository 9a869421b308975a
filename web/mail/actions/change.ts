/** Changes of Emails by Email/set: shown at once, sent in parts, turned back by undo. */
import { call } from '../jmap/client.ts'
import { Unreachable } from '../jmap/errors.ts'
import type { Id, SetAnswer } from '../jmap/types.ts'
import { knownRow, mergeRows } from '../store/emails.ts'
import { effectOf, patched, type EmailPatch, type Patchable } from '../store/patch.ts'
import { syncSoon } from '../store/sync.ts'

export type Patches = ReadonlyMap<Id, EmailPatch>

/** Ids of one Email/set: about 30 KB. */
export const changesAtOnce = 250

export interface Outcome {
  readonly done: number
  readonly failed: number
  /** What brings back what was; of those that were changed. */
  readonly inverse: Patches
}

/** Of Emails of one account. */
export interface Changes {
  readonly accountId: Id
  readonly patches: Patches
  readonly inverse: Patches
}

/** What is really to be done, and how it is turned back. */
export const planned = (emails: readonly Patchable[], patchOf: (email: Patchable) => EmailPatch): { readonly patches: Patches; readonly inverse: Patches } => {
  const patches = new Map<Id, EmailPatch>()
  const inverse = new Map<Id, EmailPatch>()
  for (const email of emails) {
    const effect = effectOf(email, patchOf(email))
    if (effect === undefined) continue
    patches.set(email.id, effect.patch)
    inverse.set(email.id, effect.inverse)
  }
  return { patches, inverse }
}

/** Rows that are here show it before the server has said yes. */
export const showAtOnce = (patches: Patches): void => {
  const rows = [...patches].flatMap(([id, patch]) => {
    const row = knownRow(id)
    return row === undefined ? [] : [patched(row, patch)]
  })
  mergeRows(rows)
}

const setSome = async (accountId: Id, patches: Patches): Promise<readonly Id[]> => {
  const answer = await call<SetAnswer>('Email/set', { accountId, update: Object.fromEntries(patches) })
  return Object.keys(answer.notUpdated ?? {})
}

/** Sends them in parts, in order. `onPart` hears how many are done and may say no to more. */
export const sendPatches = async ({ accountId, patches, inverse }: Changes, onPart: (done: number) => boolean = () => true): Promise<Outcome> => {
  const entries = [...patches]
  const undone = new Map<Id, EmailPatch>()
  let failed = 0
  let done = 0
  try {
    for (let at = 0; at < entries.length; at += changesAtOnce) {
      const part = new Map(entries.slice(at, at + changesAtOnce))
      const refused = new Set(await setSome(accountId, part))
      failed += refused.size
      done += part.size - refused.size
      for (const id of part.keys()) {
        const back = inverse.get(id)
        if (back !== undefined && !refused.has(id)) undone.set(id, back)
      }
      showAtOnce(new Map([...refused].flatMap((id) => [[id, inverse.get(id) ?? {}] as const])))
      if (!onPart(done)) break
    }
  } catch (error) {
    const left = new Map([...inverse].filter(([id]) => !undone.has(id)))
    showAtOnce(left)
    if (!(error instanceof Unreachable)) throw error
    return { done, failed: entries.length - done, inverse: undone }
  } finally {
    syncSoon([accountId])
  }
  return { done, failed, inverse: undone }
}
