/**
 * `RCPT TO:<forward-path>`, RFC 5321 section 4.1.1.3. Addresses of our own cell are not looked up here: the courier hands
 * them to intake, and whoever is unknown there comes back in a report.
 */
import { canonicalOf, parseAddress, wireAddress } from '@bulkhead/mail/address/address.ts'
import type { QueuedRecipient } from '@bulkhead/mail/queue/queued.ts'
import { encodeAddress, isAsciiPath, type Address } from '@bulkhead/wire/smtp/path.ts'
import { reply } from '@bulkhead/wire/smtp/reply.ts'
import type { NotifyEvent, Rcpt } from '@bulkhead/wire/smtp/verbs/rcpt.ts'
import { submissionRefusals } from '../refusals.ts'
import type { Step, Submitting, Transaction } from '../transaction.ts'

const accepted = reply(250, '2.1.5', 'Recipient ok')
const needsUtf8 = reply(553, '5.6.7', 'Address needs SMTPUTF8')
const noRoute = reply(553, '5.1.3', 'Recipient has no domain that mail can be sent to')

const notifyWhen = { SUCCESS: 'success', FAILURE: 'failure', DELAY: 'delay' } as const satisfies Record<NotifyEvent, string>

/** `<Postmaster>` alone is the sender's own (RFC 5321 section 4.5.1). */
const withDomain = (path: Address, login: string): Address =>
  path.domain === '' ? { ...path, domain: login.slice(login.lastIndexOf('@') + 1) } : path

export const rcpt = ({ who }: Submitting, command: Rcpt, transaction: Transaction): Step => {
  const { mail, recipients, recipientsMax } = transaction
  if (!mail.smtpUtf8 && !isAsciiPath(command.forwardPath)) return { reply: needsUtf8 }
  const address = parseAddress(encodeAddress(withDomain(command.forwardPath, who.login)))
  if (address === undefined) return { reply: noRoute }
  const canonical = canonicalOf(address)
  if (recipients.has(canonical)) return { reply: accepted }
  if (recipients.size >= recipientsMax) return { reply: submissionRefusals.tooManyRecipients }
  const recipient: QueuedRecipient = {
    forwardPath: wireAddress(address),
    notify: command.notify?.map((event) => notifyWhen[event]) ?? null,
    orcpt: command.originalRecipient ?? null,
  }
  return { reply: accepted, transaction: { ...transaction, recipients: new Map(recipients).set(canonical, recipient) } }
}
