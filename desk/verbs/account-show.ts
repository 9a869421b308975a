/** One account, by its address. */
import { answered } from '@bulkhead/door/verbs.ts'
import { accountLine, lookUp } from '../accounts.ts'
import type { DeskVerb } from '../desk.ts'

export const accountShow: DeskVerb<'accountShow'> = async (desk, ask) => {
  const looked = await lookUp(desk, ask)
  if (looked.is === 'refused') return looked
  const { line } = looked
  return { ...answered(accountLine(line, await desk.life.usage([line.account]), null)), about: line.account }
}
