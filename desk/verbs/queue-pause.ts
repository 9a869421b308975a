/** Stops sending to a domain, or at all, for a while; or goes on. */
import { textOf, wholeOf } from '@bulkhead/door/ask.ts'
import { answered, refused } from '@bulkhead/door/verbs.ts'
import type { DeskVerb } from '../desk.ts'
import { queueDomainOf } from '../queued.ts'

const domainLengthMax = 255
const forMsMax = 365 * 86_400_000

export const queuePause: DeskVerb<'queuePause'> = async ({ queue, clock }, ask) => {
  const forMs = wholeOf(ask, 'forMs', 0, forMsMax)
  const domain = textOf(ask, 'domain', domainLengthMax) === '*' ? '*' : queueDomainOf(ask)
  if (domain === undefined || domain === null) return refused('badDomain')
  await queue.pause(domain, forMs === 0 ? null : clock.now() + forMs)
  return { ...answered({}), why: `${forMs === 0 ? 'resume' : 'pause'} ${domain}` }
}
