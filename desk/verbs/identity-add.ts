/** Lets an account send as an address that leads elsewhere in its brand. */
import { answered, refused } from '@bulkhead/door/verbs.ts'
import { indexOf, lookUp } from '../accounts.ts'
import { addressOf } from '../ask.ts'
import type { DeskVerb } from '../desk.ts'
import { listIdentity } from '../identities.ts'

export const identityAdd: DeskVerb<'identityAdd'> = async (desk, ask) => {
  const as = addressOf(ask, 'as')
  if (as === undefined) return refused('badAddress')
  const looked = await lookUp(desk, ask)
  if (looked.is === 'refused') return looked
  const { account } = looked.line
  const index = await indexOf(desk, as.address)
  if (index === undefined) return refused('overBudget')
  const became = await listIdentity(desk, account, index, as.address)
  return { ...(became === 'added' ? answered({}) : refused(became === 'noSuchAddress' ? 'noSuchAccount' : became)), about: account }
}
