/** Gives up a domain nobody has an address in, and its keys. */
import { answered, refused } from '@bulkhead/door/verbs.ts'
import { domainOf } from '../ask.ts'
import type { DeskVerb } from '../desk.ts'
import { destroySigners } from '../signers/signers.ts'

export const domainRemove: DeskVerb<'domainRemove'> = async (desk, ask) => {
  const domain = domainOf(ask)
  if (domain === undefined) return refused('badDomain')
  const became = await desk.directory.removeDomain(domain)
  if (became !== 'removed') return refused(became)
  await destroySigners(desk, domain)
  return answered({})
}
