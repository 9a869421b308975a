/** How many messages an account may keep; null is as many as it likes. */
import { answered } from '@bulkhead/door/verbs.ts'
import { lookUp } from '../accounts.ts'
import { messageQuotaOf } from '../ask.ts'
import type { DeskVerb } from '../desk.ts'

export const accountMessages: DeskVerb<'accountMessages'> = async (desk, ask) => {
  const quotaMessages = messageQuotaOf(ask)
  const looked = await lookUp(desk, ask)
  if (looked.is === 'refused') return looked
  await desk.life.setMessageQuota(looked.line.account, quotaMessages)
  return { ...answered({}), about: looked.line.account }
}
