/** The end of a message's content: 250 is said only once the queue has it durably. */
import { reply, type Reply } from '@bulkhead/wire/smtp/reply.ts'
import { isUnsendable } from '../sending/refusal.ts'
import { sendMessage, type Sent } from '../sending/send-message.ts'
import type { Transaction } from '../sending/sender.ts'
import { unsendableReply } from './refusals.ts'
import type { Submitting } from './transaction.ts'

/** RFC 6710 section 4.1: who gets less than was asked is told what. */
const accepted = ({ priority, priorityLowered }: Transaction['handling'], { id }: Sent): Reply =>
  priorityLowered ? reply(250, '2.3.6', `${priority} is the new priority; queued as ${id}`) : reply(250, '2.0.0', `Queued as ${id}`)

export const submit = async ({ sender, content }: Submitting, transaction: Transaction): Promise<Reply> => {
  const filesSent = transaction.standing.plan.filesSent
  const sent = await sendMessage(sender, transaction, { submitted: content.whole(), filesSent, enqueue: sender.ports.queue.enqueue })
  return isUnsendable(sent) ? unsendableReply(sent, transaction.mail.smtpUtf8) : accepted(transaction.handling, sent)
}
