/** Removes a plan that nobody has. */
import { answered, refused } from '@bulkhead/door/verbs.ts'
import { brandOf } from '../ask.ts'
import type { DeskVerb } from '../desk.ts'

export const planRemove: DeskVerb<'planRemove'> = async ({ plans }, ask) => {
  const plan = brandOf(ask, 'plan')
  const removed = plan === undefined ? 'noSuchPlan' : await plans.removePlan(plan)
  if (removed === 'notEmpty') return refused('planInUse')
  return removed === 'removed' ? answered({}) : refused('noSuchPlan')
}
