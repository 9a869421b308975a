/** Counts a message against its account's plan, and notices when an account begins to send as if it were somebody else's. */
import type { AccountHandle } from '@bulkhead/base/ids.ts'
import { isBurst } from '@bulkhead/mail/sending/burst.ts'
import { marksOf } from '@bulkhead/mail/sending/marks.ts'
import type { SendingPorts } from './ports.ts'
import { overLimit, type Unsendable } from './refusal.ts'
import type { Sender, Transaction } from './sender.ts'

/** The /24 or /48 an address is in: who moves within it has not moved. */
export const networkOf = (peer: string): string =>
  peer.includes(':') && !peer.includes('.') ? peer.split(':', 3).join(':') : peer.slice(peer.lastIndexOf(':') + 1).split('.', 3).join('.')

export interface Counted {
  readonly held: boolean
  /** This is the message that made it one. */
  readonly bursts: boolean
}

export const countMessage = async ({ ports, who, peer }: Sender, { recipients, standing }: Transaction): Promise<Counted | Unsendable> => {
  const things = [`from ${networkOf(peer)}`, ...[...recipients.keys()].map((address) => `to ${address}`)]
  const marks = things.flatMap((thing) => marksOf(ports.pseudonym, `${who.account} ${thing}`))
  const counted = await ports.sending.count(who.account, { recipients: recipients.size, marks })
  if (counted.is === 'over') return overLimit(counted)
  const { pace } = counted
  const bursts = standing.plan.holdsBursts && !pace.held && isBurst(pace)
  return { held: pace.held || bursts, bursts }
}

/** The message itself is in the queue, held. What else waits there is held too, and all that comes. */
export const holdBack = async ({ sending, queue, pseudonym, tell }: SendingPorts, account: AccountHandle): Promise<void> => {
  if (!(await sending.hold(account))) return
  const recipients = await queue.holdSender(pseudonym(account))
  tell({ kind: 'submission.burst', subject: account, outcome: 'held', count: recipients })
}
