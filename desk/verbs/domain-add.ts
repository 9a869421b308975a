/**
 * A domain of a brand: from now on its addresses can be given out, and mail to others of it is refused at once.
 * Its DKIM keys are made here; where the vault has no budget left, `tendSigners` makes them later.
 */
import { answered, refused } from '@bulkhead/door/verbs.ts'
import { brandOf, domainOf } from '../ask.ts'
import type { DeskVerb } from '../desk.ts'
import { newPair } from '../signers/signers.ts'

export const domainAdd: DeskVerb<'domainAdd'> = async (desk, ask) => {
  const domain = domainOf(ask)
  if (domain === undefined) return refused('badDomain')
  const brand = brandOf(ask)
  if (brand === undefined) return refused('noSuchBrand')
  const became = await desk.directory.addDomain(domain, brand)
  if (became !== 'added') return refused(became)
  await newPair(desk, domain)
  return answered({})
}
