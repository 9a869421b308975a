/**
 * What happens to a message whose content is complete, whatever the protocol it came by: checked, counted, completed, signed, sealed
 * to the courier and queued, durably once it is answered. Recipients of our own cell go the same way; the courier hands them to intake.
 */
import { Fault } from '@bulkhead/base/fault.ts'
import { newQueueId, type QueueId } from '@bulkhead/base/ids.ts'
import { fileSentCopy } from '@bulkhead/mail/account/sent-copy.ts'
import { parseAddress } from '@bulkhead/mail/address/address.ts'
import type { NewQueued } from '@bulkhead/mail/ports/queue.ts'
import { sealQueued } from '@bulkhead/mail/queue/record.ts'
import { messageIdIn } from '@bulkhead/wire/mime/own-message-id.ts'
import { receivedField } from '@bulkhead/wire/trace/trace-header.ts'
import { completeMessage, headerTooLarge, submittedHeader, type SubmittedHeader } from './complete-message.ts'
import { inAscii, unclean } from './hygiene.ts'
import { countMessage, holdBack, type Counted } from './pace.ts'
import { isUnsendable, unsendable, type Unsendable } from './refusal.ts'
import type { Sender, Transaction } from './sender.ts'

const refusalOf = async (message: Buffer, header: SubmittedHeader, { identity }: Sender, { mail }: Transaction): Promise<Unsendable | undefined> => {
  if (headerTooLarge(header)) return unsendable('longHeader')
  const refused = unclean(message, header, mail.smtpUtf8)
  if (refused !== undefined) return refused
  if (header.authors === undefined) return unsendable('unclearAuthor')
  for (const author of header.authors) if (!(await identity.owns(author))) return unsendable('foreignAuthor')
  return undefined
}

/** RFC 3848, RFC 6531 section 4.3; what came by JMAP came by HTTP. */
const withProtocol = ({ via, tls }: Sender, smtpUtf8: boolean): string =>
  via === 'HTTP' ? `HTTP${tls ? 'S' : ''}` : `${smtpUtf8 ? 'UTF8SMTP' : 'ESMTP'}${tls ? 'S' : ''}A`

/**
 * Where the customer was stays out of the mail that leaves: a pseudonym stands for peer and account, which the abuse
 * desk can match and nobody else can read. What EHLO said is left out for the same reason: phones say their address.
 */
const traceField = (sender: Sender, { mail, handling }: Transaction, id: string): string => {
  const { ports, peer, who, hostName, clock } = sender
  return receivedField({
    helo: ports.pseudonym(`${who.account} ${peer}`),
    peer: null,
    by: hostName,
    with: withProtocol(sender, mail.smtpUtf8),
    tls: null,
    id,
    for: null,
    atMs: clock.now(),
    priority: handling.priority,
  })
}

const eightBit = /[\x80-\xff]/
const searchedBytes = 65_536

const hasEightBit = (message: Buffer): boolean => {
  for (let at = 0; at < message.length; at += searchedBytes) {
    if (eightBit.test(message.toString('latin1', at, at + searchedBytes))) return true
  }
  return false
}

interface Outgoing {
  readonly id: QueueId
  readonly message: Buffer
  readonly counted: Counted
}

const sealed = ({ ports, who }: Sender, { mail, reversePath, recipients, handling, standing }: Transaction, outgoing: Outgoing): NewQueued => {
  const { releaseAtMs, priority, deliverBy, requireTls } = handling
  const queued = {
    reversePath,
    ret: mail.ret === undefined ? null : mail.ret === 'FULL' ? 'full' : 'hdrs',
    envid: mail.envelopeId ?? null,
    bodyKind: hasEightBit(outgoing.message) ? '8bitmime' : '7bit',
    smtpUtf8: mail.smtpUtf8,
    account: who.account,
    brand: standing.brand,
    releaseAtMs,
    priority,
    deliverBy,
    requireTls,
    submitted: true,
    held: outgoing.counted.held,
    sender: ports.pseudonym(who.account),
    recipients: [...recipients.values()],
    message: outgoing.message,
  } as const
  return sealQueued(ports.sealing, ports.queuePublicKey, queued, outgoing.id)
}

const note = ({ ports, peer }: Sender, { reversePath, recipients }: Transaction, { id, message, counted }: Outgoing): void =>
  ports.tracer.note({
    message: id, hop: 'submission', state: counted.held ? 'held' : 'queued', from: reversePath,
    to: [...recipients.values()].map(({ forwardPath }) => forwardPath),
    messageId: messageIdIn(message), peer, facts: { bytes: String(message.length) },
  })

/** The message is on its way: whatever keeps its copy from being filed takes nothing back. */
const fileCopy = async ({ account, clock, meter, log }: Sender, copy: Buffer): Promise<void> => {
  try {
    meter.count('submission_sent_copies_total', 1, { outcome: await fileSentCopy(await account(), copy, clock.now()) })
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    log.error('sentCopyFailed', error)
    meter.count('submission_sent_copies_total', 1, { outcome: 'fault' })
  }
}

export interface Sending {
  readonly submitted: Buffer
  /** Given where somebody noted it before it was sent. */
  readonly id?: QueueId
  /** A copy goes into the mailbox for sent mail, unless the client puts one there. */
  readonly filesSent: boolean
  /** Durable when it resolves; false where it was taken back meanwhile. */
  enqueue(message: NewQueued): Promise<boolean | void>
}

export interface Sent {
  readonly is: 'sent'
  readonly id: QueueId
}

export const sendMessage = async (sender: Sender, transaction: Transaction, sending: Sending): Promise<Sent | Unsendable> => {
  const { ports, who, hostName, clock, meter } = sender
  const { submitted, id = newQueueId() } = sending
  const refused = await refusalOf(submitted, submittedHeader(submitted), sender, transaction)
  if (refused !== undefined) return refused
  const message = inAscii(submitted, transaction.mail.smtpUtf8)
  const header = submittedHeader(message)
  const received = traceField(sender, transaction, id) + ports.tokens.field(ports.pseudonym(who.account))
  const completion = { received, login: who.login, messageId: `${id}@${hostName}`, nowMs: clock.now() }
  const complete = completeMessage(message, header, completion)
  const domain = parseAddress(header.authors?.[0] ?? who.login)?.domain
  const [state, signed] = await Promise.all([
    ports.directory.accountState(who.account),
    domain === undefined ? complete : ports.signature.on(complete, domain),
  ])
  if (state?.state !== 'active') return unsendable('accountClosed')
  const counted = await countMessage(sender, transaction)
  if (isUnsendable(counted)) {
    meter.count('submission_refused_total', 1, { why: 'overLimit' })
    return counted
  }
  const outgoing = { id, message: signed, counted }
  if ((await sending.enqueue(sealed(sender, transaction, outgoing))) === false) return unsendable('takenBack')
  note(sender, transaction, outgoing)
  meter.count('submission_messages_total', 1, { outcome: counted.held ? 'held' : 'queued' })
  meter.count('submission_recipients_total', transaction.recipients.size)
  if (counted.bursts) await holdBack(ports, who.account)
  if (sending.filesSent) await fileCopy(sender, completeMessage(message, header, { ...completion, received: '', keepsBcc: true }))
  return { is: 'sent', id }
}
