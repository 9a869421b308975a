/** Holds all an account sends, or lets it go: what waits in the queue, and what comes. */
import { flagOf } from '@bulkhead/door/ask.ts'
import { answered } from '@bulkhead/door/verbs.ts'
import { lookUp } from '../accounts.ts'
import type { DeskVerb } from '../desk.ts'

export const sendingHold: DeskVerb<'sendingHold'> = async (desk, ask) => {
  const held = flagOf(ask, 'held')
  const looked = await lookUp(desk, ask)
  if (looked.is === 'refused') return looked
  const { account } = looked.line
  // What comes first: a message that is queued in between finds the new word.
  await desk.plans.hold(account, held)
  const recipients = await desk.queue.holdSender(desk.pseudonym(account), held)
  return { ...answered({ recipients }), about: account, why: held ? 'held' : 'released' }
}
