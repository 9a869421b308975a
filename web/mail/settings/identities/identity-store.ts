/** The identities of the person, as the server lists them. */
import { signal } from '@preact/signals'
import { loadIdentities as loadForComposer } from '../../compose/identities.ts'
import { call } from '../../jmap/client.ts'
import type { GetAnswer, Id, SetAnswer } from '../../jmap/types.ts'
import { propertiesOf, type Edited, type Identity } from './editing.ts'

/** `undefined`: not known yet; `failed`: could not be asked. */
export const identities = signal<readonly Identity[] | 'failed' | undefined>(undefined)

export const loadIdentities = async (): Promise<void> => {
  try {
    const { list } = await call<GetAnswer<Identity>>('Identity/get', { ids: null })
    identities.value = list
  } catch {
    identities.value = 'failed'
  }
}

/** Whoever writes next has what was changed. */
const changed = async (): Promise<void> => {
  await Promise.all([loadIdentities(), loadForComposer(true)])
}

const creation = 'new'

/** `id` undefined: a new one. False where the server refuses it. */
export const saveIdentity = async (id: Id | undefined, edited: Edited): Promise<boolean> => {
  const properties = propertiesOf(edited)
  const args = id === undefined ? { create: { [creation]: { ...properties, email: edited.email } } } : { update: { [id]: properties } }
  const answer = await call<SetAnswer>('Identity/set', args)
  const done = id === undefined ? answer.created?.[creation] !== undefined : answer.updated !== null && id in answer.updated
  if (done) await changed()
  return done
}

export const removeIdentity = async (id: Id): Promise<boolean> => {
  const { destroyed } = await call<SetAnswer>('Identity/set', { destroy: [id] })
  const done = destroyed?.includes(id) === true
  if (done) await changed()
  return done
}
