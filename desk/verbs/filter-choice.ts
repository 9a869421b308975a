/** A person's yes or no to one stage of judging: written down, since it may have to be proved. Null takes it back. */
import { oneOf } from '@bulkhead/door/ask.ts'
import { answered } from '@bulkhead/door/verbs.ts'
import { choices, filterStages } from '@bulkhead/mail/filtering/settings.ts'
import { lookUp } from '../accounts.ts'
import type { DeskVerb } from '../desk.ts'

export const filterChoice: DeskVerb<'filterChoice'> = async (desk, ask, caller) => {
  const stage = oneOf(ask, 'stage', filterStages)
  const choice = ask['choice'] === null ? null : oneOf(ask, 'choice', choices)
  const looked = await lookUp(desk, ask)
  if (looked.is === 'refused') return looked
  const { account } = looked.line
  await desk.directory.setFilterChoice(account, stage, choice, caller)
  return { ...answered({}), about: account, why: `${stage} ${choice ?? 'undecided'}` }
}
