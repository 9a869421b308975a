/**
 * What happens to a message whose content is complete: checked, counted, completed, signed, sealed to the courier and queued. 250
 * is said only once the queue has it durably. Recipients of our own cell go the same way; the courier hands them to intake.
 */
import { Fault } from '@bulkhead/base/fault.ts'
import { newQueueId, type QueueId } from '@bulkhead/base/ids.ts'
import { fileSentCopy } from '@bulkhead/mail/account/sent-copy.ts'
import { parseAddress } from '@bulkhead/mail/address/address.ts'
import { sealQueued } from '@bulkhead/mail/queue/record.ts'
import { messageIdIn } from '@bulkhead/wire/mime/own-message-id.ts'
import { reply, type Reply } from '@bulkhead/wire/smtp/reply.ts'
import { receivedField } from '@bulkhead/wire/trace/trace-header.ts'
import { completeMessage, headerTooLarge, submittedHeader, type SubmittedHeader } from './complete-message.ts'
import { inAscii, unclean } from './hygiene.ts'
import { countMessage, holdBack, type Counted } from './pace.ts'
import { submissionRefusals } from './refusals.ts'
import type { Submitting, Transaction } from './transaction.ts'

const unclearAuthor = reply(550, '5.6.0', 'From and Sender must be at most ten addresses')
const foreignAuthor = reply(550, '5.7.1', 'From and Sender must be addresses of yours')
const longHeader = reply(552, '5.3.4', 'Header is too large')

const refusalOf = async (message: Buffer, header: SubmittedHeader, { identity }: Submitting, { mail }: Transaction): Promise<Reply | undefined> => {
  if (headerTooLarge(header)) return longHeader
  const refused = unclean(message, header, mail.smtpUtf8)
  if (refused !== undefined) return refused
  if (header.authors === undefined) return unclearAuthor
  for (const author of header.authors) if (!(await identity.owns(author))) return foreignAuthor
  return undefined
}

/**
 * Where the customer was stays out of the mail that leaves: a pseudonym stands for peer and account, which the abuse
 * desk can match and nobody else can read. What EHLO said is left out for the same reason: phones say their address.
 */
const traceField = (submitting: Submitting, { mail, handling }: Transaction, id: string): string => {
  const { ports, peer, who, hostName, tls, clock } = submitting
  const utf8 = mail.smtpUtf8 ? 'UTF8SMTP' : 'ESMTP'
  return receivedField({
    helo: ports.pseudonym(`${who.account} ${peer}`),
    peer: null,
    by: hostName,
    with: `${utf8}${tls ? 'S' : ''}A`,
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

const enqueue = ({ ports, who }: Submitting, { mail, reversePath, recipients, handling, standing }: Transaction, outgoing: Outgoing): Promise<void> => {
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
    held: outgoing.counted.held,
    sender: ports.pseudonym(who.account),
    recipients: [...recipients.values()],
    message: outgoing.message,
  } as const
  return ports.queue.enqueue(sealQueued(ports.sealing, ports.queuePublicKey, queued, outgoing.id))
}

const note = ({ ports, peer }: Submitting, { reversePath, recipients }: Transaction, { id, message, counted }: Outgoing): void =>
  ports.tracer.note({
    message: id, hop: 'submission', state: counted.held ? 'held' : 'queued', from: reversePath,
    to: [...recipients.values()].map(({ forwardPath }) => forwardPath),
    messageId: messageIdIn(message), peer, facts: { bytes: String(message.length) },
  })

/** RFC 6710 section 4.1: who gets less than was asked is told what. */
const accepted = ({ priority, priorityLowered }: Transaction['handling'], id: QueueId): Reply =>
  priorityLowered ? reply(250, '2.3.6', `${priority} is the new priority; queued as ${id}`) : reply(250, '2.0.0', `Queued as ${id}`)

/** The message is on its way: whatever keeps its copy from being filed takes nothing back. */
const fileCopy = async ({ mail, clock, meter, log }: Submitting, copy: Buffer): Promise<void> => {
  try {
    meter.count('submission_sent_copies_total', 1, { outcome: await fileSentCopy(await mail.account(), copy, clock.now()) })
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    log.error('sentCopyFailed', error)
    meter.count('submission_sent_copies_total', 1, { outcome: 'fault' })
  }
}

export const submit = async (submitting: Submitting, transaction: Transaction): Promise<Reply> => {
  const { ports, who, hostName, clock, content, meter } = submitting
  const submitted = content.whole()
  const refused = await refusalOf(submitted, submittedHeader(submitted), submitting, transaction)
  if (refused !== undefined) return refused
  const message = inAscii(submitted, transaction.mail.smtpUtf8)
  const header = submittedHeader(message)
  const id = newQueueId()
  const received = traceField(submitting, transaction, id) + ports.tokens.field(ports.pseudonym(who.account))
  const completion = { received, login: who.login, messageId: `${id}@${hostName}`, nowMs: clock.now() }
  const complete = completeMessage(message, header, completion)
  const domain = parseAddress(header.authors?.[0] ?? who.login)?.domain
  const [state, signed] = await Promise.all([
    ports.directory.accountState(who.account),
    domain === undefined ? complete : ports.signature.on(complete, domain),
  ])
  if (state?.state !== 'active') return submissionRefusals.accountClosed
  const counted = await countMessage(submitting, transaction)
  if ('code' in counted) {
    meter.count('submission_refused_total', 1, { why: 'overLimit' })
    return counted
  }
  const outgoing = { id, message: signed, counted }
  await enqueue(submitting, transaction, outgoing)
  note(submitting, transaction, outgoing)
  meter.count('submission_messages_total', 1, { outcome: counted.held ? 'held' : 'queued' })
  meter.count('submission_recipients_total', transaction.recipients.size)
  if (counted.bursts) await holdBack(ports, who.account)
  if (transaction.standing.plan.filesSent) await fileCopy(submitting, completeMessage(message, header, { ...completion, received: '', keepsBcc: true }))
  return accepted(transaction.handling, id)
}
