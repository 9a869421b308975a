/** A brand: a service the ISP sells, and a set of credentials that can be killed together. */
import { answered, refused } from '@bulkhead/door/verbs.ts'
import { brandOf, nameOf } from '../ask.ts'
import type { DeskVerb } from '../desk.ts'

export const brandAdd: DeskVerb<'brandAdd'> = async ({ directory }, ask) => {
  const brand = brandOf(ask)
  const name = nameOf(ask)
  if (brand === undefined || name === undefined) return refused('badName')
  return (await directory.addBrand(brand, name)) === 'exists' ? refused('exists') : answered({})
}
