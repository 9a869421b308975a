/** `MAIL FROM:<reverse-path>`, RFC 5321 section 4.1.1.2. */
import { reply } from '@bulkhead/wire/smtp/reply.ts'
import type { Mail } from '@bulkhead/wire/smtp/verbs/mail.ts'
import { beginTransaction } from '../../sending/envelope.ts'
import { isUnsendable } from '../../sending/refusal.ts'
import { unsendableReply } from '../refusals.ts'
import type { Step, Submitting } from '../transaction.ts'

export const mail = async ({ sender }: Submitting, command: Mail): Promise<Step> => {
  const begun = await beginTransaction(sender, command)
  if (isUnsendable(begun)) return { reply: unsendableReply(begun, command.smtpUtf8) }
  return { reply: reply(250, '2.1.0', 'Sender ok'), transaction: begun }
}
