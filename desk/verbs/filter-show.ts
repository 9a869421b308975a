/** What a person decided about arriving mail, what holds for them, and what was written down of it. */
import { answered, refused } from '@bulkhead/door/verbs.ts'
import { filterStages, modesOf, policyOf } from '@bulkhead/mail/filtering/settings.ts'
import { lookUp } from '../accounts.ts'
import type { DeskVerb } from '../desk.ts'

const decisionsShown = 100

export const filterShow: DeskVerb<'filterShow'> = async (desk, ask) => {
  const looked = await lookUp(desk, ask)
  if (looked.is === 'refused') return looked
  const { account } = looked.line
  const [filter, book, decisions] = await Promise.all([
    desk.directory.filterOf(account), desk.directory.filterBook(), desk.directory.filterDecisions(account, decisionsShown),
  ])
  if (filter === undefined) return refused('noSuchAccount')
  const modes = modesOf(policyOf(book.isp, book.brands.get(filter.brand) ?? {}), filter.choices)
  const stages = filterStages.map((stage) => ({ stage, mode: modes[stage], choice: filter.choices[stage] ?? null }))
  return { ...answered({ stages, allowed: filter.allowed, denied: filter.denied, decisions }), about: account }
}
