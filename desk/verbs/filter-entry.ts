/** An entry of an allow or deny list, of a person or of the ISP. Only its keyed digest is kept: a list can't be read back. */
import { flagOf, oneOf, textOf } from '@bulkhead/door/ask.ts'
import { answered, refused } from '@bulkhead/door/verbs.ts'
import { entryOf, entryText, filterLists } from '@bulkhead/mail/filtering/entries.ts'
import { lookUp } from '../accounts.ts'
import type { DeskVerb } from '../desk.ts'

const textLengthMax = 1_024

export const filterEntry: DeskVerb<'filterEntry'> = async (desk, ask, caller) => {
  const list = oneOf(ask, 'list', filterLists)
  const text = entryText(textOf(ask, 'entry', textLengthMax))
  const adds = flagOf(ask, 'adds')
  if (text === undefined) return refused('badEntry')
  const looked = ask['address'] === null ? undefined : await lookUp(desk, ask)
  if (looked?.is === 'refused') return looked
  const account = looked?.line.account ?? null
  const entry = entryOf(desk.listKey, account ?? 'isp', list, text)
  const { directory } = desk
  const became = adds ? await directory.addFilterEntry(account, list, entry, caller) : await directory.removeFilterEntry(account, list, entry, caller)
  const told = { ...(account === null ? {} : { about: account }), why: `${list} ${adds ? 'added' : 'removed'}` }
  if (became === 'added' || became === 'removed') return { ...answered({}), ...told }
  return refused(became)
}
