/**
 * The envelope of what is about to be sent: who sends it, with the identity check of RFC 6409 section 6.1 and the plan's limits, and
 * whom it goes to. Addresses of our own cell are not looked up here: the courier hands them to intake, and whoever is unknown there
 * comes back in a report.
 */
import { canonicalOf, parseAddress, wireAddress } from '@bulkhead/mail/address/address.ts'
import type { QueuedRecipient } from '@bulkhead/mail/queue/queued.ts'
import { encodeAddress, isAsciiPath, type Address } from '@bulkhead/wire/smtp/path.ts'
import type { Mail } from '@bulkhead/wire/smtp/verbs/mail.ts'
import type { NotifyEvent, Rcpt } from '@bulkhead/wire/smtp/verbs/rcpt.ts'
import { handlingOf } from './handling.ts'
import { isUnsendable, overLimit, unsendable, type Unsendable } from './refusal.ts'
import type { Sender, Transaction } from './sender.ts'

/** Nobody, whom reports come from, or an address as `wireAddress` writes it. */
const reversePathOf = ({ reversePath }: Mail, isReport: boolean): string | Unsendable => {
  if (reversePath === null) return isReport ? '' : unsendable('nobodysSender')
  const address = parseAddress(encodeAddress(reversePath))
  return address === undefined ? unsendable('notYourAddress') : wireAddress(address)
}

/**
 * The empty sender is refused: reports are written by mail systems, not by people (RFC 6409 section 3.2). `isReport`: this one is ours,
 * written for a person (RFC 8098 section 3).
 */
export const beginTransaction = async (
  { limits, identity, ports, who, tls, clock }: Sender, mail: Mail, isReport = false,
): Promise<Transaction | Unsendable> => {
  if ((mail.size ?? 0) > limits.messageBytesMax) return unsendable('tooLarge')
  const reversePath = reversePathOf(mail, isReport)
  if (typeof reversePath !== 'string') return reversePath
  const [owns, standing] = await Promise.all([reversePath === '' ? true : identity.owns(reversePath), ports.sending.standing(who.account)])
  if (!owns) return unsendable('notYourAddress')
  if (standing === undefined) return unsendable('accountClosed')
  if (standing.over !== null) return overLimit(standing.over)
  const handling = handlingOf(mail, { nowMs: clock.now(), secure: tls, priorityMax: standing.plan.priorityMax })
  if (isUnsendable(handling)) return handling
  const recipientsMax = Math.min(limits.recipientsMax, standing.plan.recipientsPerMessage ?? limits.recipientsMax)
  return { mail, reversePath, recipients: new Map(), handling, standing, recipientsMax }
}

const notifyWhen = { SUCCESS: 'success', FAILURE: 'failure', DELAY: 'delay' } as const satisfies Record<NotifyEvent, string>

/** `<Postmaster>` alone is the sender's own (RFC 5321 section 4.5.1). */
const withDomain = (path: Address, login: string): Address =>
  path.domain === '' ? { ...path, domain: login.slice(login.lastIndexOf('@') + 1) } : path

export type Recipients = Transaction['recipients']

/** With one recipient more; the same where it was there already. */
export const withRecipient = ({ who }: Sender, command: Rcpt, transaction: Transaction): Recipients | Unsendable => {
  const { mail, recipients, recipientsMax } = transaction
  if (!mail.smtpUtf8 && !isAsciiPath(command.forwardPath)) return unsendable('addressNeedsUtf8')
  const address = parseAddress(encodeAddress(withDomain(command.forwardPath, who.login)))
  if (address === undefined) return unsendable('noRoute')
  const canonical = canonicalOf(address)
  if (recipients.has(canonical)) return recipients
  if (recipients.size >= recipientsMax) return unsendable('tooManyRecipients')
  const recipient: QueuedRecipient = {
    forwardPath: wireAddress(address),
    notify: command.notify?.map((event) => notifyWhen[event]) ?? null,
    orcpt: command.originalRecipient ?? null,
  }
  return new Map(recipients).set(canonical, recipient)
}
