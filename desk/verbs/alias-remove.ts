/** Takes an alias away; the address an account was made with stays with it. */
import { answered, refused } from '@bulkhead/door/verbs.ts'
import { indexOf } from '../accounts.ts'
import { addressOf } from '../ask.ts'
import type { DeskVerb } from '../desk.ts'

const refusals = { noSuchAddress: 'noSuchAccount', primaryStays: 'notEmpty' } as const

export const aliasRemove: DeskVerb<'aliasRemove'> = async (desk, ask) => {
  const alias = addressOf(ask, 'alias')
  if (alias === undefined) return refused('badAddress')
  const index = await indexOf(desk, alias.address)
  if (index === undefined) return refused('overBudget')
  const became = await desk.directory.removeAlias(index)
  return became === 'removed' ? answered({}) : refused(refusals[became])
}
