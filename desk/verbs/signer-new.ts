/** A new pair of DKIM keys, to be published; it signs once DNS shows it. */
import { answered, refused } from '@bulkhead/door/verbs.ts'
import type { DeskVerb } from '../desk.ts'
import { ownDomainOf } from '../signers/own-domain.ts'
import { newPair } from '../signers/signers.ts'

export const signerNew: DeskVerb<'signerNew'> = async (desk, ask) => {
  const domain = await ownDomainOf(desk, ask)
  if (domain === undefined) return refused('noSuchDomain')
  const became = await newPair(desk, domain)
  if (became === 'made') return answered({})
  return refused(became === 'overBudget' ? became : 'tooManyKeys')
}
