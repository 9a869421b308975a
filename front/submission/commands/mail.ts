/** `MAIL FROM:<reverse-path>`, RFC 5321 section 4.1.1.2, with the identity check of RFC 6409 section 6.1 and the plan's limits. */
import { parseAddress, wireAddress } from '@bulkhead/mail/address/address.ts'
import { encodeAddress } from '@bulkhead/wire/smtp/path.ts'
import { reply } from '@bulkhead/wire/smtp/reply.ts'
import type { Mail } from '@bulkhead/wire/smtp/verbs/mail.ts'
import { handlingOf } from '../handling.ts'
import { overLimit, submissionRefusals } from '../refusals.ts'
import type { Step, Submitting } from '../transaction.ts'

/** Reports are written by mail systems, not by people (RFC 6409 section 3.2). */
const nobody = reply(550, '5.7.1', 'The empty sender is for mail systems')

export const mail = async ({ limits, identity, ports, who, tls, clock }: Submitting, command: Mail): Promise<Step> => {
  if (command.reversePath === null) return { reply: nobody }
  if ((command.size ?? 0) > limits.messageBytesMax) return { reply: submissionRefusals.tooLarge }
  const address = parseAddress(encodeAddress(command.reversePath))
  if (address === undefined) return { reply: submissionRefusals.notYourAddress }
  const reversePath = wireAddress(address)
  const [owns, standing] = await Promise.all([identity.owns(reversePath), ports.sending.standing(who.account)])
  if (!owns) return { reply: submissionRefusals.notYourAddress }
  if (standing === undefined) return { reply: submissionRefusals.accountClosed }
  if (standing.over !== null) return { reply: overLimit(standing.over, command.smtpUtf8) }
  const handling = handlingOf(command, { nowMs: clock.now(), secure: tls, priorityMax: standing.plan.priorityMax })
  if ('code' in handling) return { reply: handling }
  const recipientsMax = Math.min(limits.recipientsMax, standing.plan.recipientsPerMessage ?? limits.recipientsMax)
  return {
    reply: reply(250, '2.1.0', 'Sender ok'),
    transaction: { mail: command, reversePath, recipients: new Map(), handling, standing, recipientsMax },
  }
}
