/** Whether an account has filters, forwarding or a vacation of its own, and whether they are switched off. What they say nobody here can read. */
import { answered } from '@bulkhead/door/verbs.ts'
import { lookUp } from '../accounts.ts'
import type { DeskVerb } from '../desk.ts'

export const rulesShow: DeskVerb<'rulesShow'> = async (desk, ask) => {
  const looked = await lookUp(desk, ask)
  if (looked.is === 'refused') return looked
  const { account } = looked.line
  return { ...answered(await desk.directory.rulesStanding(account)), about: account }
}
