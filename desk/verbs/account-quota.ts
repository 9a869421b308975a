/** How much an account may keep; null is as much as it likes. */
import { answered } from '@bulkhead/door/verbs.ts'
import { lookUp } from '../accounts.ts'
import { quotaOf } from '../ask.ts'
import type { DeskVerb } from '../desk.ts'

export const accountQuota: DeskVerb<'accountQuota'> = async (desk, ask) => {
  const quotaBytes = quotaOf(ask)
  const looked = await lookUp(desk, ask)
  if (looked.is === 'refused') return looked
  await desk.life.setQuota(looked.line.account, quotaBytes)
  return { ...answered({}), about: looked.line.account }
}
