/** What an account sent lately, on which plan, and whether its mail is held. */
import { answered } from '@bulkhead/door/verbs.ts'
import { lookUp } from '../accounts.ts'
import type { DeskVerb } from '../desk.ts'

export const sendingShow: DeskVerb<'sendingShow'> = async (desk, ask) => {
  const looked = await lookUp(desk, ask)
  if (looked.is === 'refused') return looked
  const { account } = looked.line
  return { ...answered(await desk.plans.sendingOf(account)), about: account }
}
