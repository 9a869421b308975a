/** Switches the rules of an account off, whatever its person saves meanwhile, or on again. Intakes follow within ten seconds. */
import { flagOf } from '@bulkhead/door/ask.ts'
import { answered } from '@bulkhead/door/verbs.ts'
import { lookUp } from '../accounts.ts'
import type { DeskVerb } from '../desk.ts'

export const rulesSwitch: DeskVerb<'rulesSwitch'> = async (desk, ask) => {
  const off = flagOf(ask, 'off')
  const looked = await lookUp(desk, ask)
  if (looked.is === 'refused') return looked
  const { account } = looked.line
  await desk.directory.switchRules(account, off)
  return { ...answered({}), about: account, why: off ? 'off' : 'on' }
}
