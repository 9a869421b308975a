/** How an ISP or a brand has arriving mail judged: what was decided, and what holds. */
import { answered, refused } from '@bulkhead/door/verbs.ts'
import { entryBytes } from '@bulkhead/mail/filtering/entries.ts'
import { policyOf } from '@bulkhead/mail/filtering/settings.ts'
import { scopeOf } from '../ask.ts'
import type { DeskVerb } from '../desk.ts'

export const filterPolicy: DeskVerb<'filterPolicy'> = async ({ directory }, ask) => {
  const scope = scopeOf(ask)
  if (scope === undefined) return refused('badName')
  const [book, brands] = await Promise.all([directory.filterBook(), directory.brands()])
  if (scope !== '' && !brands.some(({ brand }) => brand === scope)) return refused('noSuchBrand')
  const own = scope === '' ? book.isp : book.brands.get(scope) ?? {}
  const settings = Object.entries(policyOf(book.isp, scope === '' ? {} : own)).map(([key, value]) => ({ key, value, decided: Object.hasOwn(own, key) }))
  return answered({ settings, allowed: book.allow.length / entryBytes, denied: book.deny.length / entryBytes })
}
