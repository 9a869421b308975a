/** Holds, releases, retries or drops one queued message. */
import { queueId } from '@bulkhead/base/ids.ts'
import { oneOf, textOf } from '@bulkhead/door/ask.ts'
import { answered, refused } from '@bulkhead/door/verbs.ts'
import { queueActs } from '@bulkhead/mail/ports/queue-admin.ts'
import type { DeskVerb } from '../desk.ts'

const idLengthMax = 100

export const queueAct: DeskVerb<'queueAct'> = async ({ queue }, ask) => {
  const act = oneOf(ask, 'act', queueActs)
  const id = queueId(textOf(ask, 'message', idLengthMax))
  const recipients = id === undefined ? undefined : await queue.act(id, act)
  return recipients === undefined ? refused('noSuchMessage') : answered({ recipients })
}
