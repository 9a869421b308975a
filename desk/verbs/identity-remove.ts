/** An account no longer sends as an address that leads elsewhere. */
import { answered, refused } from '@bulkhead/door/verbs.ts'
import { indexOf, lookUp } from '../accounts.ts'
import { addressOf } from '../ask.ts'
import type { DeskVerb } from '../desk.ts'

export const identityRemove: DeskVerb<'identityRemove'> = async (desk, ask) => {
  const as = addressOf(ask, 'as')
  if (as === undefined) return refused('badAddress')
  const looked = await lookUp(desk, ask)
  if (looked.is === 'refused') return looked
  const { account } = looked.line
  const index = await indexOf(desk, as.address)
  if (index === undefined) return refused('overBudget')
  const removed = await desk.plans.removeIdentity(account, index)
  return { ...(removed ? answered({}) : refused('noSuchIdentity')), about: account }
}
