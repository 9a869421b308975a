/** Holds, releases, retries, drops or requeues all mail to a domain, or all that an account sent. */
import type { QueueId } from '@bulkhead/base/ids.ts'
import { BadAsk, oneOf } from '@bulkhead/door/ask.ts'
import { answered, refused } from '@bulkhead/door/verbs.ts'
import { queueActs } from '@bulkhead/mail/ports/queue-admin.ts'
import type { DeskVerb } from '../desk.ts'
import { queueDomainOf, senderOf } from '../queued.ts'

/** Of so many messages each; what a queue holds beyond that takes another call. */
const roundsMax = 2_000

export const queueActOnAll: DeskVerb<'queueActOnAll'> = async (desk, ask) => {
  const act = oneOf(ask, 'act', queueActs)
  const domain = queueDomainOf(ask)
  const found = await senderOf(desk, ask)
  if (domain === undefined) return refused('badDomain')
  if (found.is === 'refused') return found
  const { sender } = found
  if (domain === null && sender === null) throw new BadAsk('domain or sender')
  let recipients = 0
  let after: QueueId | null = null
  for (let round = 0; round < roundsMax; round += 1) {
    const acted = await desk.queue.actOnAll({ domain, sender }, act, after)
    recipients += acted.recipients
    after = acted.last
    if (after === null) break
  }
  return { ...answered({ recipients }), why: `${act} ${domain ?? ''} ${sender ?? ''}`.trim() }
}
