/** The outbound queue: domains, sizes, times, codes, pseudonyms. */
import { queueId } from '@bulkhead/base/ids.ts'
import { oneOf, textOf, wholeOf } from '@bulkhead/door/ask.ts'
import { queueStates } from '@bulkhead/door/contracts/desk.ts'
import { answered, refused } from '@bulkhead/door/verbs.ts'
import type { DeskVerb } from '../desk.ts'
import { queueDomainOf, senderOf } from '../queued.ts'

const linesMax = 1_000
const idLengthMax = 100

export const queueList: DeskVerb<'queueList'> = async (desk, ask) => {
  const id = ask['message'] === null ? null : queueId(textOf(ask, 'message', idLengthMax))
  if (id === undefined) return refused('noSuchMessage')
  const domain = queueDomainOf(ask)
  const sender = await senderOf(desk, ask)
  if (domain === undefined) return refused('badDomain')
  if (sender.is === 'refused') return sender
  const state = ask['state'] === null ? null : oneOf(ask, 'state', queueStates)
  const olderThanMs = wholeOf(ask, 'olderThanMs', 0, Number.MAX_SAFE_INTEGER)
  const queuedBeforeMs = olderThanMs === 0 ? null : desk.clock.now() - olderThanMs
  const items = await desk.queue.list({ id, domain, state, sender: sender.sender, queuedBeforeMs }, wholeOf(ask, 'limit', 1, linesMax))
  return answered({ items })
}
