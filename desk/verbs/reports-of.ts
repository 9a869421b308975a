/** What others reported of a domain in the last days. Reports hold domains and hosts, nobody's address. */
import { wholeOf } from '@bulkhead/door/ask.ts'
import { answered, refused } from '@bulkhead/door/verbs.ts'
import type { DeskVerb } from '../desk.ts'
import { ownDomainOf } from '../signers/own-domain.ts'

const daysMax = 90
const dayMs = 86_400_000
const reportsMax = 1_000

export const reportsOf: DeskVerb<'reportsOf'> = async (desk, ask) => {
  const days = wholeOf(ask, 'days', 1, daysMax)
  const domain = await ownDomainOf(desk, ask)
  if (domain === undefined) return refused('noSuchDomain')
  const reports = await desk.reports.of(domain, desk.clock.now() - days * dayMs, reportsMax)
  return answered({ reports: reports.map(({ beginMs, ...report }) => ({ ...report, day: new Date(beginMs).toISOString().slice(0, 10) })) })
}
