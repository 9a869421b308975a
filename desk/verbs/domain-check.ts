/** What DNS should say of a domain and, where that is asked for, what it says. */
import { flagOf } from '@bulkhead/door/ask.ts'
import { answered, refused } from '@bulkhead/door/verbs.ts'
import { checkDomain, wantedOf } from '@bulkhead/mail/domain/check-domain.ts'
import type { DeskVerb } from '../desk.ts'
import { ownDomainOf } from '../signers/own-domain.ts'
import { signersOf } from '../signers/signers.ts'

export const domainCheck: DeskVerb<'domainCheck'> = async (desk, ask) => {
  const look = flagOf(ask, 'look')
  const domain = await ownDomainOf(desk, ask)
  if (domain === undefined) return refused('noSuchDomain')
  const own = await desk.directory.domains()
  const brand = own.find((line) => line.domain === domain)?.brand ?? null
  const facts = { domain, brand, host: desk.host(), signers: await signersOf(desk, domain), nowMs: desk.clock.now() }
  return answered({ lines: look ? await checkDomain(facts, desk.outside) : wantedOf(facts) })
}
