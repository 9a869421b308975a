/** Gives up a domain nobody has an address in. */
import { answered, refused } from '@bulkhead/door/verbs.ts'
import { domainOf } from '../ask.ts'
import type { DeskVerb } from '../desk.ts'

export const domainRemove: DeskVerb<'domainRemove'> = async ({ directory }, ask) => {
  const domain = domainOf(ask)
  if (domain === undefined) return refused('badDomain')
  const became = await directory.removeDomain(domain)
  return became === 'removed' ? answered({}) : refused(became)
}
