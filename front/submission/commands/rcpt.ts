/** `RCPT TO:<forward-path>`, RFC 5321 section 4.1.1.3. */
import { reply } from '@bulkhead/wire/smtp/reply.ts'
import type { Rcpt } from '@bulkhead/wire/smtp/verbs/rcpt.ts'
import { withRecipient } from '../../sending/envelope.ts'
import { isUnsendable } from '../../sending/refusal.ts'
import type { Transaction } from '../../sending/sender.ts'
import { unsendableReply } from '../refusals.ts'
import type { Step, Submitting } from '../transaction.ts'

const accepted = reply(250, '2.1.5', 'Recipient ok')

export const rcpt = ({ sender }: Submitting, command: Rcpt, transaction: Transaction): Step => {
  const recipients = withRecipient(sender, command, transaction)
  if (isUnsendable(recipients)) return { reply: unsendableReply(recipients, transaction.mail.smtpUtf8) }
  return { reply: accepted, transaction: { ...transaction, recipients } }
}
