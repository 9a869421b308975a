/** Gives a plan to a brand or to one account, or takes back what was given. */
import { textOf } from '@bulkhead/door/ask.ts'
import { answered, refused } from '@bulkhead/door/verbs.ts'
import { lookUp } from '../accounts.ts'
import { brandOf } from '../ask.ts'
import type { DeskVerb } from '../desk.ts'

const nameMax = 100

export const planGive: DeskVerb<'planGive'> = async (desk, ask) => {
  const plan = textOf(ask, 'plan', nameMax)
  const named = plan === '' ? null : plan
  if (textOf(ask, 'brand', nameMax) !== '') {
    const given = await desk.plans.givePlan(named, { brand: brandOf(ask) ?? '' })
    return given === 'given' ? answered({}) : refused(given)
  }
  const looked = await lookUp(desk, ask)
  if (looked.is === 'refused') return looked
  const { account } = looked.line
  const given = await desk.plans.givePlan(named, { account })
  return given === 'given' ? { ...answered({}), about: account } : refused(given)
}
