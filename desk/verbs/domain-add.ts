/** A domain of a brand: from now on its addresses can be given out, and mail to others of it is refused at once. */
import { answered, refused } from '@bulkhead/door/verbs.ts'
import { brandOf, domainOf } from '../ask.ts'
import type { DeskVerb } from '../desk.ts'

export const domainAdd: DeskVerb<'domainAdd'> = async ({ directory }, ask) => {
  const domain = domainOf(ask)
  if (domain === undefined) return refused('badDomain')
  const brand = brandOf(ask)
  if (brand === undefined) return refused('noSuchBrand')
  const became = await directory.addDomain(domain, brand)
  return became === 'added' ? answered({}) : refused(became)
}
